"""Parts of pages kept by what they say: the line of a list is drawn once, whoever looks at it how often.

The key names every word and address that the part shows, so that what changed is another part, not a stale one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

MOST = 4096  # parts a process, a kilobyte or two each
_drawn: dict[Hashable, SafeString] = {}


def draw_kept(template: str, key: Hashable, context: Callable[[], Mapping[str, Any]]) -> SafeString:
    """The template with what `context` makes for it, unless it was drawn for the same key."""
    found = _drawn.get((template, key))
    if found is None:
        found = render_to_string(template, dict(context()))
        if len(_drawn) >= MOST:
            _drawn.clear()
        _drawn[template, key] = found
    return found
