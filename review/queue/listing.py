"""The ministry's queue as an address describes it: stage, named view, filters and order.

The page, the preview beside it, the export and the walk from one dossier to the next read the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from applications.corrections.marks import standing_findings
from applications.corrections.models import Stage
from applications.cycles.years import running_cycles
from applications.dossiers.lists import search_of_dossiers
from applications.models import Application, CorrectionRequest, Cycle, Overlap
from applications.permissions import audited_cycles
from applications.states import NATIONAL_CHOICES, ApplicationState, CorrectionState, Procedure
from platforms.functions import Function
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import Role, holds
from portal.pages.listforms import choice
from portal.pages.lists import DeclaredList, Filter, containing, exactly, is_number, one_of, read_before
from portal.shared.together import Figures, ask, how_many, keep_statement, rows_of

S = ApplicationState
BEYOND_CHECK = (
    S.ACCEPTED,
    S.UNDER_REVIEW,
    S.REVIEWED,
    S.PROPOSED,
    S.PUBLICISED,
    S.DESIGNATED,
    S.CONFIRMED,
    S.FAILED,
    S.REJECTED,
)
STAGES = (
    ("reported", "推荐报送", None),
    ("waiting", "待形式审查", (S.REPORTED,)),
    ("supplement", "补正中", (S.SUPPLEMENTING,)),
    ("accepted", "形式通过", BEYOND_CHECK),
    ("review", "专家评审中", (S.UNDER_REVIEW,)),
    (
        "reviewed",
        "评审完成",
        (S.REVIEWED, S.PROPOSED, S.PUBLICISED, S.DESIGNATED, S.CONFIRMED, S.FAILED, S.REJECTED),
    ),
    ("refused", "不予受理", (S.REFUSED,)),
)
VIEWS = (
    ("mine", "我的待审"),
    ("unassigned", "未分派"),
    ("answered", "补正待复核"),
    ("soon", "已逾期和 3 个工作日内到期"),
    ("relaxing", "拟放宽条件"),
    ("doubled", "查重待核"),
    ("all", "全部"),
)
HOT = ("soon", "doubled")
APART = ("all", "relaxing")  # counted off indexes of their own
PENDING = Q(state__in=[S.REPORTED, S.SUPPLEMENTING])
ORDERS = {
    "due": (F("due_on").asc(nulls_last=True), "number"),
    "-due": (F("due_on").desc(nulls_last=True), "number"),
    "score": (F("province_score").asc(nulls_last=True), "number"),
    "-score": (F("province_score").desc(nulls_last=True), "number"),
    "name": ("platform__name",),
    "recommender": ("recommender__order", "rank", "number"),
}
ORDER_LABELS = {
    "due": "按时限，近在前",
    "-due": "按时限，远在前",
    "-score": "按省级测评，高在前",
    "score": "按省级测评，低在前",
    "name": "按平台名称",
    "recommender": "按推荐单位",
}
DEFAULT_VIEW = "mine"
PIPS = {"m": "有缺", "f": "存疑", "b": "有问题"}  # what the portal found in the materials
MARKS = {
    "missing": "记为“缺”",
    "doubt": "记为“疑”",
    "none": "没有“缺”“疑”",
}  # what the ministry's check found
PARAMS = ("view", "stage", "q", "recommender", "function", "pips", "procedure", "handler", "year", "order")


@dataclass(frozen=True)
class Listing:
    """`base` are the dossiers of the years that run, or of the asked one (for the counts); `rows` what the filters leave."""

    base: QuerySet
    rows: QuerySet
    view: str
    stage: str
    order: str
    cycles: Sequence[Cycle]


def open_doubles():
    """Whether an unanswered overlap names the dossier, on either side."""
    unanswered = Overlap.objects.filter(answer="")
    return Q(pk__in=unanswered.values("application")) | Q(pk__in=unanswered.values("other"))


def answered_supplement():
    """A supplement of the ministry has come in: to be looked at anew, not for the first time."""
    answered = CorrectionRequest.objects.filter(stage=Stage.MINISTRY, state=CorrectionState.ANSWERED)
    return Q(pk__in=answered.values("application"))


def view_filter(name: str, user):
    return {
        "mine": Q(handler=user) & PENDING,
        "unassigned": Q(handler=None, state=S.REPORTED),
        "answered": Q(state=S.REPORTED) & answered_supplement(),
        "soon": PENDING & Q(due_on__lte=deadline_in(3)),
        "relaxing": PENDING & Q(assessment__relaxing=True),
        "doubled": PENDING & open_doubles(),
        "all": Q(),
    }[name]


def known_years(user) -> QuerySet[Cycle]:
    """The years that this reader may ask for: an outside auditor's are those of the appointment (Art. 17)."""
    known = Cycle.objects.national().exclude(state="DRAFT")
    return known.filter(pk__in=audited_cycles(user)) if user.role == Role.OUTSIDE_AUDITOR else known


def cycles_of(params: Mapping[str, str], user) -> list[Cycle]:
    """The year that the address names and this reader knows, else all that run; when none does, the last one."""
    known = known_years(user)
    year = params.get("year", "")
    asked = list(known.filter(year=int(year))) if is_number(year) else []
    if asked:
        return asked
    running = list(*ask(running_cycles()))
    if user.role == Role.OUTSIDE_AUDITOR:
        running = list(known.filter(pk__in=[cycle.pk for cycle in running]).order_by("year"))
    return running or list(known.order_by("-year")[:1])


def views_for(user) -> list[tuple[str, str]]:
    """Who reads only has nothing of their own: the list begins with everything."""
    if holds(Application, user, "check"):
        return list(VIEWS)
    return [VIEWS[-1], *(one for one in VIEWS[:-1] if one[0] != DEFAULT_VIEW)]


def listing(user, params: Mapping[str, str]) -> Listing:
    cycles = cycles_of(params, user)
    base = Application.objects.for_user(user).filter(cycle__in=[cycle.pk for cycle in cycles])
    views = dict(views_for(user))
    view = params.get("view", "")
    view = view if view in views else next(iter(views))
    stage = params.get("stage", "")
    states = {code: states for code, _, states in STAGES}
    stage = stage if stage in states else ""
    rows = base.filter(view_filter(view, user))
    if stage and states[stage]:
        rows = rows.filter(state__in=states[stage])
    return Listing(base, QUEUE.rows(rows, params), view, stage, QUEUE.order_in(params), cycles)


def _marked(mark: str):
    """By the marks of the formal check that still stand: what is to be refused or asked for is found without opening it."""
    standing = standing_findings(Stage.MINISTRY).filter(application=OuterRef("pk"))
    return ~Exists(standing) if mark == "none" else Exists(standing.filter(verdict=mark))


def _with_marks(rows: QuerySet, code: str) -> QuerySet:
    return rows.filter(pips__contains=code) if code in PIPS else rows.filter(_marked(code))


QUEUE = DeclaredList(
    filters=(
        search_of_dossiers("平台名称、单位、统一社会信用代码"),
        exactly("recommender", "recommender__code", field=choice("推荐单位", "全部推荐单位")),
        containing(
            "function",
            Function.values,
            "platform__functions",
            field=choice("服务功能", "全部服务功能", Function.choices),
        ),
        Filter(
            "pips",
            _with_marks,
            {*PIPS, *MARKS}.__contains__,
            choice(
                "材料",
                "材料：不限",
                (("系统核对", tuple(PIPS.items())), ("审查标记", tuple(MARKS.items()))),
            ),
        ),
        one_of(
            "procedure",
            Procedure.values,
            field=choice("事项", "认定和复核", NATIONAL_CHOICES, is_folded=True),
        ),
        exactly("handler", "handler__username", field=choice("审查员", "全部审查员", is_folded=True)),
        read_before("year", is_number, choice("年度", "进行中的年度", is_folded=True)),
    ),
    orders=ORDERS,
    order_field=choice("排序", "", ORDER_LABELS.items(), is_folded=True),
    is_wide=True,
)


def kept(params: Mapping[str, str]) -> dict[str, str]:
    """The part of an address that describes the list, for links, exports and saved views."""
    return {name: params[name][:60] for name in PARAMS if params.get(name)}


def counts_of(base: QuerySet, cycles: Sequence[Cycle], user) -> dict[str, int]:
    """Every view's and every stage's number; a stage's name is set off by its mark.

    All views but that of everything are about what is pending, the smaller part of a year: the states alone are
    counted over the whole of it, off an index.
    """

    def count_views() -> QuerySet:
        views = {name: Count(1, filter=view_filter(name, user)) for name, _ in VIEWS if name not in APART}
        return rows_of(Figures(base.filter(PENDING), {**views, "at_hand": at_hand(user)}))

    if not cycles:  # before the first year: the conditions rule every row out, and no statement is sent
        return {**dict.fromkeys(dict(VIEWS), 0), "at_hand": 0, **stage_numbers({})}
    of = ("queue", user.pk, user.role, deadline_in(3), *(cycle.pk for cycle in cycles))
    pending, relaxing, by_state = ask(
        keep_statement((*of, "views"), count_views),
        keep_statement((*of, "relaxing"), lambda: how_many(base.filter(view_filter("relaxing", user)))),
        keep_statement((*of, "states"), lambda: base.order_by().values_list("state").annotate(n=Count("*"))),
    )
    return {**pending[0], "relaxing": relaxing[0]["how_many"], **stage_numbers(dict(by_state))}


def at_hand(user) -> Count:
    """How many one officer can check now: whether there is a next one to begin with."""
    return Count(1, filter=Q(handler=user, state=S.REPORTED))


def stage_numbers(by_state: Mapping[str, int]) -> dict[str, int]:
    whole = sum(by_state.values())
    stages = {
        f"stage_{code}": sum(by_state.get(state, 0) for state in states) if states else whole
        for code, _, states in STAGES
    }
    return {"all": whole, **stages}


def stages_of(counts: Mapping[str, int], current: str = "", *, year: str = "") -> list[dict]:
    """The funnel: how many have come as far as each stage; every bar leads to its list."""
    url = f"{reverse('ministry_queue')}?view=all{f'&year={year}' if year else ''}"
    return [
        {
            "label": label,
            "count": counts[f"stage_{code}"],
            "url": f"{url}&stage={code}",
            "current": current == code,
        }
        for code, label, _ in STAGES
    ]


def before(rows: QuerySet, application: Application) -> QuerySet:
    """Of rows in the order in which they fall due, those that come before a dossier."""
    same_day = Q(due_on=application.due_on, number__lt=application.number)
    if application.due_on is None:
        return rows.filter(Q(due_on__isnull=False) | same_day)
    return rows.filter(Q(due_on__lt=application.due_on) | same_day)


def walk(user) -> QuerySet:
    """One officer's own pending checks in the order in which they fall due."""
    return (
        Application.objects.for_user(user, "check")
        .filter(handler=user, state=S.REPORTED)
        .order_by(*ORDERS["due"])
    )
