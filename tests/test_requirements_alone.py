"""Requirements that a journey meets in passing, each asked alone: with what it forbids, without it, and beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from applications.states import ApplicationState as S
from platforms.models import AnnualSummary, Complaint, ImportBatch, ImportRow
from platforms.summaries.figures import CODES, TEXT_CODES
from portal.kernel.permissions import Role
from portal.models import AccountChange
from review.models import (
    Assignment,
    CheckPlan,
)
from tests.factories import dossiers, people
from tests.factories.bare import NOON, bare, put
from tests.factories.dossiers import on
from tests.test_rules import said

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def answers(name: str, row, **attempt) -> bool:
    return bool(said(name, row, **attempt))


@pytest.mark.parametrize("alleged", [True, False])
@pytest.mark.parametrize(
    ("name", "forbids"),
    [("fraud_takes_two", True), ("declining_fraud_takes_two", True), ("fraud_is_alleged", False)],
)
def test_what_alleges_fraud_goes_its_own_way(name, forbids, alleged):
    assert answers(name, Complaint(alleges_fraud=alleged)) is (forbids is alleged)


@pytest.mark.parametrize(
    ("score", "reason", "complete"),
    [
        (None, "有理由", False),
        (59, "", False),
        (59, "  ", False),
        (59, "有理由", True),
        (60, "", True),
        (89, "", True),
        (90, "", False),
        (90, "有理由", True),
        (75, "", True),
    ],
)
def test_a_sheet_says_why_at_its_extremes(score, reason, complete):
    application = bare(S.UNDER_REVIEW)
    rubric = application.cycle.edition.rubric
    entries = {row.code: {"score": 75} for row in rubric} | {
        rubric[0].code: {"score": score, "reason": reason}
    }
    told = said("sheet_is_complete", Assignment(application=application, sheet=entries))
    assert (told == [], len(told)) == (complete, 0 if complete else 1)
    assert len(said("sheet_is_complete", Assignment(application=application, sheet={}))) == len(rubric)


def test_a_summary_names_what_is_empty():
    whole = dict.fromkeys(CODES, 0) | dict.fromkeys(TEXT_CODES, "有")
    assert said("summary_is_complete", AnnualSummary(**whole)) == []
    for code in (*CODES, *TEXT_CODES):
        gap = AnnualSummary(**whole | {code: None if code in CODES else " "})
        assert said("summary_is_complete", gap)[0].startswith("还有 1 项没有填写："), code


def test_frames_are_drawn_from_the_day_after():
    """The public number is younger than the frame: not on the day of the frame, on the next one."""
    plan = CheckPlan(announced_at=datetime(2026, 6, 8, 4, tzinfo=UTC))
    for day, waits in ((date(2026, 6, 8), True), (date(2026, 6, 9), False)):
        with on(day):
            assert answers("number_could_not_be_known", plan) is waits
    assert not answers("number_could_not_be_known", CheckPlan(announced_at=None))


def test_accounts_that_sign_take_two_administrators():
    people.user(Role.ADMINISTRATOR)
    people.user(Role.ADMINISTRATOR, is_active=False)
    assert answers("_two_administrators", AccountChange())
    people.user(Role.ADMINISTRATOR)
    assert not answers("_two_administrators", AccountChange())


def test_a_name_is_given_once():
    people.user(username="zhang")
    create, end = (
        AccountChange.Kind.CREATE,
        next(k for k in AccountChange.Kind if k != AccountChange.Kind.CREATE),
    )
    assert said("_name_is_free", AccountChange(kind=create, username="ZHANG")) == [
        "用户名“ZHANG”已有人使用。"
    ]
    assert said("_name_is_free", AccountChange(kind=create, username="li")) == []
    assert said("_name_is_free", AccountChange(kind=end, username="zhang")) == []


def test_every_heading_is_known_or_set_aside():
    strangers = [
        {"cell": "C1", "label": "备注", "key": "c"},
        {"cell": "第 3 格", "label": "状态", "key": "d"},
    ]
    batch = ImportBatch(strangers=strangers, chosen={})
    assert [line.partition("没有")[0] for line in said("every_heading_is_known", batch)] == [
        "C1 的列“备注”",
        "第 3 格的列“状态”",
    ]
    batch.chosen = {"c": "-", "d": "name"}
    assert said("every_heading_is_known", batch) == []


@pytest.mark.parametrize(
    ("kind", "cells", "fields", "refused"),
    [
        ("NOTICE", {"year": "2026", "granted_on": "2025-12-01"}, {}, True),
        ("NOTICE", {"year": "2025", "granted_on": "2026-01-05"}, {}, True),
        ("NOTICE", {"year": "2025", "granted_on": "2025-12-01"}, {}, False),
        ("NOTICE", {"year": "2026", "granted_on": "2026-12-01", "event": "revoked"}, {}, False),
        ("NOTICE", {"year": "2026", "granted_on": "2026-12-01", "event": "granted"}, {}, True),
        ("NOTICE", {"year": "2026", "granted_on": "2026-12-01"}, {"decision": "SKIP"}, False),
        ("NOTICE", {"year": "2026", "granted_on": "2026-12-01"}, {"match": "WRONG"}, False),
        ("HISTORIC", {"year": "2026", "granted_on": "2026-12-01"}, {}, True),
        ("OTHER", {"year": "2026", "granted_on": "2026-12-01"}, {}, False),
    ],
)
def test_a_list_grants_nothing_in_a_year_that_ran_here(kind, cells, fields, refused):
    dossiers.cycle(2026)
    other = next(row for row in ImportBatch.Kind if row.name not in ("NOTICE", "HISTORIC"))
    kind = other if kind == "OTHER" else ImportBatch.Kind[kind]
    batch = put(ImportBatch, kind=kind, created_by=people.ministry(), created_at=NOON)
    match = ImportRow.Match[fields["match"]] if "match" in fields else next(iter(ImportRow.Match))
    row = {"match": match} | ({"decision": ImportRow.Decision.SKIP} if "decision" in fields else {})
    put(ImportRow, batch=batch, number=1, cells=cells, **row)
    told = said("no_grant_in_a_year_that_the_portal_ran", batch)
    assert bool(told) is refused
    assert all(line.startswith("第 1 行：2026 年度的认定在本系统办理") for line in told)
