"""Lines of the ministry's queue as they are drawn: once for what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.safestring import SafeString

from applications.dossiers.brief import brief_of
from applications.models import Application
from portal.pages.drawn import draw_kept
from portal.pages.listforms import options_of
from portal.templatetags.ui import due_brief, pips
from review.queue.listing import QUEUE, Listing


def lines_of(
    rows: Iterable[Application], *, query: str, names_years: bool, is_ministry: bool, peek: Application | None
) -> list[SafeString]:
    return [
        _line(
            row, query, str(row.cycle) if names_years else "", is_ministry, peek is not None and row == peek
        )
        for row in rows
    ]


def _line(row: Application, query: str, cycle: str, is_ministry: bool, is_peek: bool) -> SafeString:
    cells = (pips(row.pips), brief_of(row), due_brief(row.due_on, row.over_words))
    name, functions, office = row.platform.name, tuple(row.platform.functions), row.recommender.label
    says = (row.pk, row.number, row.procedure, row.state, row.province_score, name, functions, office, *cells)
    return draw_kept(
        "review/queue/_line.html",
        (says, query, cycle, is_ministry, is_peek),
        lambda: {
            "row": row,
            "cells": cells,
            "query": query,
            "cycle": cycle,
            "is_ministry": is_ministry,
            "is_peek": is_peek,
        },
    )


def filters_of(found: Listing, keep: Mapping[str, str], *, recommenders, officers, years) -> SafeString:
    """The form above the list."""
    form = QUEUE.form(
        keep,
        {
            "recommender": [(row.code, row.label) for row in recommenders],
            "handler": [(row.username, row.name) for row in officers],
            "year": options_of(years, "{} 年度"),
        },
        kept={"view": found.view, "stage": found.stage},
    )
    return draw_kept("ui/filters.html", form, lambda: {"form": form, "button": "btn line"})
