"""What needs the ministry and the experts."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from applications.models import Application
from applications.states import ApplicationState as S
from portal.desk.todo import Todo, counted, most_of, provides_todos, provides_todos_of, the_rest
from portal.kernel import clock
from portal.kernel.permissions import SUPERVISORS, Role
from portal.kernel.signoff import may_sign
from portal.models import SignOff
from portal.shared.sentences import one_sentence
from portal.shared.together import Asking, Number
from review.models import Assignment, NoticeItem, Objection
from review.publicity.correcting import GONE
from review.states import AT_WORK, OPEN_OBJECTIONS


@provides_todos
def acts_to_sign(user) -> Iterator[Todo]:
    """What waits for a second person: the ministry's own, or the province's in its own programme."""
    if user.role not in (*SUPERVISORS, Role.ADMINISTRATOR):
        return
    rows = SignOff.objects.for_user(user).filter(state=SignOff.State.WAITING)
    for row in (yield rows.select_related("proposer")):
        url = reverse("signoff", args=[row.pk])
        ours = may_sign(row, user)
        yield Todo(
            row.shown.get("title", "审签"),
            url,
            f"{row.proposer.name}拟办",
            action="审签",
            waiting_for="" if ours else "负责人审签",
            urgent=ours,
            paper=_first_lines(row) if ours else "",
        )


def _first_lines(row: SignOff) -> str:
    lines = [f"{label}：{value}" for label, value, *_ in row.shown.get("rows", [])[:3]]
    return one_sentence(lines)[:120] or row.shown.get("title", "审签")


def _to_correct() -> QuerySet[NoticeItem]:
    """Lines of a public list that are no longer so: who left it, and who bears another name by now."""
    lines = NoticeItem.objects.filter(
        notice__kind="publicity", notice__state="PUBLISHED", notice__cycle__programme=None
    )
    named = Q(
        platform_name=F("application__platform__name"),
        organisation_name=F("application__platform__organisation__name"),
    )
    gone = Q(application__state__in=GONE, notice__ends_on__gte=clock.today())
    return lines.filter(gone | (Q(application__state=S.PUBLICISED) & ~named))


def _to_decide(mine: QuerySet[Application]) -> QuerySet[Application]:
    """Publicised, the days of the line are over, and nobody's objection is left to hear."""
    lines = NoticeItem.objects.filter(notice__kind="publicity", notice__state="PUBLISHED").annotate(
        last=Coalesce("ends_on", "notice__ends_on")
    )
    heard = Objection.objects.filter(state__in=OPEN_OBJECTIONS).values("item__application")
    over = lines.filter(last__lt=clock.today()).values("application")
    return mine.filter(state=S.PUBLICISED, pk__in=over).exclude(pk__in=heard)


def _all_scored(mine: QuerySet[Application]) -> QuerySet[Application]:
    """Under review, and no expert is at work on it any more."""
    sheets = Assignment.objects.order_by()
    out = sheets.filter(state__in=AT_WORK).values("application")
    handed_in = sheets.filter(state="HANDED_IN").values("application")
    return mine.filter(state=S.UNDER_REVIEW, pk__in=handed_in).exclude(pk__in=out)


def _of_ministry(user) -> tuple:
    mine = Application.objects.for_user(user)
    brief = mine.select_related("platform").only("number", "due_on", "platform__name")
    own = brief.filter(handler=user).order_by("due_on")
    return (
        most_of(own.filter(state=S.REPORTED)),
        most_of(own.filter(state=S.SUPPLEMENTING)),
        Number(mine.filter(handler=None, state=S.REPORTED)),
        *(Number(mine.filter(state=state)) for state in (S.ACCEPTED, S.REVIEWED, S.PROPOSED)),
        Number(Objection.objects.for_user(user).filter(state__in=OPEN_OBJECTIONS)),
        Number(_to_correct()),
        Number(_to_decide(mine)),
        Number(_all_scored(mine)),
    )


@provides_todos_of(Application, "accept")
def for_ministry(user) -> Iterator[Todo]:
    checks, supplements, free, accepted, reviewed, proposed, objections, left, over, scored = yield Asking(
        lambda: _of_ministry(user)
    )
    last, (to_check, of_checks) = None, checks
    for row in to_check:
        last = Todo(
            f"形式审查：{row.platform.name}",
            reverse("dossier", args=[row.pk]),
            row.number or "",
            row.due_on,
            action="审查",
        )
        yield last
    yield from the_rest("形式审查", of_checks, _own_queue("waiting"), last)
    last, (supplementing, of_supplements) = None, supplements
    for row in supplementing:
        late = bool(row.due_on and row.due_on < clock.today())
        last = Todo(
            f"补正：{row.platform.name}",
            reverse("dossier", args=[row.pk]),
            "逾期未补正，请作出决定" if late else "补正中",
            row.due_on,
            waiting_for="" if late else "申报单位补正",
            urgent=late,
        )
        yield last
    yield from the_rest("补正", of_supplements, _own_queue("supplement"), last)
    counts = (
        ("未分派的报送", free, reverse("ministry_queue") + "?view=unassigned"),
        ("待组成评审组", accepted, reverse("ministry_queue") + "?view=all&stage=accepted"),
        ("评分已交齐、待复议或者结束评审", scored, reverse("review_progress")),
        ("待合议", reviewed, reverse("decision")),
        ("待公示", proposed, reverse("publicity_prepare")),
        ("未办结的异议", objections, reverse("objection_inbox")),
        ("公示期满、待认定或者确认", over, reverse("publicised")),
        ("待更正公示名单的平台", left, reverse("publicised")),
    )
    for title, number, url in counts:
        yield from counted(f"{title} {{}} 件", number, url)


def _own_queue(stage: str) -> str:
    """One's own dossiers of the formal check, in the order in which they fall due."""
    return f"{reverse('ministry_queue')}?view=mine&stage={stage}"


@provides_todos_of(Assignment, "declare")
def for_expert(user) -> Iterator[Todo]:
    rows = Assignment.objects.for_user(user).filter(state__in=AT_WORK, application__state=S.UNDER_REVIEW)
    for row in (yield rows.select_related("application__platform")):
        yield Todo(
            f"评审：{row.application.platform.name}",
            reverse("declare", args=[row.pk]),
            row.get_state_display(),
            row.due_on,
            action="评审",
        )


@provides_todos_of(Objection, "answer_as_platform")
def objections_to_answer(user) -> Iterator[Todo]:
    """What was passed on to the platform and is not answered yet."""
    yield from _to_answer(user, urgent=True, answered_by_platform_at=None)


@provides_todos_of(Objection, "answer_as_recommender")
def objections_for_the_recommender(user) -> Iterator[Todo]:
    """What was passed on to it and is not answered yet."""
    yield from _to_answer(user, urgent=False, answered_by_recommender_at=None)


def _to_answer(user, *, urgent: bool, **unanswered) -> Iterator[Todo]:
    rows = Objection.objects.for_user(user).filter(state__in=OPEN_OBJECTIONS, **unanswered)
    for row in (yield rows.select_related("item__application__platform")):
        dossier = row.item.application
        yield Todo(
            f"说明异议：{row.item.platform_name}",
            reverse("objection", args=[row.pk]),
            "公示期间收到异议，请说明情况",
            row.answer_due_on,
            action="去说明",
            urgent=urgent,
            unit=dossier.platform.organisation_id if dossier else None,
        )
