"""Formal check, panels, conclusion and decision: the ministry's work on dossiers."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from applications.models import Application, Overlap
from applications.services.overlaps import overlaps_of
from applications.states import Procedure
from applications.views.desk import current_cycle
from applications.views.dossier import register_panel
from applications.views.evaluating import DossierVerb
from portal import signoff
from portal.permissions import MINISTRY, Role, fetch
from portal.views.verbs import verbs_for
from portal.workflow import TransitionBlocked, is_ready, missing, perform
from review.forms.decision import AvailabilityForm, ExpertForm, ProposeForm, RefuseForm, RejectForm
from review.models import Assignment, Expert
from review.queue import walk
from review.scoring import spread
from review.services import experts as panels
from review.services import scoring
from review.states import ON_PANEL, AssignmentState

VERBS = (
    "accept",
    "request_supplement",
    "refuse",
    "go_on",
    "begin_review",
    "conclude_review",
    "propose",
    "reject",
    "take_off_list",
)
RELATED = ("platform__organisation", "cycle", "recommender", "annex")


def panel(request, application):
    ready = verbs_for(application, request.user, VERBS)
    assignments = (
        list(application.assignments.select_related("expert__user"))
        if application.state not in ("REPORTED", "SUPPLEMENTING")
        else []
    )
    return {
        "verbs": [verb for verb in ready if verb.name != "propose"],
        "may_decide": any(verb.name == "propose" for verb in ready),
        "may_mark": application.state == "REPORTED",
        "walk": _walk(application, request.user) if application.state == "REPORTED" else None,
        "doubles": list(
            overlaps_of(application)
            .filter(pk__in=Overlap.objects.for_user(request.user))
            .select_related("application__platform", "other__platform")
            .order_by("answer", "-share")
        ),
        "earlier": list(
            Application.objects.for_user(request.user)
            .filter(platform_id=application.platform_id, submitted_at__lt=application.submitted_at)
            .select_related("cycle")
        ),
        "assignments": assignments,
        "may_assign": application.state in ("ACCEPTED", "UNDER_REVIEW"),
        "review_blocked": missing(application, "begin_review", by=request.user)
        if is_ready(application, "begin_review")
        else [],
        "conclude_blocked": missing(application, "conclude_review", by=request.user)
        if is_ready(application, "conclude_review")
        else [],
        "corrections": list(application.corrections.select_related("application__cycle")),
        "waiting_signoff": signoff.waiting_for(application).first(),
        "relaxations": list(application.relaxations.select_related("proof", "granted_by")),
    }


register_panel(MINISTRY, "review/check/panel.html", panel)


def _walk(application, user) -> dict:
    """Where the dossier stands in the officer's own pending checks."""
    mine = list(walk(user).values_list("pk", flat=True))
    place = mine.index(application.pk) if application.pk in mine else None
    return {
        "total": len(mine),
        "place": None if place is None else place + 1,
        "previous": mine[place - 1] if place else None,
    }


class Accept(DossierVerb):
    verb = "accept"
    basis = ((11, ""),)

    def success_url(self, result):
        return reverse("queue_next") if self.obj.handler_id == self.request.user.pk else self.back_url()


class Refuse(DossierVerb):
    verb = "refuse"
    form_class = RefuseForm
    done_message = "已拟办不予受理，等待另一位负责人审签。"


class GoOn(DossierVerb):
    verb = "go_on"
    basis = ((14, ""),)


class BeginReview(DossierVerb):
    verb = "begin_review"
    basis = ((9, ""),)


class Conclude(DossierVerb):
    verb = "conclude_review"
    basis = ((9, ""),)

    def act(self, form):
        return scoring.conclude_review(self.obj, by=self.request.user, note=form.cleaned_data["note"])


class Reject(DossierVerb):
    verb = "reject"
    form_class = RejectForm
    basis = ((10, ""),)
    done_message = "已拟办评审不通过，等待另一位负责人审签。"


class TakeOff(DossierVerb):
    verb = "take_off_list"


def expert_pool(request):
    if request.user.role not in (*MINISTRY, Role.INSPECTOR):
        raise PermissionDenied
    rows = panels.pool()
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(Q(user__name__icontains=query) | Q(employer__icontains=query))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "review/experts/pool.html",
        {"page": page, "q": query, "may_edit": request.user.role in MINISTRY},
    )


def expert_create(request):
    if request.user.role not in MINISTRY:
        raise PermissionDenied("专家由工业和信息化部组织者加入。")
    form = ExpertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        expert = panels.add_expert(by=request.user, password=password, **form.cleaned_data)
        return render(
            request, "portal/accounts/password.html", {"account": expert.user, "password": password}
        )
    return render(request, "review/experts/form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def expert_availability(request, pk):
    expert = fetch(Expert.objects.all(), request.user, "edit", pk=pk)
    form = AvailabilityForm(request.POST)
    if form.is_valid():
        expert.is_available = form.cleaned_data["is_available"]
        expert.save(update_fields=["is_available"])
    return redirect("expert_pool" if request.user.role in MINISTRY else "expert_home")


def assign(request, pk):
    """One dossier's panel: candidates with their conflicts, chosen by hand or by lot."""
    application = fetch(Application.objects.select_related(*RELATED), request.user, "assign_experts", pk=pk)
    pool = list(panels.pool().filter(is_available=True))
    table = panels.conflict_table(application, pool)
    present = {row.expert_id: row for row in application.assignments.all()}
    reasons: list[str] = []
    if request.method == "POST":
        try:
            if request.POST.get("then") == "draw":
                panels.draw_panels([application], by=request.user)
            else:
                chosen = [expert for expert in pool if str(expert.pk) in request.POST.getlist("experts")]
                if not chosen:
                    raise TransitionBlocked(["请至少选择一位专家。"])
                panels.assign_experts(application, chosen, by=request.user)
        except TransitionBlocked as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "评审组已更新。")
            return redirect("panel", pk)
    wanted = set(application.platform.functions)
    rows = sorted(
        (
            {
                "expert": expert,
                "conflicts": table[str(expert.pk)],
                "match": len(wanted & set(expert.functions)),
                "assignment": present.get(expert.pk),
            }
            for expert in pool
        ),
        key=lambda row: (bool(row["conflicts"]), -row["match"], row["expert"].open_count),
    )
    return render(
        request,
        "review/experts/panel.html",
        {
            "application": application, "rows": rows, "reasons": reasons,
            "assignments": application.assignments.select_related("expert__user"),
            "wanted": application.cycle.panel_size,
            "on_panel": sum(row.state in ON_PANEL for row in present.values()),
        },
        status=409 if reasons else 200,
    )  # fmt: skip


@require_POST
def release(request, pk):
    row = fetch(Assignment.objects.select_related("application"), request.user, "release", pk=pk)
    try:
        perform(row, "release", by=request.user, note=request.POST.get("note", ""))
        messages.success(request, "已解除分派，请补派专家。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.reasons[0])
    return redirect("panel", row.application_id)


@require_POST
def reopen(request, pk):
    row = fetch(Assignment.objects.select_related("application"), request.user, "reopen", pk=pk)
    try:
        perform(row, "reopen", by=request.user, note=request.POST.get("note", ""))
        messages.success(request, "评分已退回，专家可以修改后再交。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.reasons[0])
    return redirect("panel", row.application_id)


def progress(request):
    """Experts × dossiers, and the dossiers whose sheets lie far apart."""
    if request.user.role not in (*MINISTRY, Role.INSPECTOR):
        raise PermissionDenied
    cycle = current_cycle()
    rows = list(
        Assignment.objects.filter(application__cycle=cycle, state__in=[str(s) for s in ON_PANEL])
        .exclude(application__state__in=("REFUSED", "REJECTED", "DESIGNATED"))
        .select_related("expert__user", "application__platform")
    )
    dossiers = list({row.application_id: row.application for row in rows}.values())
    people = list({row.expert_id: row.expert for row in rows}.values())
    cells = {(row.expert_id, row.application_id): row for row in rows}
    apart = []
    for application in dossiers:
        totals = [
            row.total
            for row in rows
            if row.application_id == application.pk and row.state == AssignmentState.HANDED_IN
        ]
        if len(totals) > 1:
            apart.append((application, spread(totals), min(totals), max(totals)))
    apart.sort(key=lambda line: -line[1])
    return render(
        request,
        "review/experts/progress.html",
        {
            "people": people,
            "lines": [
                (application, [cells.get((person.pk, application.pk)) for person in people])
                for application in dossiers
            ],
            "apart": apart[:10],
            "late": [row for row in rows if row.state in ("ASSIGNED", "SCORING")],
        },
    )


def decision(request):
    """The ranked table with a cut line; proposals leave from here to be signed."""
    if request.user.role not in MINISTRY:
        raise PermissionDenied("合议由工业和信息化部办理。")
    cycle = current_cycle()
    procedure = request.POST.get("procedure") or request.GET.get("procedure") or Procedure.DESIGNATION
    procedure = procedure if procedure in Procedure.values else Procedure.DESIGNATION
    rows = list(
        Application.objects.for_user(request.user, "prepare_propose")
        .filter(cycle=cycle, procedure=procedure, state="REVIEWED")
        .select_related("platform__organisation", "recommender", "cycle")
        .annotate(sheets=Count("assignments", filter=Q(assignments__state="HANDED_IN")))
        .order_by("-review_score", "number")
    )
    cut = request.GET.get("cut", "")
    cut = min(int(cut), len(rows)) if cut.isdigit() else len(rows)
    form = ProposeForm(request.POST or None, procedure=procedure)
    if request.method == "POST" and form.is_valid():
        picked = [row for row in rows if str(row.pk) in request.POST.getlist("pick")]
        try:
            _check_order(rows, picked, form.cleaned_data["note"])
            act = signoff.prepare(
                picked,
                "propose",
                by=request.user,
                note=form.cleaned_data["note"],
                outcome=form.cleaned_data["outcome"],
            )
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "已送审签。须由另一位负责人审签后生效。")
            return redirect("signoff", act.pk)
    above = rows[:cut]
    return render(
        request,
        "review/decision/decision.html",
        {
            "rows": [(row, n < cut, signoff.waiting_for(row).exists()) for n, row in enumerate(rows)],
            "cut": cut, "form": form, "procedure": procedure, "procedures": Procedure.choices, "this_cycle": cycle,
            "by_recommender": _tally(row.recommender.label for row in above),
            "by_function": _tally(label for row in above for label in row.platform.function_labels),
            "proposed": Application.objects.for_user(request.user).filter(cycle=cycle, state="PROPOSED").select_related("platform"),
        },
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _check_order(rows, picked, note: str) -> None:
    """Skipping a higher score needs a reason (an operating rule)."""
    if not picked:
        raise TransitionBlocked(["请勾选拟定结论的平台。"])
    lowest = max(rows.index(row) for row in picked)
    skipped = [row for row in rows[:lowest] if row not in picked]
    if skipped and not note.strip():
        raise TransitionBlocked(
            [f"{skipped[0].platform.name}等 {len(skipped)} 家得分更高而未列入，请写明理由。"]
        )


def _tally(labels) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])
