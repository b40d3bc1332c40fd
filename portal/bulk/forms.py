from __future__ import annotations

from django import forms

from portal.pages.forms import PortalForm, sentences


class BulkForm(PortalForm):
    """One note for all; a verb's own form adds what the verb asks for."""

    note_label = "意见"
    note = forms.CharField(
        label="意见", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, note_required=False, **kwargs):
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        note.required = note_required
        note.label = "理由" if note_required else self.note_label
        note.help_text = "写入所列每一件的办理记录"
        note.error_messages |= sentences(note)
