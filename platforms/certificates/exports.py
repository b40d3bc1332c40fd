"""A year's certificates or plaques as one PDF for the printer."""

from __future__ import annotations

import io
from typing import BinaryIO

import pikepdf

from platforms.certificates.documents import AT_ONCE, SHEETS, WORDS, _context, titles_to_print
from platforms.models import Certificate, ProvincialCertificate
from portal.exports.services import Exporter, Progress, register_exporter
from portal.models import ExportJob
from portal.shared.pdf import render_template_pdf


def write_sheets(job: ExportJob, out: BinaryIO, progress: Progress) -> None:
    """One PDF with a page per certificate (or per plaque) of a year's living titles, by number, for the printer."""
    provincial = job.params.get("provincial", False)
    titles = titles_to_print(job.requested_by, job.params["year"], provincial=provincial)
    issued = ProvincialCertificate if provincial else Certificate
    rows = list(
        issued.objects.filter(title__in=titles, superseded_on=None)
        .select_related("title")
        .order_by("title__number")
    )
    if not rows:
        raise LookupError("no living titles are left to print")
    template, style = SHEETS[job.params["kind"]]
    with pikepdf.new() as whole:
        for start in range(0, len(rows), AT_ONCE):
            pages = [_context(row, signed=False) for row in rows[start : start + AT_ONCE]]
            with pikepdf.open(
                io.BytesIO(render_template_pdf(template, {"pages": pages}, style=style))
            ) as part:
                whole.pages.extend(part.pages)
            progress(min(start + AT_ONCE, len(rows)), len(rows))
        whole.save(out)


def _name_of_sheets(job: ExportJob) -> str:
    return f"{WORDS[job.params['kind']]}-{job.params['year']}.pdf"


register_exporter("sheets", Exporter(write_sheets, _name_of_sheets, "application/pdf"))
