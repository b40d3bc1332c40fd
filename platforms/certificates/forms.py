from __future__ import annotations

from django import forms

from portal.pages.forms import PortalForm
from portal.shared.uploads import SHEET_BYTES


class FileForm(PortalForm):
    file = forms.FileField(label="证书 PDF 文件", help_text="10 MB 以内；可以把文件拖到此处")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > SHEET_BYTES:
            raise forms.ValidationError("文件应小于 10 MB。")
        head = file.read(5)
        file.seek(0)
        if head != b"%PDF-":
            raise forms.ValidationError("文件不是 PDF，请选择证书的 PDF 文件。")
        return file
