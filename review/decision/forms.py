from __future__ import annotations

from typing import cast

from django import forms

from applications.corrections.reasons import REFUSAL, rejection_reasons
from portal.pages.forms import PUBLIC, PortalForm, ShownField, UnchosenField, choice_in
from portal.pages.verbs import NoteForm
from review.models import Moderation
from review.states import OUTCOME_LABELS


class RefuseForm(NoteForm):
    reason_code = UnchosenField(label="理由类别", choices=REFUSAL)
    field_order = ("reason_code", "note")


class RejectForm(NoteForm):
    reason_code = UnchosenField(label="理由类别")
    field_order = ("reason_code", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reasons = cast(UnchosenField, self.fields["reason_code"])
        reasons.offer(rejection_reasons(getattr(self.obj, "procedure", "")))


class ModerationForm(PortalForm):
    outcome = forms.ChoiceField(label="处理", choices=Moderation.Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class ProposeForm(PortalForm):
    outcome = forms.ChoiceField(label="拟定结论")
    note = forms.CharField(
        label="合议意见", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, procedure="DESIGNATION", **kwargs):
        self.asked_later = ("note",) if procedure == "REREVIEW" else ()  # of 整改 and 不合格
        super().__init__(*args, **kwargs)
        choice_in(self, "outcome").choices = [
            (code, label)
            for code, label in OUTCOME_LABELS.items()
            if (code == "designate") == (procedure != "REREVIEW")
        ]

        if procedure == "REREVIEW":
            words = "整改要求和不合格的理由送达平台，并在名录和证书核验页显示，请勿写入个人信息"
            note = cast(ShownField, self.fields["note"])
            note.help_text, note.reach = words, PUBLIC

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") in ("rectify", "fail") and not cleaned.get("note", "").strip():
            self.add_error("note", "请写明整改要求或者不合格的理由。")
        return cleaned
