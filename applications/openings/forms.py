"""The form of a doubt: which of the openings that the unit was shown, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from applications.openings.services import Line
from portal.pages.forms import OPEN, PortalForm, choice_in


class DoubtForm(PortalForm):
    line = forms.ChoiceField(label="哪一次打开")
    words = forms.CharField(
        label="您的疑问",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="只发给纪检监督；推荐单位、工业和信息化部和评审专家都看不到。",
    )

    def __init__(self, *args, lines: Sequence[Line], **kwargs):
        super().__init__(*args, **kwargs)
        choice_in(self, "line").choices = [OPEN, *((line.key, str(line)) for line in lines)]
