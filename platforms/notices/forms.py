"""Forms of a notice: pasted or uploaded, its facts, and the cells of its lines."""

from __future__ import annotations

from django import forms

from platforms.notices.batches import CHOICES, EDITABLE
from platforms.notices.words import LABELS
from portal.pages.forms import PortalForm

MAX_TEXT = 400_000


class SourceForm(PortalForm):
    goes_public = ("text",)
    text = forms.CharField(
        label="公告全文",
        required=False,
        max_length=MAX_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="连同附件名单一起粘贴；从网页、Word、WPS 或者 Excel 复制都可以。",
    )
    file = forms.FileField(label="或者上传公告文件（DOCX、XLSX、带文字的 PDF，20 MB 以内）", required=False)

    def clean(self):
        data = super().clean()
        if not self.errors and not (data.get("text") or "").strip() and not data.get("file"):
            raise forms.ValidationError("请粘贴公告全文，或者上传公告文件。")
        return data


class FactsForm(PortalForm):
    goes_public = ("notice_title", "notice_number")
    notice_kind = forms.ChoiceField(
        label="公告类别", choices=[(code, label) for code, label in LABELS.items()], required=False
    )
    notice_title = forms.CharField(label="公告标题", max_length=200)
    notice_number = forms.CharField(label="文号", max_length=64, required=False)
    notice_on = forms.DateField(label="公告日期", help_text="成文日期，不是网站发布日期")
    valid_until = forms.DateField(
        label="称号有效期至", required=False, help_text="公告写明有效期的填写；按复核延续的留空"
    )


def rows_in(post) -> dict[int, dict[str, str]]:
    """What was typed into the lines: `cell-<row>-<code>`."""
    found: dict[int, dict[str, str]] = {}
    events = {code for code, _ in CHOICES}
    for name, value in post.items():
        parts = name.split("-")
        if len(parts) != 3 or parts[0] != "cell" or not parts[1].isdecimal() or parts[2] not in EDITABLE:
            continue
        if parts[2] == "event" and value not in events:
            continue
        found.setdefault(int(parts[1]), {})[parts[2]] = value[:200]
    return found
