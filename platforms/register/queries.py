"""The register of titles, today and "as of" any day: read by the directory, the home page and exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from platforms.functions import Function
from platforms.models import Designation, TitleEvent
from platforms.states import LIVE_TITLES
from portal.shared.search import query_tokens


def as_of(day: date) -> QuerySet[Designation]:
    """The titles that were alive on a day: what their events up to that day say."""
    then = (
        TitleEvent.objects.filter(title=OuterRef("pk"), on__lte=day, replaced_by=None)
        .exclude(state="")
        .order_by("-on", "-order")
        .values("state")[:1]
    )
    return Designation.objects.annotate(state_then=Subquery(then)).filter(state_then__in=LIVE_TITLES)


def as_they_stood(rows: Iterable[Designation], day: date) -> list[Designation]:
    """The same rows under the names of that day."""
    found = list(rows)
    events = TitleEvent.objects.filter(title__in=found, on__lte=day, replaced_by=None).exclude(
        platform_name=""
    )
    named = {one.title_id: one for one in events.order_by("on", "order")}
    for row in found:
        then = named.get(row.pk, row)
        row.platform_name, row.organisation_name = then.platform_name, then.organisation_name
    return found


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
    live = Designation.objects.filter(state__in=LIVE_TITLES)
    by_recommender: Counter[str] = Counter()
    by_function: Counter[str] = Counter()
    labels = dict(Function.choices)
    for label, kind, functions in live.values_list("recommender__label", "recommender__kind", "functions"):
        by_recommender[GROUPED.get(kind, label)] += 1
        by_function.update(labels[code] for code in functions)
    by_year = Counter(Designation.objects.values_list("year", flat=True))
    return {
        "total": sum(by_recommender.values()),
        "by_recommender": dict(by_recommender),
        "by_function": by_function.most_common(),
        "by_year": sorted(by_year.items()),
        "served": live.aggregate(n=Sum("smes_served"))["n"] or 0,
        "due": live.filter(review_year__lte=year).exclude(on_paper=True, review_year__lt=year).count(),
    }


def listed(rows: QuerySet[Designation]) -> QuerySet[Designation]:
    return rows.select_related("recommender").order_by(F("year").desc(), "recommender__order", "sort_key")
