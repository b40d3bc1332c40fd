"""A province's own yearly round (Art. 18): its edition declared from the base one, its windows, its publication.

Carries out Art. 18.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from applications.cycles.services import change_cycle, create_cycle
from applications.editions import DEFAULT, Provincial, get_edition, overlay
from applications.models import Cycle
from applications.states import CycleState
from platforms.models import Platform, Programme
from portal.kernel.calendar import calendar
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked

WINDOW = ("filing_from", "filing_until", "review_until", "closes_on")
PHONES = ("contact_phone", "supervision_phone")  # as they stand on the publicity


def rounds_of(programme: Programme):
    return Cycle.objects.filter(programme=programme).select_related("programme__recommender")


def open_rounds(platforms: Iterable[Platform]) -> list[Cycle]:
    """The published rounds of the provinces that these platforms lie in."""
    places = {platform.jurisdiction_id for platform in platforms}
    rows = Cycle.objects.filter(programme__recommender__in=places, state=CycleState.PUBLISHED)
    return list(rows.select_related("programme__recommender").order_by("-year"))


def proposed_terms(programme: Programme, year: int) -> Provincial:
    """Last round's terms, or the national conditions under the province's own name."""
    last = rounds_of(programme).filter(year__lt=year).order_by("-year").first()
    base = get_edition(last.edition_code if last else DEFAULT)
    own: dict[str, Any] = {
        "honour": programme.honour,
        "authority": programme.recommender.name,
        "number_prefix": programme.number_prefix,
    }
    if last:
        return Provincial.from_json({**last.edition_overlay["provincial"], **own})
    return Provincial(
        title=f"{programme.honour}认定管理办法",
        document_number="",
        publicity_days=base.publicity_days,
        years=base.rereview_years,
        thresholds={row.code: str(row.value) for row in base.thresholds},
        **own,
    )


def terms_of(cycle: Cycle) -> Provincial:
    """What the round was declared with; a draft follows what the programme is called now."""
    terms = Provincial.from_json(cycle.edition_overlay["provincial"])
    if cycle.state != CycleState.DRAFT:
        return terms
    programme = cycle.programme
    return replace(
        terms,
        honour=programme.honour,
        authority=programme.recommender.name,
        number_prefix=programme.number_prefix,
    )


def is_named_as_now(cycle: Cycle) -> bool:
    return terms_of(cycle).to_json() == Provincial.from_json(cycle.edition_overlay["provincial"]).to_json()


def proposed_window(year: int) -> dict[str, date]:
    """After the national handling of spring, so that nobody files twice at once."""
    days = calendar()
    return {
        "filing_from": days.next_workday(date(year, 6, 1)),
        "filing_until": days.previous_workday(date(year, 7, 31)),
        "review_until": days.previous_workday(date(year, 10, 31)),
        "closes_on": date(year, 12, 31),
    }


@transaction.atomic
def create_round(
    programme: Programme, *, by, year: int, terms: Provincial, window: Mapping[str, date | str]
) -> Cycle:
    """A round in preparation. Raises TransitionBlocked with what does not fit."""
    demand_scope(by, "open_round", programme, "省级认定年度由本省办理。")
    if rounds_of(programme).filter(year=year).exists():
        raise TransitionBlocked([f"{year} 年度已经建立，可以直接修改。"])
    return create_cycle(
        by=by,
        programme=programme,
        year=year,
        edition_code=DEFAULT,
        edition_overlay=_checked(programme, terms),
        **_dates(window),
    )


@transaction.atomic
def change_round(
    cycle: Cycle, *, by, window: Mapping[str, date | str], terms: Provincial | None = None, reason: str = ""
) -> Cycle:
    """Terms of a draft, dates of a published round with their reason; what is published stays frozen."""
    fields: dict[str, Any] = _dates(window)
    if terms is not None:
        fields["edition_overlay"] = _checked(cycle.programme, terms)
    return change_cycle(cycle, by=by, reason=reason, **fields)


def _checked(programme: Programme, terms: Provincial) -> dict:
    stored = {"provincial": terms.to_json()}
    reasons = terms.problems(get_edition(DEFAULT))
    if terms.authority != programme.recommender.name or terms.number_prefix != programme.number_prefix:
        reasons.append("办理单位和编号前缀须与本省省级认定的设定一致。")
    if reasons:
        raise TransitionBlocked(reasons)
    overlay(get_edition(DEFAULT), stored)
    return stored


def _dates(window: Mapping[str, date | str]) -> dict[str, date | str]:
    """The province evaluates from the first filing to the end of its review: it reports to nobody."""
    return {
        **{name: window[name] for name in (*WINDOW, *PHONES) if name in window},
        "handling_from": window["filing_from"],
        "handling_until": window["review_until"],
    }
