"""The form that reveals what is masked: a reason, which the trail keeps."""

from __future__ import annotations

from django import forms

from portal.pages.forms import PortalForm


class RevealForm(PortalForm):
    reason = forms.CharField(
        label="查看理由", max_length=200, help_text="如核实情况、告知结果；查看人、时间和理由记入操作记录"
    )
