"""Article 5 against a second computation that is written as plainly as the text itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from applications.editions import get_edition
from applications.eligibility import FAIL, PASS, RELAXABLE, UNKNOWN, Figure, Figures, assess

EDITION = get_edition("interim-2010")
AS_OF = date(2026, 4, 1)
counts = st.none() | st.integers(0, 400)
amounts = st.none() | st.decimals(0, 1000, places=2)
shares = st.none() | st.decimals(0, 100, places=2)
days = st.none() | st.dates(date(2020, 1, 1), date(2026, 3, 31))


def naive(figures: dict) -> dict[str, bool | None]:
    """Each condition in schoolbook arithmetic; None where nothing is known."""

    def known(name, rule):
        return None if figures[name] is None else rule(figures[name])

    starts = [day for day in (figures["established_on"], figures["operating_since"]) if day]
    if not starts:
        years = None
    else:
        years = all(day.replace(year=day.year + 2, day=min(day.day, 28)) <= AS_OF for day in starts)
    staff, either = figures["staff"], figures["either"]
    return {
        "years": years,
        "assets": known("assets", lambda value: value >= 300),
        "staff": known("staff", lambda value: value >= 20),
        "ratio": None if not staff or either is None else either * 100 >= staff * 60,
        "smes": known("smes_last", lambda value: value >= 100),
        "satisfaction": known("satisfaction", lambda value: value >= 80),
        "recognition": known("recognitions", lambda value: value >= 1),
    }


def judged(figures: dict, **more) -> dict[str, str]:
    known = {name: Figure(value) for name, value in figures.items() if value is not None}
    return {row.code: row.verdict for row in assess(EDITION, Figures(**known, **more), as_of=AS_OF).criteria}


given_figures = st.fixed_dictionaries(
    {
        "established_on": days.map(lambda d: d and d.replace(day=min(d.day, 28))),
        "operating_since": days.map(lambda d: d and d.replace(day=min(d.day, 28))),
        "assets": amounts,
        "staff": counts,
        "either": counts,
        "smes_last": counts,
        "satisfaction": shares,
        "recognitions": st.none() | st.integers(0, 5),
    }
)
EDGE = {
    "established_on": date(2024, 4, 1),
    "operating_since": date(2024, 4, 1),
    "assets": Decimal(300),
    "staff": 20,
    "either": 12,
    "smes_last": 100,
    "satisfaction": Decimal(80),
    "recognitions": 1,
}
BELOW = {
    "established_on": date(2024, 4, 2),
    "operating_since": date(2020, 1, 1),
    "assets": Decimal("299.99"),
    "staff": 19,
    "either": 11,
    "smes_last": 99,
    "satisfaction": Decimal("79.99"),
    "recognitions": 0,
}


@given(given_figures)
@example(EDGE)
@example(BELOW)
@example({**EDGE, "staff": 1000, "either": 599})
def test_agrees_with_the_naive_computation(figures):
    """Art. 5 (一)–(八)."""
    found = judged(figures)
    for code, met in naive(figures).items():
        assert found[code] == {None: UNKNOWN, True: PASS, False: FAIL}[met], code


@given(given_figures)
@example(BELOW)
def test_relaxation_touches_only_one_three_four_and_is_never_green(figures):
    """Art. 5 (八)."""
    plain, poor = judged(figures), judged(figures, poor_area=True)
    items = {row.code: row.item for row in assess(EDITION, Figures(), as_of=AS_OF).criteria}
    for code, verdict in plain.items():
        if verdict == FAIL and items[code] in ("一", "三", "四"):
            assert poor[code] == RELAXABLE
        else:
            assert poor[code] == verdict


@given(given_figures)
def test_a_bar_passes_its_line_exactly_when_the_condition_is_met(figures):
    known = {name: Figure(value) for name, value in figures.items() if value is not None}
    rows = assess(EDITION, Figures(**known), as_of=AS_OF).criteria
    measured = {row.code: row for row in rows if row.reached is not None}
    assert set(measured) <= {threshold.code for threshold in EDITION.thresholds}
    assert {code: row.reached >= 100 for code, row in measured.items()} == {
        code: row.verdict == PASS for code, row in measured.items()
    }


def test_the_edges_themselves():
    """Art. 5 (一)(三)(四)."""
    assert {code for code, verdict in judged(EDGE).items() if verdict == PASS} == set(naive(EDGE))
    assert {code for code, verdict in judged(BELOW).items() if verdict == FAIL} == set(naive(BELOW))


def test_a_round_that_asks_for_no_recognitions_is_judged_without_the_figure():
    """Art. 18: where the proofs are optional and none were given, there is nothing to be near to."""
    edition = EDITION
    optional = tuple(
        replace(row, required=row.required and row.code != "honours") for row in edition.materials
    )
    found = assess(replace(edition, materials=optional), Figures(), as_of=AS_OF)
    row = next(row for row in found.criteria if row.code == "recognition")
    assert (row.verdict, row.figure, row.near) == (PASS, "本轮不要求", "")


def test_each_judgement_names_the_place_of_its_own_figure():
    """Where a figure comes from stands beside what is judged by it: the later of two years, the part of a share."""
    values = {"established_on": date(2020, 1, 1), "operating_since": date(2020, 1, 1)}
    names = [name for name in Figures.__dataclass_fields__ if name not in ("poor_area", "granted")]
    known = {name: Figure(values.get(name, 400), f"来自 {name}") for name in names}
    found = {row.code: row.source for row in assess(EDITION, Figures(**known), as_of=AS_OF).criteria}
    own = {"years": "登记信息", "ratio": "来自 either", "smes": "来自 smes_last", "growth": "来自 smes_last"}
    own["recognition"] = "来自 recognitions"
    assert found == {code: own.get(code, f"来自 {code}") for code in found} and len(found) == 11
