"""How the review goes: who is behind, where sheets lie far apart, how each expert scores."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from applications.cycles.years import choose_year
from applications.models import Application
from applications.states import NATIONAL_CHOICES, Procedure
from portal.kernel.permissions import demand_role, fetch, holds
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at
from portal.shared.together import ask
from review.decision.forms import ModerationForm
from review.models import Assignment
from review.scoring import services as scoring
from review.scoring.pins import with_addresses
from review.scoring.totals import FAR_APART, mean, spread, z_scores
from review.states import AT_WORK, ON_PANEL, AssignmentState

ROWS = 30
CELLS = ("application", "state", "total", "expert__user__name")
PEOPLE = ("expert__user", "application__platform")
NAMED = ("expert__user__name", "application__platform__name")
SEATS = {
    "all": Count("*"),
    "done": Count(1, filter=Q(state=AssignmentState.HANDED_IN)),
    "not_in": Count(1, filter=Q(state__in=AT_WORK)),
}


def _organisers(request) -> None:
    demand_role(Assignment, request.user, "list", "此页面属于评审组织者。")


def _seats(**of):
    """Places on panels, of a year where one is asked for."""
    return (
        Assignment.objects.filter(state__in=ON_PANEL, **of)
        .exclude(application__state__in=("REFUSED", "LAPSED"))
        .order_by("application__number", "expert__user__name")
    )


@dataclass(frozen=True)
class ProgressScreen:
    """Experts beside dossiers: who is late, whose scores differ."""

    people: Any
    lines: list
    late: Any
    apart: list
    far: Any
    is_ministry: bool
    too_far: int
    ranges: list


def progress(request):
    """Experts × dossiers. A score shows once all sheets of its dossier are in, so that nobody steers the rest."""
    _organisers(request)
    at_work = Application.objects.for_user(request.user).filter(state__in=("UNDER_REVIEW", "REVIEWED"))
    year = choose_year(request, at_work, first=Q(state="UNDER_REVIEW"))
    seats = _seats(application__cycle=year.cycle)
    standings = _standings(seats)
    page = page_of(request, [one.key for one in standings], ROWS)
    behind = [one.key for one in standings if one.not_in][:ROWS]
    apart = [one for one in standings if one.is_complete(year.cycle) and one.gap]
    gaps = {one.key: one.gap for one in sorted(apart, key=lambda one: (-one.gap, one.number))[:ROWS]}
    rows = Application.objects.filter(pk__in=list(page)).select_related("platform").order_by("number")
    rows, shown, late, widest = ask(
        rows.only("number", "platform__name"),
        seats.filter(application__in=list(page)).select_related("expert__user").only(*CELLS),
        seats.filter(application__in=behind, state__in=AT_WORK)
        .select_related(*PEOPLE)
        .only(*NAMED, "state", "due_on", "reminded_on")[:ROWS],
        _totals(seats, gaps),
    )
    by_dossier = defaultdict(list)
    for row in shown:
        by_dossier[row.application_id].append(row)
    people = {row.expert_id: row.expert for one in rows for row in by_dossier[one.pk]}
    lines = {line["application"]: {**line, "gap": gaps[line["application"]]} for line in widest}
    widest = [lines[key] for key in gaps if key in lines]
    ranges = [(line["application__platform__name"], line["totals"]) for line in widest[:12]]
    return render(
        request,
        "review/experts/progress.html",
        {
            "screen": ProgressScreen(
                people=people.values(),
                lines=[(one, _cells(by_dossier[one.pk], people, year.cycle)) for one in rows],
                late=late,
                apart=widest,
                far=FAR_APART,
                is_ministry=holds(Assignment, request.user, "remind"),
                too_far=sum(one.gap >= FAR_APART for one in apart),
                ranges=ranges,
            ),
            "year_choice": year,
            "this_cycle": year.cycle,
            "page": page,
            "all": sum(one.seats for one in standings),
            "done": sum(one.done for one in standings),
            "not_in": sum(one.not_in for one in standings),
        },
    )


class Standing(NamedTuple):
    """How far the panel of one dossier is."""

    key: Any
    number: str
    seats: int
    done: int
    not_in: int
    gap: Decimal | None

    def is_complete(self, cycle) -> bool:
        return self.seats == self.done >= (cycle.panel_size if cycle else 0)


def _standings(seats) -> list[Standing]:
    """Of every dossier with a panel, in the order of their numbers: one look at all sheets of a year, of which all that the
    page counts is made. What the few that it shows are called is asked afterwards, by their keys.
    """
    counts = {**SEATS, "gap": Max("total") - Min("total")}
    rows = seats.order_by().values("application", "application__number").annotate(**counts)
    found = rows.values_list("application", "application__number", *counts)
    return sorted(map(Standing._make, found), key=lambda one: one.number)


def _totals(seats, chosen):
    """The names of chosen dossiers with all totals."""
    named = seats.order_by().filter(application__in=list(chosen))
    named = named.values(
        "application", "application__state", "application__number", "application__platform__name"
    )
    return named.annotate(totals=ArrayAgg("total", order_by="total"))


def _cells(seats, people, cycle) -> SafeString:
    """What each expert's column says of the dossier; most say nothing."""
    is_complete = len(seats) >= cycle.panel_size and all(
        row.state == AssignmentState.HANDED_IN for row in seats
    )
    words = {row.expert_id: str(row.total) if is_complete else row.get_state_display() for row in seats}
    return _in_columns(tuple(words.get(person, "") for person in people))


@lru_cache(maxsize=1024)
def _in_columns(words: tuple[str, ...]) -> SafeString:
    return format_html_join("", "<td>{}</td>", ((one,) for one in words))


@require_POST
def send_reminders(request):
    demand_role(Assignment, request.user, "remind", "催办由评审组织者办理。")
    seats = _seats().select_related(*PEOPLE, "application__cycle")
    rows = list(seats.filter(state__in=AT_WORK, application__state="UNDER_REVIEW"))
    sent = scoring.remind(rows, by=request.user)
    messages.success(request, f"已催办 {sent} 份。" if sent else "今天都已催办过，或者没有未交的评分。")
    return redirect("review_progress")


def scores(request):
    """Each expert's severity and width, and each sheet in the expert's own deviations; for the organiser only."""
    _organisers(request)
    procedure = request.GET.get("procedure", "")
    year = choose_year(request, Application.objects.for_user(request.user).exclude(review_score=None))
    rows = _seats(application__cycle=year.cycle, state=AssignmentState.HANDED_IN)
    rows = rows.select_related(*PEOPLE).exclude(application__state="UNDER_REVIEW")
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
        with refusals_at(form):
            scoring.moderate(application, by=request.user, **form.cleaned_data)
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
