"""How the review goes: who is behind, where sheets lie far apart, how each expert scores."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from applications.cycles.years import choose_year
from applications.models import Application
from applications.states import NATIONAL_CHOICES, Procedure
from portal.kernel import clock
from portal.kernel.permissions import demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked
from review.decision.forms import ModerationForm
from review.models import Assignment
from review.scoring import services as scoring
from review.scoring.pins import with_addresses
from review.scoring.totals import FAR_APART, mean, spread, z_scores
from review.states import AT_WORK, ON_PANEL, AssignmentState

ROWS = 30


def _organisers(request) -> None:
    demand_role(Assignment, request.user, "list", "此页面属于评审组织者。")


def _seats(**of):
    """Places on panels, of a year where one is asked for."""
    return (
        Assignment.objects.filter(state__in=ON_PANEL, **of)
        .exclude(application__state__in=("REFUSED", "LAPSED"))
        .select_related("expert__user", "application__platform", "application__cycle")
        .order_by("application__number", "expert__user__name")
    )


def progress(request):
    """Experts × dossiers. A score shows once all sheets of its dossier are in, so that nobody steers the rest."""
    _organisers(request)
    at_work = Application.objects.for_user(request.user).filter(state__in=("UNDER_REVIEW", "REVIEWED"))
    year = choose_year(request, at_work, first=Q(state="UNDER_REVIEW"))
    by_dossier = defaultdict(list)
    for row in _seats(application__cycle=year.cycle):
        by_dossier[row.application].append(row)
    page = Paginator(list(by_dossier.items()), ROWS).get_page(request.GET.get("page"))
    people = {row.expert_id: row.expert for _, seats in page for row in seats}
    lines = [
        (application, [_cell(seats, person) for person in people], _spread_of(seats))
        for application, seats in page
    ]
    late = [row for seats in by_dossier.values() for row in seats if row.state in AT_WORK]
    apart = sorted(
        ((row, *gap) for row, seats in by_dossier.items() if (gap := _spread_of(seats)) and gap[0] > 0),
        key=lambda line: -line[1],
    )
    return render(
        request,
        "review/experts/progress.html",
        {
            "year_choice": year,
            "this_cycle": year.cycle,
            "people": people.values(),
            "lines": lines,
            "page": page,
            "late": late,
            "today": clock.today(),
            "apart": apart[:ROWS],
            "far": FAR_APART,
            "is_ministry": holds(Assignment, request.user, "remind"),
            "too_far": sum(line[1] >= FAR_APART for line in apart),
            "ranges": [(row.platform.name, totals) for row, _, totals in apart[:12]],
            "done": sum(
                row.state == AssignmentState.HANDED_IN for seats in by_dossier.values() for row in seats
            ),
            "all": sum(len(seats) for seats in by_dossier.values()),
        },
    )


def _complete(seats) -> bool:
    needed = seats[0].application.cycle.panel_size
    return len(seats) >= needed and all(row.state == AssignmentState.HANDED_IN for row in seats)


def _cell(seats, person):
    row = next((row for row in seats if row.expert_id == person), None)
    if row is None:
        return None
    return (
        str(row.total)
        if row.state == AssignmentState.HANDED_IN and _complete(seats)
        else row.get_state_display()
    )


def _spread_of(seats):
    """(gap, totals) once every sheet is in."""
    if not _complete(seats):
        return None
    totals = sorted(row.total for row in seats)
    return spread(totals), totals


@require_POST
def send_reminders(request):
    demand_role(Assignment, request.user, "remind", "催办由评审组织者办理。")
    rows = list(_seats().filter(state__in=AT_WORK, application__state="UNDER_REVIEW"))
    sent = scoring.remind(rows, by=request.user)
    messages.success(request, f"已催办 {sent} 份。" if sent else "今天都已催办过，或者没有未交的评分。")
    return redirect("review_progress")


def scores(request):
    """Each expert's severity and width, and each sheet in the expert's own deviations; for the organiser only."""
    _organisers(request)
    procedure = request.GET.get("procedure", "")
    year = choose_year(request, Application.objects.for_user(request.user).exclude(review_score=None))
    rows = _seats(application__cycle=year.cycle, state=AssignmentState.HANDED_IN)
    rows = rows.exclude(application__state="UNDER_REVIEW")
    if procedure in Procedure.values:
        rows = rows.filter(application__procedure=procedure)
    by_expert = defaultdict(list)
    for row in rows:
        by_expert[row.expert].append(row)
    overall = mean([row.total for sheets in by_expert.values() for row in sheets])
    lines, of_dossier = [], defaultdict(list)
    for expert, sheets in by_expert.items():
        own = mean([row.total for row in sheets])
        marks = z_scores([row.total for row in sheets])
        for row, mark in zip(sheets, marks, strict=True):
            of_dossier[row.application].append((row.total, mark))
        lines.append((expert, len(sheets), own, own - overall, list(zip(sheets, marks, strict=True))))
    dossiers = [
        (row, mean([total for total, _ in pairs]), mean([m for _, m in pairs if m is not None]), len(pairs))
        for row, pairs in of_dossier.items()
    ]
    dossiers.sort(key=lambda line: -line[1])
    return render(
        request,
        "review/experts/scores.html",
        {
            "lines": sorted(lines, key=lambda line: line[3]),
            "overall": overall,
            "dossiers": dossiers,
            "procedure": procedure,
            "procedures": NATIONAL_CHOICES,
            "ranges": [
                (expert.user.name, [row.total for row, _ in sheets]) for expert, _, _, _, sheets in lines[:20]
            ],
        },
    )


def moderation(request, pk):
    """Sheets far apart: look at them side by side, say what is done and why."""
    application = fetch(
        Application.objects.select_related("platform", "cycle"), request.user, "conclude_review", pk=pk
    )
    sheets = list(
        application.assignments.filter(state=AssignmentState.HANDED_IN).select_related("expert__user")
    )
    open_ones = application.assignments.filter(state__in=AT_WORK).count()
    form = ModerationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            scoring.moderate(application, by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, "复议意见已记录。")
            kept = form.cleaned_data["outcome"] == "kept"
            return redirect("review_progress") if kept else redirect("panel", pk)
    parts = [
        (dimension, [with_addresses(row.sheet.get(dimension.code) or {}) for row in sheets])
        for dimension in application.cycle.edition.rubric
    ]
    return render(
        request,
        "review/experts/moderation.html",
        {
            "application": application,
            "sheets": [] if open_ones else sheets,
            "open_ones": open_ones,
            "parts": parts,
            "form": form,
            "gap": spread([row.total for row in sheets]),
            "far": FAR_APART,
            "earlier": application.moderations.select_related("moderated_by"),
        },
        status=422 if form.is_bound and form.errors else 200,
    )
