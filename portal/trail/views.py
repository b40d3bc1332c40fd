"""The auditor's read of the trail (Art. 17): everything is seen, nothing can be changed."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.shortcuts import render

from portal.kernel import audit, clock
from portal.kernel.action_labels import action_label, known_actions, states_of
from portal.kernel.permissions import Role, holds
from portal.models import AuditEvent, SignOff
from portal.trail import anchors
from portal.trail.watching import signal_of, signals


def _only_inspectors(request) -> None:
    if not holds(AuditEvent, request.user, "view"):
        raise PermissionDenied("操作记录只向纪检监督开放。")


def desk(request):
    """Signals rather than tasks: each a count with its list."""
    _only_inspectors(request)
    events = AuditEvent.objects.for_user(request.user)
    known = signals()
    counts = events.aggregate(**{row.code: Count("id", filter=row.condition()) for row in known})
    now = (
        clock.now()
    )  # where a training clock stands; what was recorded by the calendar on the wall lies outside
    by_day = list(
        events.filter(at__range=(now - timedelta(days=60), now))
        .annotate(day=TruncDate("at"))
        .values("day")
        .annotate(n=Count("id"))
        .order_by("day")
    )
    return render(
        request,
        "portal/audit/desk.html",
        {
            "signals": [(row, counts[row.code]) for row in known],
            "by_day": [(row["day"].strftime("%m-%d"), row["n"]) for row in by_day],
            "waiting_signoffs": SignOff.objects.for_user(request.user).filter(state=SignOff.State.WAITING).count(),
            "sees_signoffs": holds(SignOff, request.user, "view"),
            "total": events.count(),
        },
    )  # fmt: skip


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
            "page": page, "q": query, "action": action, "actions": known_actions(), "root": root,
            "signal": signal, "signal_label": signal.label if signal else "", "query_string": _without_page(request),
        },
    )  # fmt: skip


def verify(request):
    """Prove the chains now, in the page: all of them, or those within an auditor's appointment."""
    _only_inspectors(request)
    events = AuditEvent.objects.for_user(request.user)
    anchored = request.user.role == Role.INSPECTOR
    if anchored:
        breaks = [*audit.verify(), *anchors.compare_with_anchors()]
    else:
        breaks = list(audit.verify(events.order_by().values_list("stream", flat=True).distinct()))
    context = {"breaks": breaks, "total": events.count(), "anchored": anchored}
    return render(request, "portal/audit/verify.html", context)


def _without_page(request) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
