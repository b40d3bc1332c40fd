"""The word for a note in the trail."""

from __future__ import annotations

from portal.kernel.action_labels import register_words

register_words({"officenote.write": "写内部记事"})
