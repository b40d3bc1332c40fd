"""Lines of a recommender's queue as they are drawn: once for what they say."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString

from applications.models import Application
from portal.pages.drawn import draw_kept
from portal.templatetags.ui import NOTHING, due, pips, tag

# What a line reads: whole rows, with sealed contacts of the unit among them, are three times as costly to make.
LISTED = (
    "number",
    "procedure",
    "state",
    "due_on",
    "pips",
    "assessment",
    "cycle__year",
    "platform__name",
    "platform__organisation__name",
)
RELATED = ("platform__organisation", "cycle")


def lines_of(rows: Iterable[Application]) -> list[SafeString]:
    return [_line(row) for row in rows]


def _line(row: Application) -> SafeString:
    cells = (
        pips(row.pips),
        tag(row.get_state_display(), row.tone),
        due(row.due_on, False, row.over_words) if row.due_on else NOTHING,
    )
    mark, relaxing = row.assessment.get("mark", ""), bool(row.assessment.get("relaxing"))
    names = (row.platform.name, row.platform.organisation.name)
    says = (row.pk, row.number, *names, row.cycle.year, row.procedure, mark, relaxing)
    return draw_kept(
        "applications/desk/_line.html",
        (*says, *cells),
        lambda: {"row": row, "cells": cells, "mark": mark, "relaxing": relaxing},
    )
