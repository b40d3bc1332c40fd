"""Edges of requirements beyond those of `test_rules`: each half of an *or*, both reasons at once, and what a page asks ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from platforms.models import Complaint, ProvincialTitle
from portal.kernel.workflow import Attempt
from review.models import Objection, Rectification, Revocation, SpotCheck
from tests.factories.dossiers import on
from tests.test_rules import UNANSWERED, UNIT, UNVERIFIED, Case, D, filed, made, registered

pytestmark = pytest.mark.django_db

ROWS: dict[str, tuple[Case, ...]] = {
    "it_is_a_review_day": (
        Case(filed(), date(2026, 6, 26), hour=(23, 59)),
        Case(
            filed(),
            date(2026, 6, 27),
            ("今天不是工作日，不能办理。下一办理日：2026 年 6 月 29 日（周一）。",),
            hour=(0, 0),
        ),
        Case(filed(), date(2026, 6, 29), hour=(0, 0)),
    ),
    "outcome_fits": (
        Case(filed(procedure="REREVIEW"), D, facts={"outcome": "rectify"}, note="补齐台账"),
        Case(filed(procedure="REREVIEW"), D, ("所选结论不适用于此事项，请重新选择。",)),
        Case(filed(procedure="REREVIEW"), D, facts={"outcome": "rectify"}, ahead=True),
    ),
    "failure_was_proposed": (
        Case(filed(proposed_outcome="confirm"), D, ("拟定的结论不是复核不合格，不能据此终止称号。",)),
    ),
    "statement_is_in_time": (Case(made(Revocation, state="NOTIFIED", statement_due=None), D),),
    "each_effect_is_confirmed": (
        Case(UNIT, D, ("请确认第一项后果：撤销称号。",), facts={"suspend": True}),
        Case(UNIT, D, ahead=True),
        Case(made(Revocation, ground="not_filed"), D, ("请确认第一项后果：撤销称号。",)),
    ),
    "visit_is_to_come": (Case(made(SpotCheck), date(2026, 6, 9), ahead=True),),
    "report_has_words": (
        Case(
            made(Rectification, due_on=D),
            date(2026, 6, 9),
            ("请填写整改报告。", "整改期限已于 2026 年 6 月 8 日（周一） 24:00 届满，不能再提交。"),
            hour=(0, 0),
        ),
        Case(made(Rectification, due_on=D), D, ahead=True),
        Case(
            made(Rectification, due_on=D),
            date(2026, 6, 9),
            ("整改期限已于 2026 年 6 月 8 日（周一） 24:00 届满，不能再提交。",),
            ahead=True,
        ),
    ),
    "check_was_passed": (
        Case(
            made(Rectification, check_passed=False),
            D,
            ("省级核查意见为不合格，仍予认可的，请写明理由。",),
            note=" ",
        ),
        Case(made(Rectification, check_passed=False), D, ahead=True),
    ),
    "time_is_over_or_check_failed": (Case(made(Rectification, state="CHECKED", due_on=D), date(2026, 6, 7)),),
    "platform_was_heard": (
        Case(made(Complaint, state="VERIFYING", answer_due_on=D), D, ahead=True),
        Case(
            made(
                Complaint,
                state="VERIFYING",
                answer_due_on=D,
                answered_at=datetime(2026, 6, 5, tzinfo=UTC),
            ),
            D,
        ),
    ),
    "term_comes_to_its_end": (Case(made(ProvincialTitle, valid_until=date(2026, 6, 7)), D),),
    "objection_was_verified": (
        Case(
            made(Objection, state="VERIFYING", answer_due_on=D, handler_findings="已核查"),
            D,
            (UNANSWERED,),
            hour=(23, 59),
        ),
        Case(
            made(Objection, state="VERIFYING", answer_due_on=D, handler_findings="已核查"),
            D + timedelta(1),
            hour=(0, 0),
        ),
        Case(made(Objection, state="VERIFYING", answer_due_on=D), D, (UNVERIFIED, UNANSWERED)),
    ),
}


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, cases in ROWS.items() for number in range(len(cases))]
)
def test_at_the_further_edge(name, number):
    case = ROWS[name][number]
    with on(case.day, *case.hour):
        attempt = Attempt(case.verb, None, case.note, case.facts, case.ahead)
        assert registered()[name].sentences(case.of(), attempt) == case.says
