"""Figures that Postgres counts are those of a count by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from applications.models import Application
from applications.states import ApplicationState as S
from platforms.functions import Function
from platforms.models import Designation
from platforms.register.queries import GROUPED
from platforms.register.queries import summary as register_summary
from platforms.states import LIVE_TITLES
from review.statistics.figures import SUCCESSES, asked_for, days_taken, filtered, summary
from tests.factories import dossiers, people

pytestmark = pytest.mark.django_db


def test_the_years_in_figures_are_a_count_by_hand():
    for state in (S.REPORTED, S.DESIGNATED, S.DESIGNATED, S.REJECTED):
        dossiers.application_in(state)
    user = people.ministry()
    figures, rows = summary(asked_for(user, {})), list(filtered(user, {}))
    assert figures["total"] == len(rows) == 4
    [year] = figures["by_year"]
    won = sum(row.state in SUCCESSES for row in rows)
    assert (year["reported"], year["won"], year["lost"], year["open"]) == (4, won, 1, 1)
    functions = Counter(code for row in rows for code in row.platform.functions)
    assert {line["key"]: line["reported"] for line in figures["by_function"]} == functions
    assert sum(figures["tiles"].values()) == 4
    assert dict(figures["outcomes"])[S.DESIGNATED.label] == 2
    taken = sorted(days for row in rows if (days := days_taken(row.reported_at, row.ended_on)) is not None)
    assert [values for _, values in figures["durations"]] == [taken]
    scored = sorted(float(row.review_score) for row in rows if row.review_score is not None)
    assert [values for _, values in figures["scores"]] == [scored]
    assert [line["count"] for line in figures["stages"]] == [4, len(scored), won, won]
    assert summary(Application.objects.none())["total"] == 0


def test_the_register_in_figures_is_a_count_by_hand():
    for _ in range(3):
        dossiers.title(dossiers.unit())
    dossiers.ended_title()
    live = [row for row in Designation.objects.select_related("recommender") if row.state in LIVE_TITLES]
    figures = register_summary(2026)
    assert figures["total"] == len(live) == 3
    offices = Counter(GROUPED.get(row.recommender.kind, row.recommender.label) for row in live)
    assert figures["by_recommender"] == offices
    labels = dict(Function.choices)
    assert dict(figures["by_function"]) == Counter(labels[code] for row in live for code in row.functions)
    assert dict(figures["by_year"]) == Counter(Designation.objects.values_list("year", flat=True))
    assert figures["served"] == sum(row.smes_served or 0 for row in live)
    due = [row for row in live if row.review_year and row.review_year <= 2026]
    assert figures["due"] == sum(not (row.on_paper and row.review_year < 2026) for row in due)
