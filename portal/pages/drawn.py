"""Parts of pages kept by what they say: the line of a list is drawn once, whoever looks at it how often.

The key names every word and address that the part shows, so that what changed is another part, not a stale one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

MOST = 6_000_000  # characters a process keeps, two bytes each
_drawn: dict[Hashable, SafeString] = {}
_length = 0


def draw_kept(template: str, key: Hashable, context: Callable[[], Mapping[str, Any]]) -> SafeString:
    """The template with what `context` makes for it, unless it was drawn for the same key."""
    global _length
    found = _drawn.get((template, key))
    if found is None:
        found = render_to_string(template, dict(context()))
        _length += len(found)
        if _length > MOST:
            _drawn.clear()
            _length = len(found)
        _drawn[template, key] = found
    return found
