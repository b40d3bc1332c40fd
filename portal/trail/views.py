"""The auditor's read of the trail (Art. 17): everything is seen, nothing can be changed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.kernel import audit, clock
from portal.kernel.action_labels import action_label, known_actions, states_of
from portal.kernel.audit import Break
from portal.kernel.permissions import demand_role, holds
from portal.models import Access, AuditEvent, Checkpoint, SignOff, VerificationRun
from portal.trail.verification import ask_for_verification
from portal.trail.watching import count_signals, signal_of, signals


def _only_inspectors(request) -> None:
    demand_role(AuditEvent, request.user, "view", "操作记录只向纪检监督开放。")


def desk(request):
    """Signals rather than tasks: each a count with its list."""
    _only_inspectors(request)
    events = AuditEvent.objects.for_user(request.user)
    by_action = dict(events.order_by().values_list("action").annotate(n=Count("*")))  # off an index
    counts = count_signals(events, by_action)
    now = (
        clock.now()
    )  # where a training clock stands; what was recorded by the calendar on the wall lies outside
    by_day = list(
        events.filter(at__range=(now - timedelta(days=60), now))
        .annotate(day=TruncDate("at"))
        .values("day")
        .annotate(n=Count("*"))
        .order_by("day")
    )
    return render(
        request,
        "portal/audit/desk.html",
        {
            "signals": sorted(((row, counts[row.code]) for row in signals()), key=lambda line: not line[1]),
            "by_day": [(row["day"].strftime("%m-%d"), row["n"]) for row in by_day],
            "waiting_signoffs": SignOff.objects.for_user(request.user)
            .filter(state=SignOff.State.WAITING)
            .count(),
            "sees_signoffs": holds(SignOff, request.user, "view"),
            "total": sum(by_action.values()),
            "sees_access": holds(Access, request.user, "view"),
        },
    )


def events(request):
    _only_inspectors(request)
    rows = AuditEvent.objects.for_user(request.user).order_by("-id")
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(
            Q(object_label__icontains=query) | Q(actor_label__icontains=query) | Q(note__icontains=query)
        )
    action, root = request.GET.get("action", ""), request.GET.get("root", "")
    if action:
        rows = rows.filter(action=action)
    if root:
        rows = rows.filter(root=root)
    signal = signal_of(request.GET.get("signal", ""))
    if signal:
        rows = rows.filter(signal.condition())
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    for row in page:
        row.label, row.states = action_label(row.action), states_of(row)
    audit.record_read(request.user, by=request.user, what="read_audit", query=request.GET.urlencode())
    return render(
        request,
        "portal/audit/events.html",
        {
            "page": page,
            "q": query,
            "action": action,
            "actions": known_actions(),
            "root": root,
            "signal": signal,
            "signal_label": signal.label if signal else "",
            "query_string": _without_page(request),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request):
    """What the last verification found; POST asks for another, which the worker carries out."""
    _only_inspectors(request)
    if request.method == "POST":
        ask_for_verification(by=request.user, full="full" in request.POST)
        return redirect("audit_verify")
    run = VerificationRun.objects.first()
    breaks = _breaks_within(request.user, run) if run else []
    checkpoint = Checkpoint.objects.order_by("-made_at").first()
    return render(
        request, "portal/audit/verify.html", {"run": run, "breaks": breaks, "checkpoint": checkpoint}
    )


def access(request):
    """Sign-ins, failures, sign-outs and refusals with their addresses: for the inspectors of the portal itself."""
    _only_inspectors(request)
    demand_role(Access, request.user, "view", "登录与访问记录只向纪检监督开放。")
    rows = Access.objects.select_related("user").order_by("-at", "-pk")
    query, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    if query:
        rows = rows.filter(Q(username__icontains=query) | Q(user__name__icontains=query) | Q(address=query))
    if kind:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    audit.record_read(request.user, by=request.user, what="read_access", query=request.GET.urlencode())
    context = {
        "page": page,
        "q": query,
        "kind": kind,
        "kinds": Access.Kind.choices,
        "query_string": _without_page(request),
        "days": settings.ACCESS_KEPT_DAYS,
    }
    return render(request, "portal/audit/access.html", context)


def _breaks_within(user, run: VerificationRun) -> list[Break]:
    """An outside auditor reads what concerns the appointment."""
    breaks = [Break(*found) for found in run.breaks]
    if holds(Access, user, "view"):
        return breaks
    own = AuditEvent.objects.for_user(user).filter(stream__in={found.stream for found in breaks})
    streams = set(own.order_by().values_list("stream", flat=True))
    return [found for found in breaks if found.stream in streams]


def _without_page(request) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
