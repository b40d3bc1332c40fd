"""The dossier as officials, experts and inspectors read it: materials left, viewer centre, work right."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Paginator
from django.db import models
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect, render

from applications.corrections.views import marking_context
from applications.crosschecks.evidence import findings_of
from applications.cycles.years import why_it_goes_on
from applications.dossiers.documents import registered, report_sections
from applications.dossiers.facts import form_of
from applications.dossiers.known import known_of
from applications.dossiers.timeline import timeline_of
from applications.dossiers.viewer import viewer_of
from applications.letters.views import letters_of
from applications.models import Application, Finding
from applications.officenotes.views import notes_of
from applications.rosters import ROSTERS
from portal.files.views import owns_files
from portal.kernel import audit
from portal.kernel.permissions import fetch, holds

ROWS = 50
PanelContext = Callable[[object, Application], dict]
_panels: list[tuple[type[models.Model], str, str, PanelContext]] = []


def register_panel(model: type[models.Model], verb: str, template: str, context: PanelContext) -> None:
    """Put a panel of work beside the viewer for the roles that are listed for a verb."""
    _panels.append((model, verb, template, context))


@owns_files(Application)
def application_of_file(user, pk):
    return Application.objects.for_user(user).filter(pk=pk).first()


def dossier(request, pk):
    application = fetch(
        Application.objects.select_related(
            "platform__organisation", "platform__jurisdiction", "cycle", "recommender", "annex"
        ),
        request.user,
        pk=pk,
    )
    if holds(Application, request.user, "edit"):
        return redirect("dossier_tasks", pk)
    context = dossier_context(request, application)
    panels = []
    for model, verb, template, panel_context in _panels:
        if holds(model, request.user, verb):
            panels.append(template)
            context.update(panel_context(request, application))
    if context.get("may_mark"):
        context.update(marking_context(application, request.user, context["selected"]["material"].code))
    context.update(notes_of(application, request.user))
    return render(request, "applications/dossier/dossier.html", {**context, "panels": panels})


def dossier_context(request, application: Application) -> dict:
    """What the viewer shows: `?m=material&f=file&p=page`."""
    prefetch_related_objects([application], "materials__files__file")  # the panels read them too
    materials = list(application.materials.all())
    reads_opinions = holds(Application, request.user, "read_opinions")
    marked = Finding.objects.filter(application=application) if reads_opinions else ()
    findings = {(f.stage, f.code): f for f in marked}
    rows = []
    for material in materials:
        spec = application.spec(material.code)
        marks = [
            findings[stage, material.code]
            for stage in ("recommender", "ministry")
            if (stage, material.code) in findings
        ]
        rows.append({"material": material, "spec": spec, "marks": marks})
    wanted = request.GET.get("m", rows[0]["material"].code)
    selected = next((row for row in rows if row["material"].code == wanted), rows[0])
    files = [entry.file for entry in selected["material"].files.all() if entry.removed_at is None]
    old = [entry for entry in selected["material"].files.all() if entry.removed_at is not None]
    file = next((f for f in files if str(f.pk) == request.GET.get("f")), files[0] if files else None)
    spec = selected["spec"]
    trail = timeline_of(application, request.user) if reads_opinions else []
    roster = ROSTERS.get(spec.roster)
    if spec.kind != "declaration":
        audit.record_read(application, by=request.user, what="read_material", material=spec.code)
    return {
        "application": application,
        "goes_on": why_it_goes_on(application),
        "rows": rows,
        "selected": selected,
        "files": files,
        "old_files": old,
        "file": file,
        "viewer": viewer_of(request, file, query=f"m={spec.code}&f={file.pk}&", with_table=not roster)
        if file
        else {},
        "roster": roster,
        "roster_rows": _roster_rows(request, selected["material"], roster) if roster else None,
        "report_name": form_of(application).short_title,
        "sections": report_sections(application) if spec.kind == "report" else None,
        "registered": registered(spec, selected["material"].fields),
        "submissions": list(application.submissions.all()),
        "findings": findings_of(application),
        "known": known_of(application, request.user),
        "timeline": trail,
        "road": [entry for entry in reversed(trail) if entry.state][-7:],
        "reads_opinions": reads_opinions,
        "takes_copy": holds(Application, request.user, "take_copy"),
        "reads_letters": holds(Application, request.user, "read_letters"),
        "bounced": letters_of(application, request.user).exclude(bounced_at=None).count(),
        "reads_openings": holds(Application, request.user, "read_openings"),
        "next_material": _after(rows, selected),
    }


def _after(rows, selected):
    index = rows.index(selected)
    return rows[index + 1]["material"].code if index + 1 < len(rows) else None


def _roster_rows(request, material, roster):
    page = Paginator(material.rows.all(), ROWS).get_page(request.GET.get("page"))
    page.lines = [
        (row.number, [column.shown(row.cells.get(column.code)) for column in roster.columns]) for row in page
    ]
    return page
