"""The form of a claim: which of one's platforms, and why it is the one of the notice."""

from __future__ import annotations

from django import forms

from platforms.models import Platform
from portal.pages.forms import PortalForm


class ClaimForm(PortalForm):
    platform: forms.ModelChoiceField = forms.ModelChoiceField(
        label="本单位的平台", queryset=Platform.objects.none(), empty_label="请选择"
    )
    words = forms.CharField(
        label="说明",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="说明本单位与公告所载平台是同一家，例如名称沿革、公告和牌匾的情况。",
    )

    def __init__(self, *args, platforms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform"].queryset = platforms
        if len(own := list(platforms[:2])) == 1:  # nothing to choose
            self.initial.setdefault("platform", own[0].pk)
