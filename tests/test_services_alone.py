"""What services ask before they act, each asked alone: every condition that a lost line would no longer hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace as Row

import pytest
from guardian.shortcuts import assign_perm

from applications.models import Recommendation
from applications.provincial_rounds.services import open_rounds
from applications.recommendation.services import check_seen, reportable
from applications.states import ApplicationState as S
from platforms.models import Suspension
from platforms.organisations.services import (
    a_titled_unit_shows_its_licence,
    suspension_is_not_evaded,
    titled_ones_do_not_move_themselves,
)
from platforms.querysets import people_of_recommender
from platforms.staff.services import SIGNS, end_substitution, turn_substitutions
from portal.kernel.workflow import TransitionBlocked
from review.handlers.services import has_nothing_left, lendable, offices_to_ask
from review.models import CheckPlan, FailingNotice
from review.rereview.failing import latest_notice, reasons_against_opening, reasons_against_telling
from review.secondlooks.services import obstacles
from review.secondlooks.terms import last_day, term_of
from review.spot_checks.services import editing_reasons
from tests.factories import dossiers, people, records
from tests.factories.bare import bare, put, stand
from tests.factories.dossiers import on
from tests.factories.tampering import unsealed

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 8)


@pytest.mark.parametrize(
    ("version", "last", "stops"),
    [(None, "other", False), (3, "other", False), (2, "other", True), (2, "self", False), (2, None, False)],
)
def test_a_form_that_somebody_else_saved_meanwhile_is_shown_again(version, last, stops):
    by, other = people.user(name="甲"), people.user(name="乙")
    row = Recommendation(version=3)
    who = {"self": by, "other": other, None: None}[last]
    if not stops:
        assert check_seen(row, version, last=who, by=by) is None
        return
    with pytest.raises(TransitionBlocked, match="乙保存过此表"):
        check_seen(row, version, last=who, by=by)


def test_a_list_takes_what_is_recommended_in_its_order():
    of, year = dossiers.unit(), dossiers.cycle()
    rows = [
        bare(S.RECOMMENDED, of=dossiers.unit(), cycle=year, rank=rank, number=number)
        for rank, number in ((2, "b"), (1, "c"), (2, "a"))
    ]
    bare(S.REPORTED, of=dossiers.unit(), cycle=year, rank=1)
    bare(S.RECOMMENDED, of=dossiers.unit(), cycle=year, rank=1, procedure="REREVIEW")
    bare(S.RECOMMENDED, of=dossiers.unit(people.recommender("江苏")), cycle=year, rank=1)
    found = list(reportable(of.platform.jurisdiction, year))
    assert found == [rows[1], rows[2], rows[0]]


# --- what may not be changed beside a title ---


@pytest.mark.parametrize("state", ["ACTIVE", "ENDED"])
def test_a_title_keeps_what_stands_on_it(state):
    of = dossiers.unit()
    platform, unit = of.platform, of.platform.organisation
    assert list(titled_ones_do_not_move_themselves(platform, {"jurisdiction", "name"})) == []
    title = dossiers.title(of)
    if state == "ENDED":
        with unsealed(type(title)):
            type(title).objects.filter(pk=title.pk).update(state=state)
    lives = state == "ACTIVE"
    for changed, lines in (
        ({"jurisdiction"}, 1),
        ({"name"}, 1),
        ({"address"}, 1),
        ({"jurisdiction", "name"}, 2),
        ({"phone"}, 0),
    ):
        assert len(list(titled_ones_do_not_move_themselves(platform, changed))) == lines * lives, changed
    for changed, lines in (
        ({"name"}, 1),
        ({"legal_person"}, 1),
        ({"registered_address", "phone"}, 1),
        ({"phone"}, 0),
    ):
        assert len(list(a_titled_unit_shows_its_licence(unit, changed))) == lines * lives, changed


@pytest.mark.parametrize(
    ("year", "state", "changed", "held"),
    [
        (2026, "IN_FORCE", {"jurisdiction"}, True),
        (2027, "IN_FORCE", {"jurisdiction", "name"}, True),
        (2025, "IN_FORCE", {"jurisdiction"}, False),
        (2026, "LIFTED", {"jurisdiction"}, False),
        (2026, "IN_FORCE", {"name"}, False),
    ],
)
def test_nobody_moves_away_from_a_suspension(year, state, changed, held):
    platform = dossiers.unit().platform
    given = {"year": year, "reason": "弄虚作假", "decided_on": DAY, "state": state}
    put(Suspension, recommender=people.recommender("甘肃"), **given)
    with on(DAY):
        assert list(suspension_is_not_evaded(platform, changed)) == []
        put(Suspension, recommender=platform.jurisdiction, **given)
        assert bool(list(suspension_is_not_evaded(platform, changed))) is held


# --- who may be lent, and until when ---


def test_people_of_another_department_are_lent():
    row = bare(S.SUBMITTED)
    here, there = row.recommender, people.recommender("江苏")
    people.officer_of(here, name="甲")
    both, theirs = people.officer_of(here, name="乙"), people.officer_of(there, name="丙")
    people.officer_of(there, name="丁", is_active=False)
    assign_perm("handle_recommender", both, there)
    people.officer_of(people.association(), name="戊")
    asked = list(offices_to_ask(row))
    assert here not in asked and there in asked and people.association() not in asked
    assert [office.order for office in asked] == sorted(office.order for office in asked)
    assert lendable(row) == [(there, theirs)]


@pytest.mark.parametrize(("state", "left"), [("DRAFT", False), ("PUBLICISED", False), ("LAPSED", True)])
def test_a_lending_ends_when_nothing_is_left(state, left):
    assert has_nothing_left(bare(state)) is left


# --- a failing that is announced, and a second look ---


def test_an_unfiled_rereview_is_told_when_filing_is_over():
    title, year = dossiers.title(dossiers.unit()), dossiers.cycle(2026)
    with on(year.filing_until):
        assert reasons_against_telling(title, year)[0].endswith("24:00，截止后方可告知。")
    with on(date(2026, 12, 1)):
        stand(year, "ENDED")
        assert "请在下一年度办理" in reasons_against_telling(title, year)[0]


@pytest.mark.parametrize(
    ("fields", "today", "told"),
    [
        ({"kind": "review"}, DAY, "此件已列入合议。"),
        ({"kind": "unfiled", "answer_due": DAY}, DAY, "陈述期限至"),
        ({"kind": "unfiled", "answer_due": DAY}, date(2026, 6, 9), "该平台本年度复核已提交"),
        (
            {"kind": "unfiled", "answer_due": DAY, "answered_at": datetime(2026, 6, 5, tzinfo=UTC)},
            DAY,
            "该平台本年度复核已提交",
        ),
    ],
)
def test_silence_counts_when_the_term_is_over(fields, today, told):
    """The title is not in that year's cohort, which is the last reason of all."""
    title, year = dossiers.title(dossiers.unit(), year=2025), dossiers.cycle(2026)
    with on(today):
        (reason,) = reasons_against_opening(FailingNotice(title=title, cycle=year, **fields))
    assert reason.startswith(told)


def test_the_latest_notice_is_the_last_that_was_told():
    early, late = (Row(told_at=datetime(2026, 6, day, tzinfo=UTC)) for day in (1, 2))
    for rows in ([early, late], [late, early]):
        assert latest_notice(Row(failing_notices=Row(all=lambda rows=rows: rows))) is late
    assert latest_notice(Row(failing_notices=Row(all=list))) is None


@pytest.mark.parametrize(
    ("state", "closed"), [("DRAFT", False), ("ANNOUNCED", True), ("DRAWN", True), ("PUBLISHED", True)]
)
def test_a_plan_is_edited_as_a_draft(state, closed):
    assert bool(editing_reasons(CheckPlan(state=state))) is closed


def test_a_second_look_has_its_working_days():
    """Ten from the day after the decision on Monday 8 June 2026; the Dragon Boat Festival is the 19th."""
    row = bare(S.REJECTED)
    assert (row.cycle.second_look_days, last_day(row, DAY)) == (10, date(2026, 6, 23))
    assert obstacles(row) == ["此件申报没有可以申诉的结论。"]
    assert (term_of(row), term_of(bare(S.SUBMITTED))) == (None, None)


def test_rounds_of_other_provinces_are_not_open_to_a_unit():
    assert open_rounds([dossiers.unit().platform]) == []


def test_a_substitution_that_ends_early_takes_the_signature_back():
    office = people.recommender()
    officer, lead = people.staff_of(office)
    with on(DAY):
        row = records.substitution(office, absent=lead, deputy=officer)
    with on(date(2026, 6, 9)):
        turn_substitutions(date(2026, 6, 9), by=lead)
        assert officer in people_of_recommender(office, SIGNS)
        end_substitution(row, by=lead)
        row.refresh_from_db()
        ended = row.ended_at
        assert ended is not None and officer not in people_of_recommender(office, SIGNS)
        end_substitution(row, by=lead)
        row.refresh_from_db()
        assert row.ended_at == ended
