"""What counts days, months, people and places, asked alone at the edge where one more or one less would show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from types import SimpleNamespace as Row

import pytest

from applications.crosschecks.model import differ
from applications.eligibility import full_years, months_between, running_since
from applications.filing.deadlines import admitted_until, filing_deadline, next_deadline
from applications.filing.submission import verb_for
from applications.nearness import missing_among, missing_amount, spare_among
from platforms.programmes.services import years_later
from platforms.register.services import has_new_name, last_day_of_term
from platforms.summaries.services import due_day
from review.panels.drawing import commitment_of, seed_of, sizes_of
from tests.factories.dossiers import on

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)


def figure(value):
    return Row(value=value)


@pytest.mark.parametrize(
    ("count", "arguments", "expected"),
    [
        (full_years, (date(2024, 6, 8), date(2026, 6, 7)), 1),
        (full_years, (date(2024, 6, 8), date(2026, 6, 8)), 2),
        (full_years, (date(2024, 6, 8), date(2026, 7, 1)), 2),
        (full_years, (date(2024, 6, 8), date(2026, 5, 31)), 1),
        (months_between, (date(2025, 11, 8), date(2026, 2, 7)), 2),
        (months_between, (date(2025, 11, 8), date(2026, 2, 8)), 3),
        (months_between, (date(2025, 2, 8), date(2026, 2, 9)), 12),
        (missing_amount, (D(299), D(300)), 1),
        (missing_amount, (D(300), D(300)), 0),
        (missing_amount, (D(301), D(300)), 0),
        (missing_among, (D(12), D(20), D(60)), 0),
        (missing_among, (D(11), D(20), D(60)), 1),
        (missing_among, (D(12), D(21), D(60)), 1),
        (missing_among, (D(20), D(20), D(60)), 0),
        (spare_among, (D(12), D(20), D(60)), 0),
        (spare_among, (D(13), D(20), D(60)), 1),
        (spare_among, (D(13), D(21), D(60)), 0),
        (years_later, (date(2026, 9, 1), 3), date(2029, 8, 31)),
        (years_later, (date(2028, 2, 29), 3), date(2031, 2, 27)),
        (years_later, (date(2026, 1, 1), 1), date(2026, 12, 31)),
        (last_day_of_term, (date(2017, 12, 18), 3), date(2020, 12, 17)),
        (last_day_of_term, (date(2017, 1, 1), 3), date(2019, 12, 31)),
        (last_day_of_term, (date(2024, 3, 1), 3), date(2027, 2, 28)),
        (differ, (None, D(3), "{gap}"), None),
        (differ, (D(3), None, "{gap}"), None),
        (differ, (D(3), D(3), "{gap}"), ""),
        (differ, (D(3), D(5), "{left}/{right}/{gap}"), "3/5/2"),
        (differ, (D(5), D(3), "{left}/{right}/{gap}"), "5/3/2"),
        (differ, (D(5), D(3), "{gap}", D(2)), ""),
        (differ, (D(5), D(3), "{gap}", D(1)), "2"),
        (sizes_of, ({"a": "x", "b": "x", "c": "y"},), {"x": 2, "y": 1}),
        # Recomputed by `printf 'secret|number' | sha256sum`: what the public recomputes.
        (
            seed_of,
            ("secret", "number"),
            "8b8be2550cd2154a2ff9404108daa2cb36bc444e78eb8bbb8a5168286961d1ff",
        ),
        (commitment_of, ("secret",), "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"),
    ],
)
def test_counted(count, arguments, expected):
    assert count(*arguments) == expected


@pytest.mark.parametrize(
    ("established", "operating", "since"),
    [
        (date(2020, 1, 1), date(2021, 1, 1), date(2021, 1, 1)),
        (date(2021, 1, 1), date(2020, 1, 1), date(2021, 1, 1)),
        (None, date(2020, 1, 1), date(2020, 1, 1)),
        (date(2020, 1, 1), None, date(2020, 1, 1)),
        (None, None, None),
    ],
)
def test_running_since_the_later_beginning(established, operating, since):
    rows = Row(established_on=figure(established), operating_since=figure(operating))
    assert running_since(rows) == since
    if since is None:
        assert running_since(Row(established_on=None, operating_since=None)) is None


def draft(until: date | None = None, *, state: str = "DRAFT", cycle=None) -> Row:
    return Row(state=state, late_filing_until=until, cycle=cycle or Row(pk=1, filing_until=LAST))


@pytest.mark.parametrize(
    ("until", "deadline"),
    [(None, LAST), (date(2026, 9, 29), LAST), (date(2026, 10, 9), date(2026, 10, 9))],
)
def test_the_last_day_of_a_dossier(until, deadline):
    assert filing_deadline(draft(until)) == deadline


@pytest.mark.parametrize(
    ("today", "dossiers", "filed", "expected"),
    [
        (FIRST, [draft()], set(), LAST),
        (LAST, [draft()], {(7, 1)}, LAST),
        (date(2026, 10, 1), [draft()], {(7, 1)}, None),
        (date(2026, 10, 1), [draft(date(2026, 10, 9))], {(7, 1)}, date(2026, 10, 9)),
        (FIRST, [draft(state="SUBMITTED")], {(7, 1)}, None),
        (FIRST, [], {(7, 1)}, None),
        (FIRST, [], {(7, 2)}, LAST),
        (LAST, [], set(), LAST),
        (date(2026, 10, 1), [], set(), None),
    ],
)
def test_the_next_day_of_a_unit(today, dossiers, filed, expected):
    """Of its drafts, and of the year that runs while a platform of it has no dossier there."""
    with on(today):
        assert next_deadline(dossiers, [Row(pk=7)], filed, Row(pk=1, filing_until=LAST)) == expected
        assert next_deadline(dossiers, [], filed, None) == (
            expected if any(row.state == "DRAFT" for row in dossiers) else None
        )


@pytest.mark.parametrize(
    ("today", "until", "state", "expected"),
    [
        (FIRST, [date(2026, 10, 9), date(2026, 10, 12)], "DRAFT", date(2026, 10, 9)),
        (date(2026, 10, 9), [date(2026, 10, 9)], "DRAFT", date(2026, 10, 9)),
        (date(2026, 10, 10), [date(2026, 10, 9)], "DRAFT", None),
        (FIRST, [None], "DRAFT", None),
        (FIRST, [date(2026, 10, 9)], "SUBMITTED", None),
    ],
)
def test_the_later_day_that_was_granted(today, until, state, expected):
    year = Row(pk=1, filing_until=LAST)
    with on(today):
        rows = [draft(day, state=state, cycle=year) for day in until]
        assert admitted_until(rows, year) == expected
        assert admitted_until(rows, Row(pk=2, filing_until=LAST)) is None


@pytest.mark.parametrize(
    ("state", "verb"),
    [("DRAFT", "submit"), ("RETURNED", "resubmit"), ("SUPPLEMENTING", "supplement"), ("REPORTED", "submit")],
)
def test_what_submitting_means(state, verb):
    assert verb_for(Row(state=state)) == verb


@pytest.mark.parametrize(
    ("platform", "unit", "new"), [("甲", "乙", False), ("丙", "乙", True), ("甲", "丙", True)]
)
def test_a_title_bears_another_name(platform, unit, new):
    title = Row(platform_name="甲", organisation_name="乙")
    assert has_new_name(title, Row(name=platform, organisation=Row(name=unit))) is new


def test_the_last_working_day_of_a_summary(db):
    """The end of March of the year that follows; in 2029 that is a Saturday."""
    assert (due_day(2026), due_day(2028)) == (date(2027, 3, 31), date(2029, 3, 30))
