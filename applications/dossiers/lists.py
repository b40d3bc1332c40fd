"""Lists of dossiers: the words by which people look for one, whoever's list it is."""

from __future__ import annotations

from portal.pages.lists import search

SEARCH_OF_DOSSIERS = search(
    "platform__name", "platform__organisation__name", "platform__organisation__uscc", "number"
)
