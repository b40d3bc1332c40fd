"""What the 负责人 says when he files."""

from __future__ import annotations

from django import forms

from portal.pages.forms import PortalForm, dress

PAPER_HELP = (
    "加盖公章，写明授权您代表本单位声明并提交；您就是法定代表人的，上传法定代表人身份证明书。"
    "PDF、OFD、JPG、PNG，20 MB 以内。上传一次，以后不再要。您不是负责人的，请在“单位”中邀请负责人，由其上传并提交"
)


class DeclareForm(PortalForm):
    declarant_name = forms.CharField(label="声明人姓名", max_length=40)
    declarant_title = forms.CharField(label="声明人职务", max_length=40)
    authorisation = forms.FileField(label="授权书", help_text=PAPER_HELP)
    reply = forms.CharField(label="补正说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    explanation = forms.CharField(
        label="不一致之处的说明",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="随申报一并提交，以后办理此件的每一位都会看到",
    )
    declared = forms.BooleanField(
        label="我已阅读上述声明，我单位对全部材料的真实性负责",
        error_messages={"required": "请阅读并勾选真实性声明。"},
    )

    def __init__(self, *args, is_correction=False, has_conflicts=False, asked=(), paper=None, **kwargs):
        super().__init__(*args, **kwargs)
        for label, item in reversed(asked):
            field = forms.CharField(
                label=f"对{label}的答复",
                max_length=500,
                required=False,
                help_text=f"要求：{item.words}",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields = {f"answer_{item.code}": field, **self.fields}
            field.required = not item.is_changed
            field.error_messages["required"] = f"{label}没有改动，请写明原因，或者先按要求改正。"
        dress(self)
        self.fields["declared"].error_messages["required"] = "请阅读并勾选真实性声明。"
        self.fields["authorisation"].error_messages["required"] = "请上传加盖公章的授权书，上传后即可提交。"
        if paper:
            self.fields.pop("authorisation")
        if not is_correction:
            self.fields.pop("reply")
        if has_conflicts:
            self.fields["explanation"].required = True
            self.fields["explanation"].error_messages["required"] = "请先更正不一致之处，或者写明原因。"
        else:
            self.fields.pop("explanation")

    def said(self) -> dict:
        """What is declared, with the words on each item under its material's code."""
        answers = {name for name in self.cleaned_data if name.startswith("answer_")}
        data = {
            name: self.cleaned_data[name] for name in self.cleaned_data.keys() - answers - {"authorisation"}
        }
        given = {name: value for name, value in self.cleaned_data.items() if name.startswith("answer_")}
        return {
            **data,
            "answers": {name.removeprefix("answer_"): value for name, value in given.items() if value},
        }
