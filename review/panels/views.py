"""Panels: conflicts as a matrix, drawing by lot on record, one dossier's panel by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum, Value, Window
from django.db.models.functions import Least
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from applications.cycles.years import choose_year
from applications.models import Application
from portal.kernel import clock
from portal.kernel.permissions import demand_role, fetch, forbid, holds
from portal.kernel.workflow import TransitionBlocked, perform
from portal.pages.lists import DeclaredList
from portal.shared.together import Number, ask
from review.experts import services as pools
from review.experts.candidates import free_until, undeclared_among
from review.experts.services import scoring_deadline
from review.models import Assignment, Expert, PanelDraw
from review.panels.services import draw_panels, is_reproduced
from review.states import AT_WORK, ON_PANEL, AssignmentState

ROWS, COLUMNS = 20, 20
UNSEEN = ("user__password", "user__email", "user__phone")  # sealed, or nobody's business here
NAMED = 12  # experts in one sentence
RELATED = ("platform__organisation", "cycle", "recommender")


GATHERED = ("ACCEPTED", "UNDER_REVIEW")


def _year(request):
    rows = Application.objects.for_user(request.user).filter(state__in=GATHERED)
    return choose_year(request, rows, first=Q(state="ACCEPTED"))


def _gathering(request, cycle):
    """Dossiers of a year whose panels are being gathered or at work."""
    demand_role(Assignment, request.user, "list", "此页面属于评审组织者。")
    return (
        Application.objects.for_user(request.user)
        .filter(cycle=cycle, state__in=GATHERED)
        .select_related(*RELATED)
        .order_by("recommender__order", "number")
    )


def to_draw(request):
    """The year on the page and its dossiers that wait for a draw."""
    cycle = _year(request).cycle
    return cycle, list(_gathering(request, cycle).filter(state="ACCEPTED"))


MATRIX = DeclaredList(size=ROWS, is_wide=True)


@dataclass(frozen=True)
class MatrixScreen:
    """Dossiers beside experts, with who may sit where."""

    experts: Any
    people: list
    lines: list
    wanting: int
    wanting_in_all: int
    draws: Any
    is_ministry: bool


def matrix(request):
    """Dossiers × experts: blocked cells hatched with their reasons, seats with their states."""
    year = _year(request)
    page = MATRIX.page_of(request, _gathering(request, year.cycle))
    there = pools.pool().filter(user__is_active=True).defer(*UNSEEN).order_by("pk")
    experts = Paginator(there, COLUMNS).get_page(request.GET.get("experts"))
    dossiers, people = list(page), list(experts)
    tables = pools.conflict_tables(dossiers, people)
    seats = {
        (row.application_id, row.expert_id): row
        for row in Assignment.objects.filter(application__in=dossiers, expert__in=people)
    }
    lines = []
    for row in dossiers:
        cells = [(seats.get((row.pk, person.pk)), tables[row.pk][str(person.pk)]) for person in people]
        lines.append((row, cells))
    counts = _seated(dossiers)
    return render(
        request,
        "review/experts/matrix.html",
        {
            "screen": MatrixScreen(
                experts=experts,
                people=people,
                lines=[(row, cells, counts[row.pk]) for row, cells in lines],
                wanting=_wanting(dossiers, counts),
                wanting_in_all=_wanting_of_year(request, year.cycle),
                draws=PanelDraw.objects.for_user(request.user).select_related("drawn_by")[:10],
                is_ministry=holds(Application, request.user, "assign_experts"),
            ),
            "year_choice": year,
            "this_cycle": year.cycle,
            "page": page,
            **_declarations(year.cycle),
        },
    )


def _seated(dossiers) -> Counter:
    """How many sit on each panel."""
    rows = Assignment.objects.filter(application__in=dossiers, state__in=ON_PANEL)
    return Counter(rows.values_list("application_id", flat=True))


def _wanting(dossiers, seated: Counter) -> int:
    return sum(max(0, row.cycle.panel_size - seated[row.pk]) for row in dossiers)


def _wanting_of_year(request, cycle) -> int:
    """Seats to be drawn, on whatever page of the table the dossier stands."""
    if cycle is None:
        return 0
    rows = _gathering(request, cycle).order_by()
    on_panels = Assignment.objects.filter(application__in=rows.values("pk"), state__in=ON_PANEL)
    seated = on_panels.order_by().values("application").annotate(n=Count("*"))
    taken = seated.aggregate(taken=Sum(Least("n", Value(cycle.panel_size))))["taken"] or 0
    return rows.count() * cycle.panel_size - taken


def _declarations(cycle) -> dict:
    """How many of those who could be drawn have been through the list of candidates."""
    rows = Application.objects.filter(cycle=cycle, state="ACCEPTED")
    keys = list(rows.order_by().values_list("pk", flat=True))
    if not keys:
        return {}
    free = free_until(scoring_deadline(Application(cycle=cycle)))
    left = undeclared_among(free, keys).select_related("user").only("user__name")
    first, of_all = ask(left.annotate(of_left=Window(Count("*")))[:NAMED], Number(free))
    number = first[0].of_left if first else 0
    return {"free": of_all, "undeclared": number, "undeclared_first": first}


@require_POST
def draw(request):
    """Fill every free seat of the cycle in one drawing."""
    cycle = _year(request).cycle
    back = f"{reverse('panel_matrix')}?year={cycle.year if cycle else ''}"
    rows = list(_gathering(request, cycle).for_user(request.user, "assign_experts"))
    if not rows:
        forbid("没有您可以组成评审组的申报。")
    try:
        record = draw_panels(rows, by=request.user)
    except TransitionBlocked as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect(back)
    if record is None:
        messages.success(request, "各评审组均已满员，没有需要抽取的席位。")
        return redirect(back)
    messages.success(request, "已抽取，条件、种子和结果已记录；满员的评审组已收到通知，开始评审。")
    return redirect("panel_draw_record", record.pk)


def draw_record(request, pk):
    """What went into a drawing, what came out, and the same drawing made again now."""
    record = fetch(PanelDraw.objects.select_related("drawn_by"), request.user, pk=pk)
    experts = {
        str(row.pk): row
        for row in Expert.objects.filter(pk__in=record.inputs["experts"]).select_related("user")
    }
    dossiers = {
        str(row.pk): row
        for row in Application.objects.for_user(request.user)
        .filter(pk__in=record.inputs["dossiers"])
        .select_related("platform")
    }
    blocked: dict[str, int] = {}
    for _, dossier in record.inputs["blocked"]:
        blocked[dossier] = blocked.get(dossier, 0) + 1
    lines = [
        (dossiers[key], [experts[expert] for expert in record.result[key]], blocked.get(key, 0))
        for key in record.inputs["dossiers"]
        if key in dossiers
    ]
    gained: dict[str, int] = {}
    for panel_ in record.result.values():
        for expert in panel_:
            gained[expert] = gained.get(expert, 0) + 1
    loads = [record.inputs["load"].get(key, 0) + gained.get(key, 0) for key in record.inputs["experts"]]
    return render(
        request,
        "review/experts/draw.html",
        {
            "record": record,
            "lines": lines,
            "is_reproduced": is_reproduced(record),
            "pool_size": len(record.inputs["experts"]),
            "least": min(loads, default=0),
            "most": max(loads, default=0),
        },
    )


def panel(request, pk):
    """One dossier's panel: candidates with their conflicts, chosen by hand or by lot."""
    application = fetch(Application.objects.select_related(*RELATED), request.user, "assign_experts", pk=pk)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            _fill(request, application)
        except TransitionBlocked as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _said(pk))
            return redirect("panel", pk)
    present = {row.expert_id: row for row in application.assignments.all()}
    return render(
        request,
        "review/experts/panel.html",
        {
            "application": application,
            "rows": _candidates(application, present),
            "reasons": reasons,
            "assignments": application.assignments.select_related("expert__user", "replaces__expert__user"),
            "all_in": not any(row.state in AT_WORK for row in present.values()),
            "wanted": application.cycle.panel_size,
            "on_panel": sum(row.state in ON_PANEL for row in present.values()),
            "vacant": sum(
                row.state in (AssignmentState.RECUSED, AssignmentState.RELEASED) for row in present.values()
            )
            - sum(row.replaces_id is not None for row in present.values()),
        },
        status=409 if reasons else 200,
    )


def _said(pk) -> str:
    state = Application.objects.values_list("state", flat=True).get(pk=pk)
    return (
        "评审组已更新，人数已满，专家已收到通知，开始评审。" if state == "UNDER_REVIEW" else "评审组已更新。"
    )


def _fill(request, application: Application) -> None:
    if request.POST.get("then") == "draw":
        if draw_panels([application], by=request.user) is None:
            raise TransitionBlocked(["评审组已满员，没有需要抽取的席位。"])
        return
    chosen = list(
        Expert.objects.select_related("user").filter(pk__in=_uuids(request.POST.getlist("experts")))
    )
    if not chosen:
        raise TransitionBlocked(["请至少选择一位专家。"])
    pools.assign_experts(application, chosen, by=request.user)


def _uuids(values) -> list[str]:
    known = {str(pk) for pk in Expert.objects.values_list("pk", flat=True)}
    return [value for value in values if value in known]


def _candidates(application: Application, present: dict) -> list[dict]:
    pool = [
        expert
        for expert in pools.pool().filter(user__is_active=True)
        if expert.is_free(clock.today(), pools.scoring_deadline(application))
    ]
    table = pools.conflict_table(application, pool)
    wanted = set(application.platform.functions)
    rows = [
        {
            "expert": expert,
            "conflicts": table[str(expert.pk)],
            "match": len(wanted & set(expert.functions)),
            "assignment": present.get(expert.pk),
        }
        for expert in pool
    ]
    return sorted(rows, key=lambda row: (bool(row["conflicts"]), -row["match"], row["expert"].open_count))


@require_POST
def release(request, pk):
    return _verb(request, pk, "release", "已解除分派，请补派专家。")


@require_POST
def reopen(request, pk):
    return _verb(request, pk, "reopen", "评分已退回，专家可以修改后再交。")


def _verb(request, pk, verb: str, done: str):
    row = fetch(Assignment.objects.select_related("application"), request.user, verb, pk=pk)
    try:
        perform(row, verb, by=request.user, note=request.POST.get("note", ""))
        messages.success(request, done)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("panel", row.application_id)
