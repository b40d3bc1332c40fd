"""Each registered requirement at its edges: the day before, the day itself, the moment after, each half of an *or*.

`ROWS` holds the cases of a requirement with their whole sentences. A requirement that has neither rows here nor a
place in `PROVED_ELSEWHERE` fails: whoever writes one writes its edges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from applications.editions import get_edition
from applications.models import Application, Cycle
from platforms.models import Complaint, ProvincialTitle
from portal.kernel.rules import Basis, every_rule, rules_of
from portal.kernel.workflow import Attempt, Requirement, TransitionBlocked
from review.models import Assignment, Objection, Rectification, Revocation, SpotCheck
from review.objections.services import receive_objection, take_on
from review.revocations.services import effects_of
from tests.factories import dossiers, people
from tests.factories.dossiers import on
from tests.factories.supervision import rectification_in, revocation_in

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """On that day and hour the requirement yields exactly these sentences."""

    of: Callable[[], Any]
    day: date
    says: tuple[str, ...] = ()
    hour: tuple[int, int] = (10, 0)
    verb: str = ""
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    ahead: bool = False


def made(model, **fields) -> Callable[[], Any]:
    return lambda: model(**fields)


YEAR = {
    "year": 2026,
    "state": "PUBLISHED",
    "filing_from": date(2026, 2, 2),
    "filing_until": date(2026, 3, 27),
    "handling_from": date(2026, 4, 1),
    "handling_until": date(2026, 4, 30),
    "review_until": date(2026, 6, 30),
    "closes_on": date(2026, 12, 31),
}


def filed(**fields) -> Callable[[], Application]:
    """A dossier of that year with its edition from the code; nothing of it is stored."""
    dates = {name: fields.pop(name) for name in list(fields) if name in YEAR and name != "state"}

    def build() -> Application:
        cycle = Cycle(**YEAR | dates)
        cycle.__dict__["edition"] = get_edition("interim-2010")
        return Application(cycle=cycle, **fields)

    return build


D = date(2026, 6, 8)
TERM = {"statement_due": D, "ground": "fraud"}
UNIT = made(Revocation, state="NOTIFIED", **TERM)
OBJECTION = made(Objection, objector_name="李先生", objector_contact="138 0000 0000")
UNVERIFIED = "推荐单位的核查情况尚未收到，请等待、催办，或者由经办人记录核查情况。"
UNANSWERED = "申报单位尚未说明，期限至 2026 年 6 月 8 日（周一），收到说明或者期满后方可作出结论。"
NAMED = "文字中出现了异议人的姓名或者联系方式，推荐单位和申报单位会看到，请隐去后再办理。"
OVER_27 = (
    "2026 年度填报已于 2026 年 3 月 27 日（周五） 24:00 截止。草稿为您保留，下一年度可以带入；"
    "确有正当理由的，请与推荐单位联系，由工业和信息化部负责人决定是否准予逾期提交。"
)
LATE = "集中办理期已于 2026 年 4 月 30 日（周四）结束，请写明在此之后办理的理由，例如补正材料的收到日期。"
LATER = {"late_filing_until": date(2026, 5, 11)}
ROWS: dict[str, tuple[Case, ...]] = {
    "filing_is_open": (
        Case(
            filed(),
            date(2026, 2, 1),
            ("2026 年度填报尚未开始，请于 2026 年 2 月 2 日（周一）起提交；现在可以先填写。",),
            hour=(23, 59),
        ),
        Case(filed(), date(2026, 2, 2), hour=(0, 0)),
        Case(filed(), date(2026, 3, 27), hour=(23, 59)),
        Case(filed(), date(2026, 3, 28), (OVER_27,), hour=(0, 0)),
        Case(filed(late_filing_until=date(2026, 4, 2)), date(2026, 4, 2), hour=(23, 59)),
        Case(filed(late_filing_until=date(2026, 4, 2)), date(2026, 4, 3), (OVER_27,), hour=(0, 0)),
    ),
    "it_is_a_handling_day": (
        Case(
            filed(),
            date(2026, 3, 31),
            ("集中办理自 2026 年 4 月 1 日（周三）开始，届时方可报送。",),
            hour=(23, 59),
        ),
        Case(filed(), date(2026, 4, 1), hour=(0, 0)),
        Case(filed(), date(2026, 4, 30), hour=(23, 59)),
        Case(
            filed(),
            date(2026, 5, 1),
            ("集中办理已于 2026 年 4 月 30 日（周四）结束，不能再报送。",),
            hour=(0, 0),
        ),
        Case(
            filed(),
            date(2026, 4, 11),
            ("今天不是工作日，不能办理。下一办理日：2026 年 4 月 13 日（周一）。",),
        ),
        Case(
            filed(handling_until=date(2026, 4, 12)),
            date(2026, 4, 12),
            ("今天不是工作日，不能办理。办理期内已无工作日。",),
        ),
        Case(
            filed(handling_until=date(2026, 4, 13)),
            date(2026, 4, 12),
            ("今天不是工作日，不能办理。下一办理日：2026 年 4 月 13 日（周一）。",),
        ),
        Case(filed(**LATER), date(2026, 5, 11)),
        Case(filed(**LATER), date(2026, 6, 30), hour=(23, 59)),
        Case(
            filed(**LATER),
            date(2026, 6, 28),
            ("今天不是工作日，不能办理。下一办理日：2026 年 6 月 29 日（周一）。",),
        ),
        Case(
            filed(**LATER),
            date(2026, 7, 1),
            ("集中办理已于 2026 年 4 月 30 日（周四）结束，不能再报送。",),
        ),
    ),
    "lateness_has_a_reason": (
        Case(filed(), date(2026, 4, 30), hour=(23, 59)),
        Case(filed(), date(2026, 5, 1), (LATE,), hour=(0, 0)),
        Case(filed(), date(2026, 5, 1), (LATE,), note=" "),
        Case(filed(), date(2026, 5, 1), note="补正材料 4 月 30 日收到"),
        Case(filed(), date(2026, 5, 1), ahead=True),
    ),
    "it_is_a_review_day": (
        Case(filed(), date(2026, 6, 30), hour=(23, 59)),
        Case(
            filed(),
            date(2026, 7, 1),
            ("本年度评审办理已于 2026 年 6 月 30 日（周二）截止。负责人可在年度安排中说明理由后延长。",),
            hour=(0, 0),
        ),
    ),
    "cycle_is_over": (
        Case(
            made(Cycle, **YEAR),
            date(2026, 12, 31),
            ("年度至 2026 年 12 月 31 日（周四）结束，届时由系统自动办理。",),
            hour=(23, 59),
        ),
        Case(made(Cycle, **YEAR), date(2027, 1, 1), hour=(0, 0)),
    ),
    "filing_has_not_begun": (
        Case(made(Cycle, **YEAR), date(2026, 2, 1), hour=(23, 59)),
        Case(
            made(Cycle, **YEAR),
            date(2026, 2, 2),
            ("2026 年度已于 2026 年 2 月 2 日（周一）开始填报，不能再收回；日期和规则可以说明理由后修改。",),
            hour=(0, 0),
        ),
    ),
    "truth_is_declared": (
        Case(filed(), D, ("请由负责人阅读并确认真实性声明后再提交。",)),
        Case(filed(), D, facts={"declared": True}),
        Case(filed(), D, ahead=True),
    ),
    "outcome_fits": (
        Case(filed(procedure="DESIGNATION"), D),
        Case(
            filed(procedure="DESIGNATION"),
            D,
            ("所选结论不适用于此事项，请重新选择。",),
            facts={"outcome": "confirm"},
        ),
        Case(
            filed(procedure="REREVIEW"),
            D,
            ("请写明整改要求或者不合格的理由。",),
            facts={"outcome": "rectify"},
        ),
        Case(
            filed(procedure="REREVIEW"),
            D,
            ("请写明整改要求或者不合格的理由。",),
            facts={"outcome": "fail"},
            note=" ",
        ),
        Case(filed(procedure="REREVIEW"), D, facts={"outcome": "fail"}, note="服务企业不足"),
        Case(filed(procedure="REREVIEW"), D, facts={"outcome": "confirm"}),
    ),
    "confirmation_was_proposed": (
        Case(filed(proposed_outcome="confirm"), D),
        Case(filed(proposed_outcome="rectify"), D),
        Case(filed(proposed_outcome="fail"), D, ("拟定的结论不是复核合格，不能确认。",)),
    ),
    "failure_was_proposed": (
        Case(filed(proposed_outcome="fail"), D),
        Case(filed(proposed_outcome="rectify"), D, ("拟定的结论不是复核不合格，不能据此终止称号。",)),
    ),
    "failing_conditions_are_relaxed": tuple(
        Case(
            filed(
                procedure=procedure,
                assessment={
                    "criteria": [{"item": "三", "label": "从业人数", "figure": "18 人", "verdict": verdict}]
                },
            ),
            D,
            says,
        )
        for procedure, verdict, says in (
            ("DESIGNATION", "PASS", ()),
            ("DESIGNATION", "GRANTED", ()),
            ("REREVIEW", "FAIL", ()),
            ("PROVINCIAL", "FAIL", ()),
            ("DESIGNATION", "FAIL", ("第五条（三）“从业人数”不符合（18 人），不能推荐。",)),
            (
                "DESIGNATION",
                "RELAXABLE",
                ("第五条（三）“从业人数”不符合（18 人），请先办理放宽条件并附理由和依据，或者不予推荐。",),
            ),
        )
    ),
    "statement_is_in_time": (
        Case(UNIT, D, hour=(23, 59)),
        Case(UNIT, date(2026, 6, 9), ("陈述期限已于 2026 年 6 月 8 日（周一） 24:00 届满。",), hour=(0, 0)),
    ),
    "facts_are_written": (
        Case(made(Revocation, facts=" "), D, ("请先写明查明的事实；移送意见不能代替。",)),
        Case(made(Revocation, facts="台账缺页。"), D),
    ),
    "unit_was_heard": (
        Case(UNIT, D, ("陈述期限至 2026 年 6 月 8 日（周一），期满或者收到陈述后方可决定。",), hour=(23, 59)),
        Case(UNIT, date(2026, 6, 9), hour=(0, 0)),
        Case(made(Revocation, state="STATED", wants_hearing=False, **TERM), D),
        Case(
            made(Revocation, state="STATED", wants_hearing=True, **TERM),
            D,
            ("平台要求听证，请先举行听证并记录。",),
        ),
        Case(made(Revocation, state="HEARD", wants_hearing=True, **TERM), D),
    ),
    "each_effect_is_confirmed": (
        Case(
            UNIT,
            D,
            ("请确认第一项后果：撤销称号。", "请确认第二项后果：暂停所在地区下一年度申报工作（第十五条）。"),
        ),
        Case(
            UNIT,
            D,
            ("请确认第二项后果：暂停所在地区下一年度申报工作（第十五条）。",),
            facts={"end_title": True},
        ),
        Case(UNIT, D, facts={"end_title": True, "suspend": True}),
        Case(made(Revocation, ground="not_filed"), D, facts={"end_title": True}),
        Case(
            made(Revocation, ground="not_filed"),
            D,
            ("只有弄虚作假才暂停所在地区的申报工作。",),
            facts={"end_title": True, "suspend": True},
        ),
    ),
    "hearing_was_asked_for": (
        Case(made(Revocation, wants_hearing=False), D, ("平台没有要求听证，可以直接作出决定。",)),
        Case(made(Revocation, wants_hearing=True), D),
    ),
    "hearing_was_held": (
        Case(made(Revocation, wants_hearing=True), D, ("请先安排听证：定下日期、时间和地点并通知平台。",)),
        Case(
            made(Revocation, wants_hearing=True, hearing_on=D),
            date(2026, 6, 7),
            ("听证定于 2026 年 6 月 8 日（周一），举行之后再记录。",),
            hour=(23, 59),
        ),
        Case(made(Revocation, wants_hearing=True, hearing_on=D), D, hour=(0, 0)),
    ),
    "platform_could_answer": (
        Case(
            made(SpotCheck, state="FOUND", answer_due=D),
            D,
            ("平台说明期限至 2026 年 6 月 8 日（周一），期满或者收到说明后方可处理。",),
            hour=(23, 59),
        ),
        Case(made(SpotCheck, state="FOUND", answer_due=D), date(2026, 6, 9), hour=(0, 0)),
        Case(made(SpotCheck, state="ANSWERED", answer_due=D), D),
    ),
    "visit_is_to_come": (
        Case(made(SpotCheck), D, facts={"visit_on": D}, hour=(23, 59)),
        Case(
            made(SpotCheck),
            D,
            ("检查日期已过，请填写今天或者以后的日期。",),
            facts={"visit_on": date(2026, 6, 7)},
        ),
    ),
    "report_has_words": (
        Case(made(Rectification, due_on=D), D, ("请填写整改报告。",), note=" "),
        Case(made(Rectification, due_on=D), D, note="已补齐", hour=(23, 59)),
        Case(
            made(Rectification, due_on=D),
            date(2026, 6, 9),
            ("整改期限已于 2026 年 6 月 8 日（周一） 24:00 届满，不能再提交。",),
            note="已补齐",
            hour=(0, 0),
        ),
    ),
    "there_is_time_left": (
        Case(made(Rectification, due_on=D), D, hour=(23, 59)),
        Case(
            made(Rectification, due_on=D),
            date(2026, 6, 9),
            ("整改期限已于 2026 年 6 月 8 日（周一） 24:00 届满，平台不能再提交，请填写核查意见。",),
            hour=(0, 0),
        ),
    ),
    "check_was_passed": (
        Case(made(Rectification, check_passed=True), D),
        Case(made(Rectification, check_passed=False), D, ("省级核查意见为不合格，仍予认可的，请写明理由。",)),
        Case(made(Rectification, check_passed=False), D, note="已现场复核"),
    ),
    "time_is_over_or_check_failed": (
        Case(
            made(Rectification, state="REPORTED", due_on=D),
            date(2026, 6, 9),
            ("省级核查意见尚未收到，请等待或者催办。",),
        ),
        Case(
            made(Rectification, state="ORDERED", due_on=D),
            D,
            ("整改期限至 2026 年 6 月 8 日（周一），期满前不能移送。",),
            hour=(23, 59),
        ),
        Case(made(Rectification, state="ORDERED", due_on=D), date(2026, 6, 9), hour=(0, 0)),
    ),
    "platform_was_heard": (
        Case(
            made(Complaint, state="VERIFYING", answer_due_on=D),
            D,
            (
                "平台可以在 2026 年 6 月 8 日（周一） 24:00 前作出说明；此前平台没有说明的，只能以“不属实”办结。",
            ),
            hour=(23, 59),
        ),
        Case(made(Complaint, state="VERIFYING", answer_due_on=D), date(2026, 6, 9), hour=(0, 0)),
        Case(
            made(Complaint, state="VERIFYING", answer_due_on=D),
            D,
            facts={"finding": Complaint.Finding.UNTRUE},
        ),
    ),
    "term_comes_to_its_end": (
        Case(made(ProvincialTitle, valid_until=None), D, ("此称号不设期限，不需要复核确认。",)),
        Case(made(ProvincialTitle, valid_until=date(2027, 6, 8)), D),
        Case(
            made(ProvincialTitle, valid_until=date(2027, 6, 9)),
            D,
            ("有效期至 2027-06-09，到期前一年内办理复核确认。",),
        ),
    ),
    "words_do_not_name_the_objector": (
        Case(OBJECTION, D, (NAMED,), facts={"summary": "李 先生反映名单不实"}),
        Case(OBJECTION, D, (NAMED,), facts={"summary": "可以拨打 13800000000 核实"}),
        Case(OBJECTION, D, (NAMED,), note="请致电 138 0000 0000"),
        Case(OBJECTION, D, facts={"summary": "反映名单不实"}, note="经核查属实"),
    ),
    "objection_was_verified": (
        Case(made(Objection, state="RECEIVED"), D, ("尚未转办核查，请先转推荐单位核查并请申报单位说明。",)),
        Case(made(Objection, state="VERIFYING", answer_due_on=D - timedelta(1)), D, (UNVERIFIED,)),
        Case(
            made(Objection, state="VERIFYING", answer_due_on=D, recommender_answer="已核查"), D, (UNANSWERED,)
        ),
        Case(
            made(Objection, state="VERIFYING", answer_due_on=D - timedelta(1), handler_findings="已核查"), D
        ),
        Case(
            made(
                Objection,
                state="VERIFYING",
                answer_due_on=D,
                answered_by_platform_at=datetime(2026, 6, 5, tzinfo=UTC),
                recommender_answer="属实",
            ),
            D,
        ),
    ),
    "review_has_not_ended": (
        Case(lambda: Assignment(application=Application(state="UNDER_REVIEW")), D),
        Case(
            lambda: Assignment(application=Application(state="REVIEWED")),
            D,
            ("专家评审已结束，评分不能再退回。",),
        ),
    ),
}
# Proved where the records that they need are at hand; those of the second list have no row of their own yet.
BELOW = {"quota_is_left", "jurisdiction_is_not_suspended"}
PROVED_ELSEWHERE = {
    "whoever_objected_is_answered",
    "declining_fraud_takes_two",
    "no_allegation_of_fraud_is_open",
    "fraud_takes_two",
    "fraud_is_alleged",
    "nothing_holds_it",
    "registered_facts_are_as_filed",
    "both_have_agreed",
    "new_operator_has_agreed",
    "name_is_free_where_it_goes",
    "every_file_is_checked",
    "fraud_is_on_record",
    "materials_were_looked_at",
    "no_fraud_is_on_record",
    "no_second_look_is_open",
    "dossier_can_go_on",
    "something_changed",
    "its_line_says_what_is_registered",
    "title_and_unit_fit",
    "_name_is_free",
    "_two_administrators",
    "association_has_recognised_it",
    "contradictions_are_explained",
    "correction_is_in_time",
    "edition_is_known",
    "evaluation_is_complete",
    "every_check_is_concluded",
    "every_heading_is_known",
    "every_material_is_complete",
    "every_row_is_decided",
    "every_sheet_is_in",
    "failure_was_decided",
    "far_apart_sheets_were_moderated",
    "fraud_was_decided",
    "marks_are_answered",
    "no_grant_in_a_year_that_the_portal_ran",
    "no_objection_is_open",
    "no_other_live_dossier",
    "no_revocation_is_open",
    "nothing_grave_was_found",
    "nothing_in_it_is_alive",
    "nothing_was_decided_yet",
    "notice_can_be_read",
    "notice_decides",
    "number_could_not_be_known",
    "overdue_before_going_on",
    "overdue_before_refusal_of_a_supplement",
    "panel_is_complete",
    "provincial_conditions_are_met",
    "publicity_is_over",
    "recommendation_is_written",
    "recommender_fits_the_place",
    "review_is_going_on",
    "round_is_named_as_its_programme",
    "sheet_is_complete",
    "something_was_recorded",
    "summary_is_complete",
    "surrender_was_accepted",
    "the_team_agrees",
    "there_is_evidence",
    "deferral_ends_within_the_round",
    "department_was_heard",
    "silence_was_answered_for",
    "unit_was_told_of_its_failing",
    "signer_is_authorised",
    "there_is_something_to_draw",
    "title_is_alive",
    "title_is_free",
    "unit_is_verified",
    "visit_is_on_record",
}


def registered() -> dict[str, Requirement]:
    return rules_of(Requirement)


def test_every_requirement_has_its_rows():
    assert set(ROWS) | BELOW | PROVED_ELSEWHERE == set(registered())
    assert not set(ROWS) & PROVED_ELSEWHERE


def test_all_six_kinds_have_one_shape():
    """A name, a basis, who judges, and what it says: what the map of the regulation and the pages read."""
    kinds = {type(rule).__name__ for rule in every_rule()}
    assert kinds == {"Requirement", "Criterion", "CrossCheck", "Check", "Precheck", "OverlapRule"}
    assert [rule.name for rule in every_rule() if not (settings.BASE_DIR / rule.path).is_file()] == []
    assert Requirement("x", Basis(5, "一"), lambda obj, attempt: ["缺"]).sentences(None, None) == ("缺",)


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, cases in ROWS.items() for number in range(len(cases))]
)
def test_at_the_edge(name, number):
    case = ROWS[name][number]
    with on(case.day, *case.hour):
        attempt = Attempt(case.verb, None, case.note, case.facts, case.ahead)
        assert registered()[name].sentences(case.of(), attempt) == case.says


def said(name: str, row, **attempt) -> list[str]:
    return list(registered()[name].sentences(row, Attempt("", None, **attempt)))


def test_the_quota_of_a_recommender():
    """The last place can be taken, none after it; who has recommended and declined others doesn't matter."""
    row = dossiers.application_in("UNDER_EVALUATION")
    full = "本年度推荐名额 {} 家已用完，请先收回其他推荐，或者不予推荐。"
    none = "本年度本单位没有推荐名额（0 家），请不予推荐，或者待名额调整后再推荐。"
    for quota, says in ((None, []), (1, []), (0, [none])):
        row.cycle.quota_department = quota
        assert said("quota_is_left", row) == says
    dossiers.application_in("RECOMMENDED")
    row.cycle.quota_department = 1
    assert said("quota_is_left", row) == [full.format(1)]
    row.cycle.quota_department, row.cycle.quota_association, row.cycle.quota_city = 2, 0, 0
    assert said("quota_is_left", row) == []
    row.procedure = "REREVIEW"
    row.cycle.quota_department = 0
    assert said("quota_is_left", row) == []


def test_which_quota_is_whose():
    cycle = Cycle(quota_department=6, quota_city=3, quota_association=2)
    assert cycle.quota_for(people.recommender("浙江")) == 6
    assert cycle.quota_for(people.recommender("大连")) == 3
    assert cycle.quota_for(people.association()) == 2


def test_a_suspended_place_stops_the_associations_road_too():
    """Art. 15 reaches the platform's place, whoever recommends; a re-review goes on."""
    of = dossiers.unit()
    title = dossiers.title(of)
    revocation_in("DECIDED", title, of)
    other = dossiers.unit()
    cycle = Cycle(**{**YEAR, "year": 2027})
    row = Application(
        cycle=cycle, platform=other.platform, recommender=people.association(), procedure="DESIGNATION"
    )
    (words,) = said("jurisdiction_is_not_suspended", row)
    assert words.startswith("浙江 2027 年度申报工作已暂停（")
    cycle.year = 2028
    assert said("jurisdiction_is_not_suspended", row) == []
    cycle.year, row.procedure = 2027, "REREVIEW"
    assert said("jurisdiction_is_not_suspended", row) == []


def test_the_statement_term_is_five_working_days():
    """Told on Thursday 11 June, the weekend and 端午 (19–21 June) between: the last day is Thursday 18 June."""
    of = dossiers.unit()
    case = revocation_in("NOTIFIED", dossiers.title(of), of, opened_on=date(2026, 6, 11))
    assert case.statement_due == date(2026, 6, 18)
    assert len(effects_of(case)) == 2


def test_an_ended_title_has_no_open_rectification():
    of = dossiers.unit()
    title = dossiers.title(of)
    row = rectification_in("ORDERED", title, of)
    revocation_in("DECIDED", title, of)
    row.refresh_from_db()
    assert row.state == "CANCELLED"


def test_an_objection_comes_in_until_the_last_days_end():
    item = dossiers.application_in("PUBLICISED").notice_items.get()
    last = item.notice.ends_on
    words = {"facts": "服务企业名单不实，请核查。", "name": "李先生", "contact": "13800000000"}
    with on(last, 23, 59):
        assert receive_objection(item, **words).pk
    too_late = pytest.raises(TransitionBlocked, match="24:00 结束，不再受理异议")
    with on(date.fromordinal(last.toordinal() + 1), 0, 0), too_late:
        receive_objection(item, **words)
    too_early = pytest.raises(TransitionBlocked, match="此名单当前不在公示中")
    with on(date.fromordinal(item.notice.published_on.toordinal() - 1), 23, 59), too_early:
        receive_objection(item, **words)


def test_neither_who_proposed_nor_who_checked_the_dossier_handles_the_objection():
    application = dossiers.application_in("PUBLICISED")
    row = dossiers.objection_in("RECEIVED", about=application)
    checker = people.ministry(number=7)
    Application.objects.filter(pk=application.pk).update(handler=checker)
    with pytest.raises(Exception, match="异议须由其他人员办理"):
        take_on(row, by=checker)
    assert take_on(row, by=people.ministry(number=8)).handler_id
