"""The auditor's read of one dossier: step by step as it came about, and the evidence package."""

from __future__ import annotations

from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from applications.dossiers.timeline import READ_ONLY
from applications.models import Application
from portal.exports.services import request_export
from portal.kernel import audit
from portal.kernel.action_labels import action_label, state_label, states_of
from portal.kernel.permissions import demand_role, fetch
from portal.models import AuditEvent
from portal.pages.drawn import draw_kept
from portal.pages.listforms import choice, options_of, text_line
from portal.pages.lists import DeclaredList, search, whole_number
from review.oversight.exports import trail_of
from review.oversight.fact_words import words_of

AROUND = 8


def _watchers(request) -> None:
    demand_role(Application, request.user, "take_evidence", "此页面只向纪检监督和受委派的审计人员开放。")


WATCHED = DeclaredList(
    filters=(
        search("platform__name", "number", field=text_line("平台名称、受理编号")),
        whole_number("year", "cycle__year", field=choice("年度", "全部年度")),
    ),
    orders={"newest": ("-cycle__year", "number")},
    is_wide=True,
)


LISTED = ("number", "procedure", "state", "cycle__year", "platform__name", "recommender__label")


def _line(row: Application) -> SafeString:
    """Drawn once for what it says."""
    words = (row.number, row.platform.name, row.recommender.label, row.cycle.year, row.get_state_display())
    return draw_kept("review/evidence/_line.html", (row.pk, *words), lambda: {"row": row})


def dossiers(request):
    _watchers(request)
    rows = Application.objects.for_user(request.user, "take_evidence")
    page = WATCHED.page(request, rows.select_related("platform", "recommender", "cycle").only(*LISTED))
    years = rows.order_by("-cycle__year").values_list("cycle__year", flat=True).distinct()
    return render(
        request,
        "review/evidence/dossiers.html",
        {
            "page": page,
            "lines": map(_line, page),
            "filters": WATCHED.form(request.GET, {"year": options_of(years, "{} 年度")}),
        },
    )


def reconstruct(request, pk):
    """The dossier as it stood after each event: `?step=n`, the last one by default."""
    _watchers(request)
    application = fetch(
        Application.objects.select_related("platform__organisation", "cycle", "recommender"),
        request.user,
        "take_evidence",
        pk=pk,
    )
    events = numbered(list(trail_of(application, request.user)))
    text = request.GET.get("step", "")
    step = min(max(1, int(text)), len(events)) if text.isdecimal() and events else last_deed(events)
    audit.record_read(application, by=request.user, what="reconstruct", step=step)
    event = events[step - 1] if events else None
    return render(
        request,
        "review/evidence/reconstruct.html",
        {
            "application": application,
            "event": event,
            "states": states_of(event) if event else [],
            "step": step,
            "total": len(events),
            "facts": words_of(application).of(event) if event else [],
            "near": events[max(0, step - AROUND) : step + AROUND],
            "standing": standing(events[:step]),
            "holds": bool(event) and event.hash == audit.chain_hash(event.previous_hash, event.body),
        },
    )


def last_deed(events) -> int:
    """The last event that changed something: a look, the reader's own too, is none."""
    deeds = [row.number for row in events if row.action.rpartition(".")[2] not in READ_ONLY]
    return deeds[-1] if deeds else len(events)


def numbered(events) -> list[AuditEvent]:
    for number, row in enumerate(events, start=1):
        row.number, row.label = number, action_label(row.action)
    return events


def standing(events) -> list[tuple[str, str, str]]:
    """Every record of the dossier that had a state by then, with that state and since when."""
    last: dict[str, tuple[str, str, str]] = {}
    for row in events:
        if row.after:
            last[row.stream] = (
                row.object_label,
                state_label(row.action, row.after),
                f"{localtime(row.at):%Y-%m-%d}",
            )
    return list(last.values())


@require_POST
def take(request, pk):
    """Ask for the package; it is made in the background with the asker's rights."""
    application = fetch(Application.objects.select_related("platform"), request.user, "take_evidence", pk=pk)
    request_export(
        "evidence",
        title=f"取证包：{application.platform.name}（{application.number}）",
        params={"application": str(application.pk), "number": application.number or ""},
        by=request.user,
    )
    return redirect("export_list")
