"""The package of a reporting: receipt, list, document, and every platform's forms and proofs, made in the background."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from applications.dossiers.archive import put_everything
from applications.dossiers.documents import recommendation_pdf, reporting_pdf
from applications.dossiers.joined import join_papers
from applications.models import Application, Reporting
from applications.recommendation.sheets import recommendation_xlsx
from applications.reporting.workbooks import reported_list
from applications.states import Procedure
from portal.exports.archives import copy, put
from portal.exports.services import Exporter, Progress, register_exporter
from portal.models import ExportJob, StoredFile
from portal.shared.storage import open_private


def write_package(job: ExportJob, out: BinaryIO, progress: Progress) -> None:
    """Named so that it sorts. The reporting and each dossier are read with the asker's rights at the time of making."""
    asker = job.requested_by
    reporting = Reporting.objects.for_user(asker).get(pk=job.params["reporting"])
    rows = list(
        Application.objects.for_user(asker)
        .filter(reporting=reporting)
        .select_related("platform__organisation", "cycle", "recommender", "annex")
        .order_by("rank", "number")
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        put(archive, "00-报送回执.pdf", reporting_pdf(reporting))
        table = io.BytesIO()
        reported_list(reporting, table)
        put(archive, f"01-{reporting.list_name}.xlsx", table.getvalue())
        if reporting.document and not reporting.document.is_closed:
            _copy(archive, f"02-{reporting.letter_name}.{reporting.document.extension}", reporting.document)
        for number, row in enumerate(rows, start=1):
            _put_dossier(archive, f"{number + 9:02d}-{row.number}-{clean_part(row.platform.name)}", row)
            progress(number, len(rows))


def _put_dossier(archive: zipfile.ZipFile, folder: str, row: Application) -> None:
    """Each paper by itself, and all of them as one PDF."""
    with tempfile.TemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as papers:
            for_paper = _put_papers(papers, row)
        with zipfile.ZipFile(stream) as papers:
            for entry in papers.infolist():
                if entry.filename in for_paper:
                    continue
                with papers.open(entry) as content:
                    copy(archive, f"{folder}/{entry.filename}", content)
        joined, note = join_papers(stream)
    if row.procedure == Procedure.DESIGNATION:
        put(archive, f"{folder}/推荐表.xlsx", recommendation_xlsx(row))
    if joined:
        put(archive, f"{folder}/全部材料-{row.number}.pdf", joined)
    if note:
        put(archive, f"{folder}/合并说明.txt", note.encode())


def _put_papers(papers: zipfile.ZipFile, row: Application) -> set[str]:
    """In the order in which a reviewer turns the pages; answers the names of what only the joined PDF holds."""
    if row.procedure == Procedure.DESIGNATION:
        put(papers, "推荐表.pdf", recommendation_pdf(row))
    for_paper = put_everything(papers, row)
    for name, file in attachments_of(row):
        _copy(papers, name, file)
    return for_paper


def attachments_of(application: Application) -> Iterator[tuple[str, StoredFile]]:
    """What the recommender adds to a dossier and may be opened: proofs of relaxations, records of visits."""
    for number, row in enumerate(application.relaxations.select_related("proof"), start=1):
        if row.proof and not row.proof.is_closed:
            yield f"放宽依据-{number}.{row.proof.extension}", row.proof
    for visit in application.visits.prefetch_related("files__file"):
        for number, entry in enumerate(visit.files.all(), start=1):
            if not entry.file.is_closed:
                yield f"现场核查-{visit.visited_on}-{number:02d}.{entry.file.extension}", entry.file


def clean_part(name: str) -> str:
    """A name that can stand in a path of an archive."""
    return "".join(c for c in name if c not in '/\\:*?"<>|')[:60]


def _copy(archive: zipfile.ZipFile, name: str, file: StoredFile) -> None:
    with open_private(file.key) as content:
        copy(archive, name, content)


register_exporter(
    "reporting",
    Exporter(write_package, lambda job: f"报送材料-{job.params['number']}.zip", "application/zip"),
)
