"""The register of titles, today and "as of" any day: read by the directory, the home page and exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.contrib.postgres.search import SearchQuery
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Field,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    UUIDField,
    When,
)
from django.db.models.functions import Coalesce

from platforms.functions import Function
from platforms.models import Designation, Recommender, TitleEvent, UnitChange
from platforms.states import LIVE_TITLES, ChangeState
from portal.shared.search import query_tokens
from portal.shared.together import Figures, ask

Kind = TitleEvent.Kind


def as_of(day: date) -> QuerySet[Designation]:
    """The titles that were alive on a day: what their events up to that day say."""
    then = (
        TitleEvent.objects.filter(title=OuterRef("pk"), on__lte=day, replaced_by=None)
        .exclude(state="")
        .order_by("-on", "-order")
        .values("state")[:1]
    )
    rows = Designation.objects.annotate(state_then=Subquery(then), office_then=_office_on(day))
    return with_recommender(rows.filter(state_then__in=LIVE_TITLES), day)


def _office_on(day: date) -> Case:
    """A platform that has moved since stood with the department that it left; an association goes along."""
    moves = UnitChange.objects.filter(platform=OuterRef("platform"), state=ChangeState.DONE, done_on__gt=day)
    left = moves.exclude(moves_to=None).order_by("done_on").values("office")[:1]
    key = UUIDField()
    office = Coalesce(Subquery(left), F("recommender"), output_field=key)
    moved = When(recommender__kind=Recommender.Kind.DEPARTMENT, then=office)
    return Case(moved, default=F("recommender"), output_field=key)


RECOMMENDED = (Kind.GRANTED, Kind.REDESIGNATED, Kind.CONFIRMED)  # each upon a recommendation of that time


def with_recommender(rows: QuerySet[Designation], day: date | None = None) -> QuerySet[Designation]:
    """Who recommended, beside `recommender`, who watches now: another, once a platform has moved since its newest grant."""
    grants = TitleEvent.objects.filter(title=OuterRef(OuterRef("pk")), kind__in=RECOMMENDED, replaced_by=None)
    if day:
        grants = grants.filter(on__lte=day)
    newest = Coalesce(Subquery(grants.order_by("-on").values("on")[:1]), OuterRef("granted_on"))
    moves = UnitChange.objects.filter(state=ChangeState.DONE).exclude(moves_to=None).order_by()
    since = moves.filter(platform=OuterRef("platform"), done_on__gte=newest).order_by("done_on", "filed_at")
    # Few have ever moved: only of those are days compared, whatever the register holds.
    moved = Q(recommender__kind=Recommender.Kind.DEPARTMENT, platform__in=moves.values("platform"))

    def standing(field: str, now: str, kind: Field) -> Case:
        first = Coalesce(Subquery(since.values(field)[:1]), F(now), output_field=kind)
        return Case(When(moved, then=first), default=F(now), output_field=kind)

    return rows.annotate(
        recommended=standing("office", "recommender", UUIDField()),
        recommended_name=standing("office__name", "recommender__name", CharField()),
        recommended_label=standing("office__label", "recommender__label", CharField()),
    )


def recommended_by(title: Designation) -> Recommender:
    """Who recommended the platform when the title was last given; who watches over it now may be another."""
    row = with_recommender(Designation.objects.filter(pk=title.pk)).values("recommended")
    return Recommender.objects.get(pk__in=row)


def as_they_stood(rows: Iterable[Designation], day: date) -> list[Designation]:
    """The same rows under the names of that day, with the unit's code and the office that they stood with."""
    found = list(rows)
    events = TitleEvent.objects.filter(title__in=found, on__lte=day, replaced_by=None).exclude(
        platform_name=""
    )
    named = {one.title_id: one for one in events.order_by("on", "order")}
    offices = Recommender.objects.in_bulk({row.office_then for row in found})
    codes = _codes_on({row.platform_id for row in found if row.uscc}, day)
    for row in found:
        then = named.get(row.pk, row)
        row.platform_name, row.organisation_name = then.platform_name, then.organisation_name
        row.recommender = offices[row.office_then]
        row.uscc = codes.get(row.platform_id, row.uscc)
    return found


def _codes_on(platforms: set, day: date) -> dict:
    """The code of the unit that ran a platform, where another unit has taken it over since."""
    later = UnitChange.objects.filter(platform__in=platforms, state=ChangeState.DONE, done_on__gt=day)
    rows = later.exclude(operator=None).order_by("-done_on", "-filed_at")
    return {row.platform_id: row.wanted["operator"][0][-19:-1] for row in rows}


def find(rows: QuerySet[Designation], text: str) -> QuerySet[Designation]:
    """What stands in the words, each of them: Chinese substrings by bigrams, or pinyin initials anywhere in the name."""
    for token in query_tokens(text):
        condition = Q(search=SearchQuery(token, config="simple"))
        if token.isascii():
            condition |= Q(initials__contains=token) if len(token) > 1 else Q(initials__startswith=token)
        rows = rows.filter(condition)
    return rows


GROUPED = {"association": "行业协会", "ministry_unit": "部属单位"}


def summary(year: int) -> dict:
    """Figures of the public home page: per recommender, per function, per year, due for re-review."""
    live, titles = Designation.objects.filter(state__in=LIVE_TITLES).order_by(), Count("*")
    due = Q(review_year__lte=year) & ~Q(on_paper=True, review_year__lt=year)
    offices, functions, years, sums = ask(
        with_recommender(live).values("recommended_label", "recommender__kind").annotate(titles=titles),
        live.annotate(code=Each("functions")).values("code").annotate(titles=titles),
        Designation.objects.order_by("year").values("year").annotate(titles=titles),
        Figures(live, {"total": titles, "served": Sum("smes_served"), "due": Count(1, filter=due)}),
    )
    by_recommender: Counter[str] = Counter()
    for row in offices:
        by_recommender[GROUPED.get(row["recommender__kind"], row["recommended_label"])] += row["titles"]
    by_function = {row["code"]: row["titles"] for row in functions}
    found = [(label, by_function[code]) for code, label in Function.choices if code in by_function]
    return {
        "total": sums["total"],
        "by_recommender": dict(by_recommender),
        "by_function": sorted(found, key=lambda pair: -pair[1]),
        "by_year": [(row["year"], row["titles"]) for row in years],
        "served": sums["served"] or 0,
        "due": sums["due"],
    }


class Each(Func):
    """The elements of an array, a row each."""

    function, output_field, set_returning = "unnest", CharField(), True


def listed(rows: QuerySet[Designation]) -> QuerySet[Designation]:
    return rows.select_related("recommender").order_by(F("year").desc(), "recommender__order", "sort_key")
