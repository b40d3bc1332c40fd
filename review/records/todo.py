"""What the supervision of titles (动态管理) needs from whom."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from applications.models import Application, Cycle
from applications.rereviews.cohort import left_undone, stuck
from platforms.models import Designation
from platforms.querysets import recommenders_of
from portal.desk.todo import Todo, counted, most_of, provides_todos, provides_todos_of, the_rest
from portal.kernel import clock
from portal.kernel.permissions import holds
from portal.shared.together import Number, how_many, keep_statement
from review.models import (
    CheckFinding,
    CheckPlan,
    FailingNotice,
    Rectification,
    Revocation,
    SpotCheck,
    Surrender,
)
from review.revocations.papers import stage_in_words
from review.states import CONCLUDED_CHECKS, OPEN_RECTIFICATIONS, OPEN_REVOCATIONS


@provides_todos
def rectifications(user) -> Iterator[Todo]:
    """Whose turn it is with each open 整改; who reports or checks sees the others' turns too."""
    turn = {"ORDERED": "report_done", "REPORTED": "check_again", "CHECKED": "accept"}
    waits = {"ORDERED": "平台整改", "REPORTED": "推荐单位核查", "CHECKED": "工业和信息化部结论"}
    mine = {state for state, verb in turn.items() if holds(Rectification, user, verb)}
    decides = holds(Rectification, user, "refer")
    our_turn = Q(state__in=mine)
    if decides:
        our_turn |= Q(state="ORDERED", due_on__lt=clock.today())
    shown = Q(state__in=OPEN_RECTIFICATIONS) if mine & {"ORDERED", "REPORTED"} else our_turn
    rows = Rectification.objects.for_user(user).filter(shown).select_related("title__platform")
    # Before what waits for others: the line behind the named ones stands where the last of them stands.
    place = Case(When(our_turn, then=Value(0)), default=Value(1))
    last, (rows, of_all) = None, (yield most_of(rows.order_by(place, "due_on")))
    for row in rows:
        late = row.is_overdue and decides
        ours = row.state in mine or late
        last = Todo(
            f"整改：{row.title.platform_name}",
            reverse("rectification", args=[row.pk]),
            "逾期未报告，请作出决定" if late else row.get_state_display(),
            row.due_on,
            waiting_for="" if ours else waits[row.state],
            urgent=late,
            unit=row.title.platform.organisation_id,
        )
        yield last
    yield from the_rest("整改", of_all, reverse("rectifications"), last)


def _open_revocations(user) -> QuerySet[Revocation]:
    rows = Revocation.objects.for_user(user).filter(state__in=OPEN_REVOCATIONS)
    return rows.select_related("title__platform")


@provides_todos_of(Revocation, "state_case")
def revocations_of_ours(user) -> Iterator[Todo]:
    last, (rows, of_all) = None, (yield most_of(_open_revocations(user).order_by("statement_due", "number")))
    for row in rows:
        ours = row.state == "NOTIFIED"
        called = row.hearing_on if row.awaits_hearing else None
        called = called if called and clock.today() <= called else None
        last = Todo(
            f"撤销称号告知：{row.title.platform_name}",
            reverse("revocation", args=[row.pk]),
            f"听证：{row.hearing_words}" if called else row.get_state_display(),
            row.statement_due if ours else called,
            action="参加听证" if called else "陈述",
            waiting_for="" if ours or called else "工业和信息化部决定",
            urgent=ours,
            unit=row.title.platform.organisation_id,
        )
        yield last
    yield from the_rest("撤销称号告知", of_all, reverse("revocations"), last)


@provides_todos_of(Revocation, "prepare_decide")
def revocations_to_decide(user) -> Iterator[Todo]:
    last, (rows, of_all) = None, (yield most_of(_open_revocations(user).order_by("statement_due")))
    for row in rows:
        called = row.hearing_on if row.awaits_hearing else None
        running = row.state == "NOTIFIED" and clock.today() <= row.statement_due
        coming = called is not None and clock.today() < called
        hint = "，待安排听证" if row.awaits_hearing and called is None else ""
        silent = row.state == "NOTIFIED" and not running
        stage = stage_in_words(row) if silent else row.get_state_display()
        last = Todo(
            f"撤销程序：{row.title.platform_name}",
            reverse("revocation", args=[row.pk]),
            f"{row.number} {stage}{hint}",
            row.statement_due if running else called,
            waiting_for="平台陈述" if running else "举行听证" if coming else "",
        )
        yield last
    yield from the_rest("撤销程序", of_all, reverse("revocations"), last)


@provides_todos_of(Revocation, "state_view")
def views_on_suspensions(user) -> Iterator[Todo]:
    """The department whose work a decision would suspend: it is heard within the unit's own term."""
    rows = Revocation.objects.for_user(user, "state_view").filter(
        ground=Revocation.Ground.FRAUD,
        state__in=OPEN_REVOCATIONS,
        department_view="",
        statement_due__gte=clock.today(),
    )
    rows = rows.select_related("title__platform").order_by("statement_due", "number")
    last, (rows, of_all) = None, (yield most_of(rows))
    for row in rows:
        last = Todo(
            f"对暂停申报工作的意见：{row.title.platform_name}",
            reverse("revocation_state_view", args=[row.pk]),
            f"撤销程序 {row.number}，弄虚作假",
            row.statement_due,
            action="提出意见",
        )
        yield last
    yield from the_rest("对暂停申报工作的意见", of_all, reverse("revocations"), last)


@provides_todos_of(FailingNotice, "answer")
def failing_notices_to_answer(user) -> Iterator[Todo]:
    rows = FailingNotice.objects.for_user(user).filter(answered_at=None, answer_due__gte=clock.today())
    rows = rows.select_related("title__platform").order_by("answer_due", "pk")
    last, (rows, of_all) = None, (yield most_of(rows))
    for row in rows:
        last = Todo(
            f"拟不合格告知：{row.title.platform_name}",
            reverse("failing_notice", args=[row.pk]),
            "请陈述意见",
            row.answer_due,
            action="陈述",
            urgent=True,
            unit=row.title.platform.organisation_id,
        )
        yield last
    yield from the_rest("拟不合格告知", of_all, reverse("failing_notices"), last)


@provides_todos_of(FailingNotice, "tell")
def failing_notices_to_bring_forward(user) -> Iterator[Todo]:
    """Which silence has run out."""
    ripe = Q(answered_at__isnull=False) | Q(answer_due__lt=clock.today())
    rows = FailingNotice.objects.for_user(user).select_related("title__platform", "cycle")
    rows = rows.filter(ripe, kind="unfiled", application=None, cycle__state__in=("PUBLISHED", "CLOSED"))
    rows = rows.filter(title__state__in=("ACTIVE", "RECTIFYING")).order_by("answer_due", "pk")
    last, (rows, of_all) = None, (yield most_of(rows))
    for row in rows:
        last = Todo(
            f"列入合议：{row.title.platform_name}",
            reverse("failing_notice", args=[row.pk]),
            f"{row.cycle}未提交复核，{row.get_state_display()}",
        )
        yield last
    yield from the_rest("列入合议", of_all, reverse("rereview"), last)


@provides_todos_of(Surrender, "accept")
def surrenders(user) -> Iterator[Todo]:
    rows = Surrender.objects.for_user(user).filter(state="ASKED").select_related("title")
    last, (rows, of_all) = None, (yield most_of(rows.order_by("asked_at")))
    for row in rows:
        last = Todo(
            f"放弃称号：{row.title.platform_name}", reverse("surrender", args=[row.pk]), row.reason[:40]
        )
        yield last
    yield from the_rest("放弃称号", of_all, reverse("surrenders"), last)


def _untold(cycle: Cycle) -> QuerySet[Designation]:
    """What was left undone, and neither told to the unit, nor put off, nor before a revocation."""
    rows = left_undone(cycle).filter(review_year__lte=cycle.year)
    told = FailingNotice.objects.filter(cycle=cycle, kind="unfiled").values("title_id")
    deferred = cycle.deferrals.filter(state="GRANTED", until__gte=clock.today()).values("title_id")
    rows = rows.exclude(pk__in=told).exclude(pk__in=deferred)
    return rows.exclude(revocations__state__in=[str(state) for state in OPEN_REVOCATIONS])


@provides_todos_of(FailingNotice, "tell")
def overdue_rereviews(user) -> Iterator[Todo]:
    """Art. 14: nothing ends by itself; what the units left undone, once filing is over, waits for the ministry."""
    # What an earlier round left undone is due in the latest one whose filing is over, so that one round says it all.
    rounds = Cycle.objects.national().exclude(state="DRAFT").filter(filing_until__lt=clock.today())
    cycle = next(iter((yield rounds.order_by("-year")[:1])), None)
    if cycle is None:
        return
    # Written once for the day: six conditions of which each asks for dossiers, titles and corrections.
    found = yield keep_statement(
        ("overdue rereviews", cycle.pk, cycle.year, cycle.closes_on, clock.today()),
        lambda: how_many(_untold(cycle)),
    )
    number = next((row["how_many"] for row in found), 0)
    address = f"{reverse('rereview')}?year={cycle.year}&standing=unfiled"
    yield from counted("截止未提交复核 {} 家", number, address, f"{cycle}：提醒、准予补办，或者告知")


@provides_todos_of(Designation, "remind_rereview")
def rereviews_at_the_province(user) -> Iterator[Todo]:
    """Filed in time and not reported: the province is reminded, the ministry sees where they stay."""
    rounds = Cycle.objects.national().filter(state="PUBLISHED", handling_until__lt=clock.today())
    cycles = list((yield rounds))
    scope = {"recommender__in": recommenders_of(user)} if holds(Application, user, "report") else {}
    numbers = (yield tuple(Number(stuck(cycle).filter(**scope)) for cycle in cycles)) if cycles else ()
    for cycle, number in zip(cycles, numbers, strict=True):
        address = f"{reverse('rereview')}?year={cycle.year}&standing=stuck"
        what = f"{cycle}：平台已按期提交，集中办理期已过，推荐单位尚未报送"
        yield from counted("复核未报送 {} 家", number, address, what, cycle.closes_on, action="查看")


def _open_checks(user) -> QuerySet[SpotCheck]:
    found = CheckFinding.objects.filter(check_of=OuterRef("pk")).exclude(weight=CheckFinding.Weight.NONE)
    rows = SpotCheck.objects.for_user(user).exclude(state__in=CONCLUDED_CHECKS)
    return rows.select_related("title__platform").annotate(has_faults=Exists(found))


@provides_todos_of(SpotCheck, "hand_over")
def spot_checks_to_make(user) -> Iterator[Todo]:
    """Those who were drawn; who sent them follows the check by its plan."""
    if holds(SpotCheck, user, "notify"):
        return
    for row in (yield _open_checks(user).filter(state="NOTIFIED")):
        yield Todo(
            f"抽查：{row.title.platform_name}",
            reverse("spot_check", args=[row.pk]),
            "记录检查发现",
            row.visit_on,
        )


@provides_todos_of(SpotCheck, "answer_findings")
def spot_checks_of_ours(user) -> Iterator[Todo]:
    for row in (yield _open_checks(user)):
        ours = row.state == "FOUND" and row.has_faults
        yield Todo(
            f"抽查：{row.title.platform_name}",
            reverse("spot_check", args=[row.pk]),
            row.get_state_display(),
            row.answer_due if ours else row.visit_on,
            action="说明情况" if ours else "查看",
            waiting_for="" if ours else "抽查组" if row.state == "NOTIFIED" else "工业和信息化部处理",
            urgent=ours,
            unit=row.title.platform.organisation_id,
        )


@provides_todos_of(SpotCheck, "notify")
def spot_checks_to_conclude(user) -> Iterator[Todo]:
    plans = CheckPlan.objects.for_user(user).filter(state="ANNOUNCED")
    silent = Q(state="FOUND") & (Q(answer_due__lt=clock.today()) | Q(has_faults=False))
    ripe = _open_checks(user).filter(Q(state="ANSWERED") | silent).order_by("answer_due", "pk")
    last, (rows, of_all, announced) = None, (yield *most_of(ripe), plans)
    for row in rows:
        silence = "期满未说明" if row.has_faults else "检查结果均符合"
        last = Todo(
            f"抽查处理：{row.title.platform_name}",
            reverse("spot_check", args=[row.pk]),
            "平台已说明" if row.state == "ANSWERED" else silence,
        )
        yield last
    yield from the_rest("抽查处理", of_all, reverse("check_plans"), last)
    for plan in announced:
        yield Todo(f"抽取：{plan.name}", reverse("check_plan", args=[plan.pk]), "底册已公布，次日起抽取")
