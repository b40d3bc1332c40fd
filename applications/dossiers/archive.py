"""A dossier as a ZIP: every material in its folder in statutory order, with the means to check it against the receipt."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from django.conf import settings
from django.template.loader import render_to_string

from applications.dossiers.documents import receipt_pdf, registered, report_pdf
from applications.models import Application, Material, Submission
from applications.rosters.printing import roster_pdf
from portal.exports.archives import copy, put
from portal.files.renditions import template_pdf
from portal.shared.storage import open_private


def write_dossier_zip(application: Application, out: BinaryIO) -> None:
    """Named so that it sorts."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        submissions = list(application.submissions.all())
        if submissions:
            put_proof(archive, submissions[-1])
        for material in _materials(application):
            put_files(archive, material)
        put_receipts(archive, application)


def put_everything(archive: zipfile.ZipFile, application: Application) -> set[str]:
    """Each material with a sheet for what has no file, and its roster on paper; answers the names of the latter."""
    printed = set()
    for material in _materials(application):
        put_files(archive, material)
        put_statement(archive, material)
        printed |= _put_roster(archive, material)
        if application.spec(material.code).is_declaration:
            put_receipts(archive, application)
    return printed


def put_files(archive: zipfile.ZipFile, material: Material) -> None:
    """The report as a document, and what was uploaded."""
    spec, place = material.application.spec(material.code), place_of(material)
    if spec.kind == "report":
        put(archive, f"{place}/01-{spec.short_title}.pdf", report_pdf(material.application))
    for name, file in _current(material):
        with open_private(file.key) as content:
            copy(archive, name, content)


def put_proof(archive: zipfile.ZipFile, submission: Submission) -> None:
    """The sealed manifest and a script that recomputes its digests from this very archive."""
    put(archive, "00-材料清单.json", submission.manifest.encode())
    put(archive, "00-核对.py", (settings.BASE_DIR / "templates/text/verify_copy.py.txt").read_bytes())
    put(archive, "00-核对说明.txt", render_to_string("text/verify.txt", {"row": submission}).encode())


def put_receipts(archive: zipfile.ZipFile, application: Application) -> None:
    """The receipt of each filing bears its declaration."""
    materials = application.materials.all()
    place = next(place_of(m) for m in materials if application.spec(m.code).is_declaration)
    for row in application.submissions.all():
        put(archive, f"{place}/{row.sequence:02d}-回执-{row.receipt_number}.pdf", receipt_pdf(row))


def put_statement(archive: zipfile.ZipFile, material: Material) -> None:
    """A material without a file is what was registered or declared: a sheet of its own in its folder."""
    application = material.application
    spec = application.spec(material.code)
    has_file = any(entry.removed_at is None for entry in material.files.all())
    if has_file or spec.is_declaration or spec.kind == "report":
        return
    page = {
        "application": application,
        "spec": spec,
        "words": material.fact,
        "registered": registered(spec, material.fields),
        "demo": settings.DEMO,
    }
    name = f"{place_of(material)}/01-{spec.short_title}.pdf"
    put(archive, name, template_pdf("pdf/registered.html", page, style="form"))


def _put_roster(archive: zipfile.ZipFile, material: Material) -> set[str]:
    """Beside its workbook, under the workbook's name and .pdf."""
    if not material.application.spec(material.code).roster:
        return set()
    for name, _ in _current(material):
        if content := roster_pdf(material, name):
            put(archive, f"{name}.pdf", content)
            return {f"{name}.pdf"}
    return set()


def place_of(material: Material) -> str:
    return f"{material.position:02d}-{material.application.spec(material.code).short_title}"


def _materials(application: Application):
    return application.materials.prefetch_related("files__file")


def _current(material: Material):
    """What may be opened, numbered, with its name in the archive."""
    rows = [entry.file for entry in material.files.all() if entry.removed_at is None]
    opened = [file for file in rows if not file.is_closed]
    return [
        (f"{place_of(material)}/{number:02d}-{file.name}", file)
        for number, file in enumerate(opened, start=1)
    ]
