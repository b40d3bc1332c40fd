"""Lines of the ministry's queue as they are drawn: once for what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from applications.models import Application
from applications.states import NATIONAL_CHOICES
from platforms.functions import Function
from portal.pages.drawn import draw_kept
from portal.templatetags.ui import article5, due_brief, pips
from review.queue.listing import MARKS, ORDER_LABELS, PIPS, Listing


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
    cells = (pips(row.pips), article5(row.assessment), due_brief(row.due_on, row.over_words))
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


@dataclass(frozen=True)
class FilterChoices:
    """What the form offers whatever the list holds."""

    functions: Iterable = tuple(Function.choices)
    procedures: Iterable = tuple(NATIONAL_CHOICES)
    orders: Iterable = tuple(ORDER_LABELS.items())
    pips: Iterable = tuple(PIPS.items())
    marks: Iterable = tuple(MARKS.items())


def filters_of(found: Listing, keep: Mapping[str, str], *, recommenders, officers, years) -> SafeString:
    """The form above the list."""
    offered = (
        tuple((row.code, row.label) for row in recommenders),
        tuple((row.username, row.name) for row in officers),
        tuple(years),
    )
    return draw_kept(
        "review/queue/_filters.html",
        (found.view, found.stage, found.order, *sorted(keep.items()), *offered),
        lambda: {
            "found": found,
            "get": keep,
            "recommenders": recommenders,
            "offered": FilterChoices(),
            "officers": officers,
            "years": years,
            "narrowed": any(name in keep for name in ("handler", "procedure", "year"))
            or found.order != "due",
        },
    )
