"""The dossier as officials, experts and inspectors read it: materials left, viewer centre, work right."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.shortcuts import redirect, render

from applications.corrections.views import marking_context
from applications.crosschecks.evidence import asking_findings
from applications.cycles.years import why_it_goes_on
from applications.dossiers.documents import registered, report_sections
from applications.dossiers.facts import form_of
from applications.dossiers.known import known_of
from applications.dossiers.timeline import events_of, lines_of
from applications.dossiers.viewer import viewer_of
from applications.dossiers.whole import keep_whole, parts_of
from applications.letters.views import letters_of
from applications.models import Application
from applications.officenotes.views import asking_notes
from applications.rosters import ROSTERS
from portal.files.views import owns_files
from portal.kernel import audit
from portal.kernel.permissions import fetch, holds
from portal.models import AuditEvent
from portal.pages.lists import page_of
from portal.shared.together import Number, run_together

ROWS = 50
PanelContext = Callable[[object, Application], Iterator]
_panels: list[tuple[type[models.Model], str, str, PanelContext]] = []


def register_panel(model: type[models.Model], verb: str, template: str, context: PanelContext) -> None:
    """Put a panel of work beside the viewer for the roles that are listed for a verb.

    Its context asks as `portal.shared.together` says.
    """
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
    ours = [(page, asked) for model, verb, page, asked in _panels if holds(model, request.user, verb)]
    parts = run_together(
        [
            asking_dossier(request, application),  # first: the panels read the parts that it keeps
            *(asked(request, application) for _, asked in ours),
            asking_notes(application, request.user),
        ]
    )
    context = {name: value for part in parts for name, value in part.items()}
    if context.get("may_mark"):
        context.update(marking_context(application, request.user, context["selected"]["material"].code))
    panels = [template for template, _ in ours]
    return render(request, "applications/dossier/dossier.html", {**context, "panels": panels})


def dossier_context(request, application: Application) -> dict:
    """What the viewer shows: `?m=material&f=file&p=page`."""
    return run_together([asking_dossier(request, application)])[0]


@dataclass(frozen=True)
class DossierScreen:
    """What is said of the dossier as a whole, and which of its parts the reader may open."""

    goes_on: str
    report_name: str
    submissions: list
    timeline: list
    road: list
    reads_opinions: bool
    takes_copy: bool
    reads_letters: bool
    bounced: int
    reads_openings: bool


@dataclass(frozen=True)
class OpenMaterial:
    """The files of the chosen material, and the one that is open."""

    files: list
    old_files: list
    file: Any
    roster: Any
    roster_rows: Any
    sections: Any
    registered: Any


def asking_dossier(request, application: Application) -> Generator[Any, Any, None]:
    user = request.user
    reads_opinions = holds(Application, user, "read_opinions")
    events = events_of(application, user) if reads_opinions else AuditEvent.objects.none()
    *found, events, bounced = yield (
        *parts_of(application.pk),
        events,
        Number(letters_of(application, user).exclude(bounced_at=None)),
    )
    keep_whole(application, found)
    rows, selected = _materials_of(request, application, reads_opinions)
    files = [entry.file for entry in selected["material"].files.all() if entry.removed_at is None]
    old = [entry for entry in selected["material"].files.all() if entry.removed_at is not None]
    file = next((f for f in files if str(f.pk) == request.GET.get("f")), files[0] if files else None)
    spec = selected["spec"]
    trail = lines_of(application, user, events)
    roster = ROSTERS.get(spec.roster)
    if spec.kind != "declaration":
        audit.record_read(application, by=user, what="read_material", material=spec.code)
    findings = yield from asking_findings(application)
    yield {
        "opened": OpenMaterial(
            files=files,
            old_files=old,
            file=file,
            roster=roster,
            roster_rows=_roster_rows(request, selected["material"], roster) if roster else None,
            sections=report_sections(application) if spec.kind == "report" else None,
            registered=registered(spec, selected["material"].fields),
        ),
        "screen": DossierScreen(
            goes_on=why_it_goes_on(application),
            report_name=form_of(application).short_title,
            submissions=list(application.submissions.all()),
            timeline=trail,
            road=[entry for entry in reversed(trail) if entry.state][-7:],
            reads_opinions=reads_opinions,
            takes_copy=holds(Application, user, "take_copy"),
            reads_letters=holds(Application, user, "read_letters"),
            bounced=bounced,
            reads_openings=holds(Application, user, "read_openings"),
        ),
        "application": application,
        "rows": rows,
        "selected": selected,
        "viewer": viewer_of(request, file, query=f"m={spec.code}&f={file.pk}&", with_table=not roster)
        if file
        else {},
        "findings": findings,
        "known": known_of(application, user),
        "next_material": _after(rows, selected),
    }


def _materials_of(request, application: Application, reads_opinions: bool) -> tuple[list[dict], dict]:
    """Each material with its marks, and the one that is asked for."""
    marked = application.findings.all() if reads_opinions else ()
    findings = {(mark.stage, mark.code): mark for mark in marked}
    rows = []
    for material in application.materials.all():
        spec = application.spec(material.code)
        marks = [
            findings[stage, material.code]
            for stage in ("recommender", "ministry")
            if (stage, material.code) in findings
        ]
        rows.append({"material": material, "spec": spec, "marks": marks})
    wanted = request.GET.get("m", rows[0]["material"].code)
    return rows, next((row for row in rows if row["material"].code == wanted), rows[0])


def _after(rows, selected):
    index = rows.index(selected)
    return rows[index + 1]["material"].code if index + 1 < len(rows) else None


def _roster_rows(request, material, roster):
    page = page_of(request, material.rows.all(), ROWS)
    page.lines = [
        (row.number, [column.shown(row.cells.get(column.code)) for column in roster.columns]) for row in page
    ]
    return page
