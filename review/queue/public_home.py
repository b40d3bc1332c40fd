"""The public home: every round that runs, at the stages it really stands at, and the register's figures."""

from __future__ import annotations

from django.db.models import Count, Q

from applications.cycles.years import cycle_to_file, running_cycles
from applications.models import Application, Cycle
from applications.states import AT_MINISTRY, NATIONAL, WITH_RECOMMENDER, ApplicationState, CycleState
from platforms.models import Recommender
from platforms.register.queries import summary
from portal.desk.views import provides_public_home
from portal.kernel import clock
from portal.kernel.calendar import calendar
from review.models import Notice
from review.queue.news import news_of

S = ApplicationState
ROAD = ("网上填报", "省级测评推荐", "集中受理评审", "社会公示", "授予称号", "年度管理")
# The dossiers that show a stage to be running; filing and what follows the titles go by dates.
BUSY = (
    (1, WITH_RECOMMENDER),
    (2, tuple(state for state in AT_MINISTRY if state != S.PUBLICISED)),
    (3, (S.PUBLICISED,)),
)


@provides_public_home
def years_at_a_glance(request) -> dict:
    """Each running round with its countdown, notices, publicity and the register's figures."""
    cycles = list(running_cycles())
    following = cycle_to_file()
    if following and following not in cycles:
        cycles.append(following)
    if not cycles:
        cycles = list(Cycle.objects.national().exclude(state=CycleState.DRAFT).order_by("-year")[:1])
    today = clock.today()
    public = Notice.objects.public().filter(cycle__programme=None)
    return {
        "rounds": [round_at_a_glance(cycle, today) for cycle in cycles],
        "news": news_of(request.GET.get("news", ""), public),
        "publicities": public.filter(kind="publicity")[:4],
        "figures": summary(today.year),
        "departments": Recommender.objects.filter(kind="department").count(),
        "open_for_filing": bool(following) and following.filing_is_open(),
    }


def round_at_a_glance(cycle: Cycle, today) -> dict:
    lit = stages_running(cycle, today)
    return {
        "cycle": cycle,
        "heading": heading_of(cycle, today),
        "countdown": countdown_of(cycle, today),
        "road": [
            {"n": number + 1, "title": name, "small": words, "kind": _kind(number, lit)}
            for number, (name, words) in enumerate(zip(ROAD, road_dates(cycle), strict=True))
        ],
    }


def _kind(number: int, lit: set[int]) -> str:
    if number in lit:
        return "now"
    return "done" if number < min(lit, default=0) else "todo"


def heading_of(cycle: Cycle, today) -> str:
    if cycle.state == CycleState.ENDED:
        return "已办结"
    if today < cycle.filing_from:
        return "安排已发布，尚未开始填报"
    if today <= cycle.filing_until:
        return "申报正在进行"
    return "申报已结束，未办结的继续办理" if cycle.state == CycleState.CLOSED else "工作正在进行"


def stages_running(cycle: Cycle, today) -> set[int]:
    """The stages that a round stands at: several at once, as its dossiers do."""
    rows = Application.objects.filter(cycle=cycle, procedure__in=NATIONAL)
    counts = rows.aggregate(**{f"s{number}": Count(1, filter=Q(state__in=states)) for number, states in BUSY})
    lit = {number for number, _ in BUSY if counts[f"s{number}"]}
    if cycle.state == CycleState.PUBLISHED and cycle.filing_from <= today <= cycle.filing_until:
        lit.add(0)
    if cycle.state == CycleState.PUBLISHED and cycle.handling_from <= today <= cycle.handling_until:
        lit.add(2)
    if not lit and today > cycle.review_until:
        lit.add(5)
    return lit


def countdown_of(cycle: Cycle, today) -> tuple[str, int] | None:
    """The working days to the round's next date; None when no date lies ahead."""
    left = calendar().days_left
    dates = (
        (cycle.filing_from, "距填报开始还有", today < cycle.filing_from),
        (cycle.filing_until, "距填报截止还有", True),
        (cycle.handling_from, "距集中办理还有", today < cycle.handling_from),
        (cycle.handling_until, "距集中办理结束还有", True),
        (cycle.review_until, "距评审办理截止还有", True),
    )
    if cycle.state != CycleState.PUBLISHED:
        return None
    return next(((words, left(today, day)) for day, words, still in dates if still and today <= day), None)


def road_dates(cycle: Cycle) -> tuple[str, ...]:
    return (
        f"截止 {cycle.filing_until.month} 月 {cycle.filing_until.day} 日",
        "填写推荐表",
        f"{cycle.handling_from.month} 月 {cycle.handling_from.day} 日—{cycle.handling_until.day} 日工作日",
        f"{cycle.edition.publicity_days} 个工作日",
        "公布名单，颁发证书",
        "年度总结，三年复核",
    )
