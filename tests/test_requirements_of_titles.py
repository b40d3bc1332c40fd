"""Requirements of a title's later life and of the register: what they say with a record beside the row, and without."""

from __future__ import annotations

from datetime import date

import pytest

from applications.models import Application
from applications.states import ApplicationState as S
from platforms.models import Designation, ImportBatch, ImportRow, Organisation, TitleClaim, UnitChange
from platforms.states import ComplaintState, DesignationState
from portal.kernel import clock
from review.models import (
    CheckPlan,
    Deferral,
    Rectification,
    Revocation,
    SecondLook,
    SpotCheck,
)
from review.records.requirements import a_check_is_not_evaded
from tests.factories import dossiers, people, records
from tests.factories.bare import NOON, bare, put, stand
from tests.factories.dossiers import on
from tests.factories.tampering import unsealed
from tests.test_rules import D, said

pytestmark = pytest.mark.django_db


# --- a title's later life ---


def rectification_of(title: Designation, state: str = "ORDERED") -> Rectification:
    given = {"ordered_by": people.ministry(), "ordered_on": D, "due_on": D}
    return put(Rectification, title=title, requirements="补齐台账", state=state, **given)


def revocation_of(title: Designation, state: str = "OPENED") -> Revocation:
    given = {"opened_by": people.ministry(), "opened_at": NOON}
    return put(Revocation, title=title, number=f"CX{state}", ground="fraud", state=state, **given)


def test_a_rereview_waits_for_what_else_is_about_the_title():
    of = dossiers.unit()
    title = dossiers.title(of)
    row = bare(S.REVIEWED, of=of, procedure="REREVIEW", designation=title)
    assert said("title_is_free", row) == []
    order = rectification_of(title)
    open_order = f"{title.platform_name}有一项整改尚未办结，请先办结整改。"
    assert said("title_is_free", row) == [open_order]
    case = revocation_of(title)
    assert said("title_is_free", row) == [
        open_order,
        f"{title.platform_name}正在撤销程序中，请先办结该程序。",
    ]
    for model, pk, state in ((Rectification, order.pk, "ACCEPTED"), (Revocation, case.pk, "DROPPED")):
        with unsealed(model):
            model.objects.filter(pk=pk).update(state=state)
    assert said("title_is_free", row) == said("title_is_free", Application()) == []


def test_a_failing_is_told_before_it_is_public():
    row = bare(S.PROPOSED, procedure="REREVIEW", proposed_outcome="fail")
    untold = "尚未告知申报单位拟定的不合格结论和理由，请移出待公示名单后重新拟定，审签时一并告知。"
    assert said("unit_was_told_of_its_failing", row) == [untold]
    row.proposed_outcome = "confirm"
    assert said("unit_was_told_of_its_failing", row) == []


def test_a_deferral_ends_within_the_round():
    cycle = dossiers.cycle()
    outside = "补办期限应在今天之后、本年度评审结束（2026 年 6 月 30 日（周二））至少一天之前。"
    inside = "填报截止前（2026 年 3 月 27 日（周五） 24:00）可以直接提交，不需要补办。"
    for today, until, says in (
        (date(2026, 6, 8), date(2026, 6, 8), [outside]),
        (date(2026, 6, 8), date(2026, 6, 9), []),
        (date(2026, 6, 8), date(2026, 6, 29), []),
        (date(2026, 6, 8), date(2026, 6, 30), [outside]),
        (date(2026, 3, 20), date(2026, 3, 27), [inside]),
        (date(2026, 3, 20), date(2026, 3, 28), []),
    ):
        with on(today):
            assert said("deferral_ends_within_the_round", Deferral(cycle=cycle, until=until)) == says
    stand(cycle, "CLOSED")
    (closed,) = said("deferral_ends_within_the_round", Deferral(cycle=cycle, until=D))
    assert closed.endswith("，不能再准予补办；请告知平台，期满列入合议。")


def check_of(title: Designation, state: str = "DRAWN") -> SpotCheck:
    plan = CheckPlan.objects.first() or put(
        CheckPlan,
        name="抽查",
        year=2026,
        kind="drawn",
        subject="服务",
        percent=10,
        created_by=people.ministry(),
        created_at=NOON,
    )
    return put(SpotCheck, plan=plan, title=title, position=1, state=state)


def test_a_plan_is_drawn_from_titles_and_ends_with_its_checks():
    assert said("there_is_something_to_draw", CheckPlan()) == ["目前没有有效的示范平台，无从抽取。"]
    title = dossiers.title(dossiers.unit())
    assert said("there_is_something_to_draw", CheckPlan()) == []
    check = check_of(title, "FOUND")
    assert said("every_check_is_concluded", check.plan) == ["还有 1 家未作出处理，全部办结后方可公布。"]
    with unsealed(SpotCheck):
        SpotCheck.objects.update(state="CLEARED")
    assert said("every_check_is_concluded", check.plan) == []


def test_what_a_check_can_lead_to_depends_on_the_title():
    title = dossiers.title(dossiers.unit())
    check = check_of(title, "FOUND")
    rule = "title_is_alive"

    def judged(verb: str) -> list[str]:
        return [*said_by(rule, check, verb)]

    assert judged("order_rectification") == judged("refer") == []
    stand(title, DesignationState.RECTIFYING)
    assert judged("order_rectification") == ["该平台已在整改中，请在原整改中处理，或者移送撤销程序。"]
    assert judged("refer") == []
    revocation_of(title)
    assert judged("refer") == ["该平台已有一件撤销程序在办。"]
    stand(title, DesignationState.ENDED)
    assert judged("refer") == judged("order_rectification") == ["此称号复核不合格，抽查只能办结。"]


def said_by(name: str, row, verb: str) -> tuple[str, ...]:
    from portal.kernel.workflow import Attempt
    from tests.test_rules import registered

    return registered()[name].sentences(row, Attempt(verb, None))


def held_by(platform, changed: set[str]) -> list[str]:
    return list(a_check_is_not_evaded(platform, changed))


def test_who_is_checked_does_not_move_away():
    of = dossiers.unit()
    title = dossiers.title(of)
    held = "该平台有{}尚未办结，办结后方可变更所在地区或者运营单位。"
    assert held_by(of.platform, {"jurisdiction"}) == []
    check_of(title)
    assert held_by(of.platform, {"jurisdiction"}) == [held.format("抽查")]
    assert held_by(of.platform, {"organisation"}) == [held.format("抽查")]
    assert held_by(of.platform, {"introduction"}) == []
    with unsealed(SpotCheck):
        SpotCheck.objects.update(state="CLEARED")
    complaint = records.complaint(title)
    assert held_by(of.platform, {"jurisdiction"}) == []
    with unsealed(type(complaint)):
        type(complaint).objects.update(state=ComplaintState.VERIFYING)
    assert held_by(of.platform, {"jurisdiction"}) == [held.format("已受理的投诉")]


def test_a_second_look_opens_only_what_can_go_on():
    of = dossiers.unit()
    row = bare(S.REJECTED, of=of)
    look = SecondLook(application=row, decision=S.REJECTED)
    assert said("dossier_can_go_on", look) == []
    look.decision = S.REFUSED
    changed = f"申报现为“{row.get_state_display()}”，原结论已经变化，请刷新页面。"
    assert said("dossier_can_go_on", look) == [changed]
    look.decision = S.REJECTED
    other = bare(S.SUBMITTED, of=of, cycle=row.cycle)
    assert said("dossier_can_go_on", look) == ["同一年度此平台另有一件申报在办，请先办结那一件。"]
    with unsealed(Application):
        Application.objects.filter(pk=other.pk).update(state=S.WITHDRAWN)
    look.decision = S.NOT_RECOMMENDED
    stand(row, S.NOT_RECOMMENDED)
    with on(date(2026, 4, 8)):
        assert said("dossier_can_go_on", look) == []
    with on(date(2026, 5, 6)):
        assert said("dossier_can_go_on", look) == [
            "集中办理已于 2026 年 4 月 30 日（周四）结束，不能再报送。"
        ]
    stand(row.cycle, "CLOSED")
    with on(date(2026, 4, 8)):
        (closed,) = said("dossier_can_go_on", look)
    assert closed.endswith("申报已结束，省级测评不能再报送；可以在下一年度申报。")


def test_a_failing_is_looked_at_again_while_its_title_could_stand():
    of = dossiers.unit()
    title = dossiers.title(of)
    row = bare(S.FAILED, of=of, procedure="REREVIEW", designation=title)
    look = SecondLook(application=row, decision=S.FAILED)
    assert said("dossier_can_go_on", look) == []
    for state in (DesignationState.REVOKED, DesignationState.SURRENDERED, DesignationState.EXPIRED):
        stand(title, state)
        gone = f"称号已因其他程序{state.label}，复核不能重新办理。"
        assert said("dossier_can_go_on", look) == [gone]
    stand(title, DesignationState.ENDED)
    assert said("dossier_can_go_on", look) == []
    revocation_of(title, "DECIDED")
    assert said("dossier_can_go_on", look) == ["称号已因其他程序复核不合格，复核不能重新办理。"]


def test_a_year_ends_when_nothing_in_it_lives():
    row = bare(S.SUBMITTED)
    assert said("nothing_in_it_is_alive", row.cycle) == ["还有 1 件申报没有办结。"]
    for state in (S.DRAFT, S.DESIGNATED):
        with unsealed(Application):
            Application.objects.filter(pk=row.pk).update(state=state)
        assert said("nothing_in_it_is_alive", row.cycle) == []


# --- the register ---


def test_an_import_is_decided_row_by_row_on_a_notice_that_can_be_read():
    batch = put(ImportBatch, kind="historic", created_by=people.ministry(), created_at=NOON)
    unread = ["没有公告原文，请上传公告文件或者填写公告网址。"]
    assert said("notice_can_be_read", batch) == unread
    for field in ("notice_address", "source_text"):
        assert said("notice_can_be_read", ImportBatch(kind="historic", **{field: "x"})) == []
    assert said("notice_can_be_read", ImportBatch(kind="notice")) == unread
    assert said("notice_can_be_read", ImportBatch(kind="support")) == []
    assert said("every_row_is_decided", batch) == ["没有要导入的行。"]
    for number, (match, decision) in enumerate((("wrong", ""), ("unsure", ""), ("new", "skip"))):
        put(ImportRow, batch=batch, number=number, match=match, decision=decision)
    unsure = "还有 1 行需要判断归入哪个平台，请逐行选择。"
    wrong = "还有 1 行有错误，请更正后重新上传，或者选择不导入。"
    assert said("every_row_is_decided", batch) == [wrong, unsure]
    batch.kind = "notice"
    assert said("every_row_is_decided", batch)[0] == wrong.replace("更正后重新上传", "在下面逐行更正")
    batch.rows.exclude(decision="skip").update(match="new", decision="create")
    assert said("every_row_is_decided", batch) == []


def test_a_title_of_an_old_notice_goes_to_a_unit_that_fits():
    of = dossiers.unit()
    title = dossiers.title(dossiers.unit())
    title.on_paper, title.uscc = True, ""
    claim = TitleClaim(title=title, platform=of.platform)
    assert said("title_and_unit_fit", claim) == []
    owned = "此称号已有运营单位的信用代码，不需要认领。"
    for on_paper, uscc in ((False, ""), (True, "91330000MA27XXXX0K")):
        title.on_paper, title.uscc = on_paper, uscc
        assert said("title_and_unit_fit", claim) == [owned]
    title.on_paper, title.uscc, title.jurisdiction = True, "", people.recommender("甘肃")
    assert said("title_and_unit_fit", claim) == ["此称号的所在地区为甘肃，只能由该地区的平台认领。"]
    title.jurisdiction, claim.platform.organisation = of.platform.jurisdiction, Organisation()
    assert said("title_and_unit_fit", claim) == [
        "该单位的营业执照尚未核验，请先在“单位核验”中核验，再答复认领。"
    ]


def test_a_move_needs_the_office_that_it_goes_to():
    stays, moves = UnitChange(), UnitChange(moves_to=people.recommender("甘肃"))
    assert [*said_by("both_have_agreed", stays, "agree")] == ["此变更不涉及迁移，不需要迁入地同意。"]
    assert [*said_by("both_have_agreed", stays, "approve")] == []
    assert [*said_by("both_have_agreed", moves, "agree")] == []
    assert [*said_by("both_have_agreed", moves, "approve")] == [f"迁入地{moves.moves_to.name}尚未同意。"]
    moves.agreed_at = clock.now()
    assert [*said_by("both_have_agreed", moves, "approve")] == []


def test_a_change_is_approved_on_the_facts_that_it_began_with():
    of = dossiers.unit()
    name = of.platform.name
    change = UnitChange(platform=of.platform, wanted={"platform_name": [name, "新名称"]})
    assert said("registered_facts_are_as_filed", change) == []
    of.platform.name = "又一名称"
    changed = "登记信息在提出之后已有变化，请退回单位，由其撤回后重新提出。"
    assert said("registered_facts_are_as_filed", change) == [changed]
    assert said("nothing_holds_it", change) == ["此平台没有有效称号，登记信息可以直接修改。"]
