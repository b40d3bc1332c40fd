"""The auditor's read of the trail (Art. 17): everything is seen, nothing can be changed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.desk.todo import today_of
from portal.kernel import audit, clock
from portal.kernel.action_labels import action_label, known_actions, states_of
from portal.kernel.audit import Break
from portal.kernel.permissions import demand_role, holds
from portal.models import Access, AuditEvent, Checkpoint, SignOff, VerificationRun
from portal.pages.listforms import choice, text_line
from portal.pages.lists import DeclaredList, Filter, exactly, one_of, search
from portal.trail.counting import TrailNumbers, count_trail, group_events
from portal.trail.verification import ask_for_verification
from portal.trail.watching import count_signals, signal_of, signals


def _only_inspectors(request) -> None:
    demand_role(AuditEvent, request.user, "view", "操作记录只向纪检监督开放。")


def _reads_whole_trail(user) -> bool:
    """An outside auditor reads what concerns the appointment; whoever sees sign-ins sees everything."""
    return holds(Access, user, "view")


def desk(request):
    """Signals rather than tasks, below the reports and doubts that only 纪检 answers."""
    _only_inspectors(request)
    events = AuditEvent.objects.for_user(request.user)
    numbers = count_trail() if _reads_whole_trail(request.user) else TrailNumbers().plus(group_events(events))
    counts = count_signals(events, numbers.by_action, numbers.by_signal)
    # Where a training clock stands; what was recorded by the calendar on the wall lies outside.
    today = clock.today()
    first = today - timedelta(days=60)
    by_day = sorted(one for one in numbers.by_day.items() if first <= one[0] <= today)
    return render(
        request,
        "portal/audit/desk.html",
        {
            "today": today_of(request.user),
            "signals": sorted(((row, counts[row.code]) for row in signals()), key=lambda line: not line[1]),
            "by_day": [(day.strftime("%m-%d"), number) for day, number in by_day],
            "waiting_signoffs": SignOff.objects.for_user(request.user)
            .filter(state=SignOff.State.WAITING)
            .count(),
            "sees_signoffs": holds(SignOff, request.user, "view"),
            "total": numbers.total,
            "sees_access": holds(Access, request.user, "view"),
        },
    )


EVENTS = DeclaredList(
    filters=(
        search("object_label", "actor_label", "note", field=text_line("对象、操作人、意见")),
        exactly("action", field=choice("操作", "全部操作")),
        exactly("root"),
        Filter(
            "signal",
            lambda rows, code: rows.filter(signal_of(code).condition()),
            lambda code: signal_of(code) is not None,
        ),
    ),
    orders={"newest": ("-id",)},
    is_wide=True,
)
ACCESSES = DeclaredList(
    filters=(
        search("username", "user__name", whole=("address",), field=text_line("姓名、用户名或者完整地址")),
        one_of("kind", Access.Kind.values, field=choice("事项", "全部事项", Access.Kind.choices)),
    ),
    orders={"newest": ("-at", "-pk")},
)


def events(request):
    _only_inspectors(request)
    is_whole = not any(EVENTS.values(request.GET).values()) and _reads_whole_trail(request.user)
    known = count_trail().total if is_whole else None
    page = EVENTS.page(request, AuditEvent.objects.for_user(request.user), count=known)
    signal = signal_of(request.GET.get("signal", ""))
    for row in page:
        row.label, row.states = action_label(row.action), states_of(row)
    audit.record_read(request.user, by=request.user, what="read_audit", query=request.GET.urlencode())
    return render(
        request,
        "portal/audit/events.html",
        {
            "page": page,
            "filters": EVENTS.form(
                request.GET, {"action": [(code, f"{label}（{code}）") for code, label in known_actions()]}
            ),
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
    page = ACCESSES.page(request, Access.objects.select_related("user"))
    audit.record_read(request.user, by=request.user, what="read_access", query=request.GET.urlencode())
    context = {
        "page": page,
        "filters": ACCESSES.form(request.GET),
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
