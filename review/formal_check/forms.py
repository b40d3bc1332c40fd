from __future__ import annotations

from django import forms

from applications.corrections.models import Stage
from applications.corrections.services import unmarked
from applications.models import Overlap
from portal.pages.forms import PortalForm
from portal.pages.verbs import NoteForm


class SaveViewForm(PortalForm):
    name = forms.CharField(label="视图名称", max_length=20)
    is_shared = forms.BooleanField(label="同事也可使用", required=False)


class AcceptForm(NoteForm):
    """The page says how many materials nobody has marked; one tick states that they were looked at."""

    rest = forms.BooleanField(required=False)
    field_order = ("rest", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        left = unmarked(self.obj, Stage.MINISTRY)
        total = self.obj.materials.exclude(code="declaration").count()
        if left:
            self.fields["rest"].label = f"其余 {len(left)} 项（共 {total} 项）已核对，均符合"
        else:
            del self.fields["rest"]


class OverlapForm(PortalForm):
    edits_stored = True
    asked_later = ("words",)  # of every answer but one
    answer = forms.ChoiceField(label="核查结论", choices=Overlap.Answer.choices)
    words = forms.CharField(
        label="核查情况", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") not in (None, Overlap.Answer.EXPLAINED) and not cleaned.get("words"):
            self.add_error("words", "请写明核查情况，例如已与哪一方核实、结果如何。")
        return cleaned
