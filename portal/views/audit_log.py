"""The auditor's read of the trail (Art. 17): everything is seen, nothing can be changed."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.shortcuts import render

from portal import anchors, audit, clock
from portal.audit_words import action_label, known_actions, state_label
from portal.models import AuditEvent, SignOff
from portal.permissions import holds

SIGNALS = (
    ("放宽条件", Q(action__startswith="relaxation.")),
    (
        "撤回与收回",
        Q(
            action__in=[
                "application.recall",
                "application.withdraw",
                "notice.withdraw",
                "application.take_off_list",
            ]
        ),
    ),
    ("专家回避与解除", Q(action__in=["assignment.recuse", "assignment.release", "assignment.reopen"])),
    ("异议处理", Q(action__startswith="objection.")),
    ("审签退回", Q(action__contains=".return_") & ~Q(action="application.return_for_correction")),
    ("年度安排变更", Q(action__startswith="cycle.")),
    ("导出", Q(action__contains="export")),
    ("查看异议人信息", Q(action="objection.see_objector")),
)


def _only_inspectors(request) -> None:
    if not holds(AuditEvent, request.user, "view"):
        raise PermissionDenied("操作记录只向纪检监督开放。")


def desk(request):
    """Signals rather than tasks: each a count with its list."""
    _only_inspectors(request)
    events = AuditEvent.objects.for_user(request.user)
    counts = events.aggregate(
        **{f"s{n}": Count("id", filter=condition) for n, (_, condition) in enumerate(SIGNALS)}
    )
    since = clock.now() - timedelta(days=60)
    by_day = list(
        events.filter(at__gte=since)
        .annotate(day=TruncDate("at"))
        .values("day")
        .annotate(n=Count("id"))
        .order_by("day")
    )
    waiting = SignOff.objects.filter(state=SignOff.State.WAITING).count()
    return render(
        request,
        "portal/audit/desk.html",
        {
            "signals": [(label, counts[f"s{n}"], n) for n, (label, _) in enumerate(SIGNALS)],
            "by_day": [(row["day"].strftime("%m-%d"), row["n"]) for row in by_day],
            "waiting_signoffs": waiting,
            "total": events.count(),
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
    action = request.GET.get("action", "")
    if action:
        rows = rows.filter(action=action)
    root = request.GET.get("root", "")
    if root:
        rows = rows.filter(root=root)
    signal = request.GET.get("signal", "")
    if signal.isdigit() and int(signal) < len(SIGNALS):
        rows = rows.filter(SIGNALS[int(signal)][1])
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    for row in page:
        row.label = action_label(row.action)
        row.states = [state_label(row.action, state) for state in (row.before, row.after) if state]
    return render(
        request,
        "portal/audit/events.html",
        {
            "page": page,
            "q": query,
            "action": action,
            "actions": known_actions(),
            "root": root,
            "signal_label": SIGNALS[int(signal)][0]
            if signal.isdigit() and int(signal) < len(SIGNALS)
            else "",
            "query_string": _without_page(request),
        },
    )


def verify(request):
    """Prove the chains now, in the page."""
    _only_inspectors(request)
    breaks = [*audit.verify(), *anchors.compare_with_anchors()]
    total = AuditEvent.objects.count()
    return render(request, "portal/audit/verify.html", {"breaks": breaks, "total": total})


def _without_page(request) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
