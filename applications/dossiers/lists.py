"""Lists of dossiers: the words by which people look for one, whoever's list it is."""

from __future__ import annotations

from portal.pages.listforms import text_line
from portal.pages.lists import Filter, search


def search_of_dossiers(hint: str) -> Filter:
    """`hint` says what may be typed."""
    fields = ("platform__name", "platform__organisation__name", "platform__organisation__uscc", "number")
    return search(*fields, field=text_line(hint))
