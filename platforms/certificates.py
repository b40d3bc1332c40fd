"""Certificates on paper and as files: rendered once, signed, kept, and recognised when a file comes back."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
import pypdf
from django.conf import settings
from django.db import transaction

from platforms import signing
from platforms.models import Certificate, Designation
from platforms.states import LIVE_TITLES
from portal.exporting import Exporter, Progress, register_exporter
from portal.intake import keep_own
from portal.models import ExportJob, StoredFile
from portal.shared.pdf import render_template_pdf
from portal.shared.qr import qr_data_uri

NUMBER = re.compile(r"[A-Z]{2,8}-\d{4}-\d{4}")
SHEETS = {
    "certificates": ("pdf/certificates.html", "certificate"),
    "plaques": ("pdf/plaques.html", "plaque"),
}
WORDS = {"certificates": "证书", "plaques": "牌匾"}
AT_ONCE = 20  # sheets laid out together: as far as progress is told, and as much as stands in memory


def verification_address(title: Designation) -> str:
    return f"{settings.SITE_ORIGIN}/verify/{title.number}/"


def _context(certificate: Certificate, *, signed: bool) -> dict:
    address = verification_address(certificate.title)
    return {
        "certificate": certificate,
        "title": certificate.title,
        "address": address,
        "qr": qr_data_uri(address),
        "demo": settings.DEMO,
        "signed": signed,
    }


def certificate_pdf(certificate: Certificate) -> bytes:
    """Art. 10's title on paper. The layout and the number are the portal's own, as the page says."""
    signed = signing.signer() is not None
    return signing.sign(
        render_template_pdf("pdf/certificate.html", _context(certificate, signed=signed), style="certificate")
    )


@transaction.atomic
def certificate_file(certificate: Certificate) -> StoredFile:
    """The kept rendition, made now if nobody has asked for it before."""
    row = Certificate.objects.select_for_update(of=("self",)).select_related("title").get(pk=certificate.pk)
    if row.file is None:
        row.file = keep_own(certificate_pdf(row), name=f"{row.title.number}-{row.issue}.pdf", owner=row)
        row.save(update_fields=["file"])
    return row.file


def titles_to_print(user, year: int):
    return Designation.objects.for_user(user, "print").filter(year=year, state__in=LIVE_TITLES)


def write_sheets(job: ExportJob, out: BinaryIO, progress: Progress) -> None:
    """One PDF with a page per certificate (or per plaque) of a year's living titles, by number, for the printer."""
    titles = titles_to_print(job.requested_by, job.params["year"])
    rows = list(
        Certificate.objects.filter(title__in=titles, superseded_on=None)
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


@dataclass(frozen=True)
class FileFinding:
    """What a file that somebody holds is worth. `kind`: genuine, edited, copy, unknown."""

    kind: str
    certificate: Certificate | None = None
    title: Designation | None = None
    signature: signing.SignatureFinding | None = None
    reason: str = ""


def examine_file(content: bytes) -> FileFinding:
    """Genuine is only what the portal has issued, to the byte; whatever else bears a number is told apart."""
    digest = hashlib.sha256(content).hexdigest()
    certificate = (
        Certificate.objects.select_related("title__recommender", "file").filter(file__sha256=digest).first()
    )
    signature = signing.examine(content)
    if certificate is not None:
        return FileFinding("genuine", certificate, certificate.title, signature)
    title = _title_named_in(content)
    if signature and signature.ours:
        reason = (
            "签名之后文件内容被改动过。"
            if not signature.intact
            else "签名之后文件又被追加了内容。"
            if not signature.whole
            else "文件由本系统签名，但与留存的证书不一致。"
        )
        return FileFinding("edited", None, title, signature, reason)
    if title is not None:
        reason = "文件中没有本系统的有效电子签名，可能是打印件、另存件或者被编辑过的文件。"
        return FileFinding("copy", None, title, signature, reason)
    return FileFinding("unknown", None, None, signature, "文件中没有找到证书编号，也没有本系统的电子签名。")


def _title_named_in(content: bytes) -> Designation | None:
    """The title whose number stands in the document's text or heading."""
    try:
        document = pypdf.PdfReader(io.BytesIO(content))
        text = (document.metadata.title or "") if document.metadata else ""
        for page in document.pages[:3]:
            text += "\n" + page.extract_text()
    except Exception:  # a crafted file may fail anywhere in the parser: it names nothing
        return None
    numbers = NUMBER.findall(text)[:5]
    return Designation.objects.select_related("recommender").filter(number__in=numbers).first()
