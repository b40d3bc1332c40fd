"""Certificates on paper and as files: rendered once, signed, kept, and recognised when a file comes back."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from platforms.certificates import signing
from platforms.certificates.models import NUMBER
from platforms.models import Certificate, Designation, ProvincialCertificate, ProvincialTitle
from platforms.states import LIVE_TITLES
from portal.exports.services import request_export
from portal.files.intake import Judged, given_back, keep_own, place_own
from portal.files.pages import text_of
from portal.files.renditions import template_pdf
from portal.models import ExportJob, StoredFile
from portal.shared.qr import qr_data_uri

Title = Designation | ProvincialTitle
Issued = Certificate | ProvincialCertificate
SHEETS = {
    "certificates": ("pdf/certificates.html", "certificate"),
    "plaques": ("pdf/plaques.html", "plaque"),
}
WORDS = {"certificates": "证书", "plaques": "牌匾"}
AT_ONCE = 20  # sheets laid out together: as far as progress is told, and as much as stands in memory


def title_numbered(*numbers: str) -> Title | None:
    """The title that bears a number of a certificate: a national one, or a province's own that has one (Art. 18)."""
    named = Q(key__in=numbers) | Q(number__in=numbers)  # what was granted on paper bears its number later
    row = Designation.objects.select_related("recommender").filter(named).first()
    return row or (
        ProvincialTitle.objects.select_related("programme__recommender")
        .filter(number__in=numbers, certificates__superseded_on=None, certificates__isnull=False)
        .first()
    )


def verification_address(title: Title) -> str:
    return f"{settings.SITE_ORIGIN}/verify/{title.number}/"


def _context(certificate: Issued, *, signed: bool) -> dict:
    address = verification_address(certificate.title)
    return {
        "certificate": certificate,
        "title": certificate.title,
        "address": address,
        "qr": qr_data_uri(address),
        "demo": settings.DEMO,
        "signed": signed,
    }


def certificate_pdf(certificate: Issued) -> bytes:
    """Art. 10's title on paper. The layout and the number are the portal's own, as the page says."""
    signed = signing.signer() is not None
    return signing.sign(
        template_pdf("pdf/certificate.html", _context(certificate, signed=signed), style="certificate")
    )


def certificate_file(certificate: Issued) -> StoredFile:
    """The kept rendition, made now if nobody has asked for it before; laid out before anything is locked."""
    if certificate.file is not None:
        return certificate.file
    name = f"{certificate.title.number}-{certificate.issue}.pdf"
    with given_back() as kept:
        kept.append(keep_own(certificate_pdf(certificate), name=name))
        return _place_once(certificate, kept[0])


def _place_once(certificate: Issued, kept: Judged) -> StoredFile:
    with transaction.atomic():
        rows = type(certificate).objects.select_for_update(of=("self",)).select_related("title")
        row = rows.get(pk=certificate.pk)
        if row.file is None:
            row.file = place_own(kept, owner=row)
            row.save(update_fields=["file"])
        return row.file


def titles_to_print(user, year: int, *, provincial: bool = False):
    """Living national titles, or the standing ones of the user's own province."""
    if provincial:
        rows = ProvincialTitle.objects.for_user(user, "print").standing()
        return rows.filter(year=year, source=ProvincialTitle.Source.ROUND)
    return Designation.objects.for_user(user, "print").filter(year=year, state__in=LIVE_TITLES)


def ask_for_sheets(user, year: int, kind: str, *, provincial: bool = False) -> ExportJob | None:
    """None where there is nothing to print."""
    count = titles_to_print(user, year, provincial=provincial).count()
    if kind not in WORDS or not count:
        return None
    return request_export(
        "sheets",
        title=f"{year} 年度{WORDS[kind]}（{count} 份）",
        by=user,
        params={"year": year, "kind": kind, **({"provincial": True} if provincial else {})},
    )


@dataclass(frozen=True)
class FileFinding:
    """What a file that somebody holds is worth. `kind`: genuine, edited, copy, unknown."""

    kind: str
    certificate: Issued | None = None
    title: Title | None = None
    signature: signing.SignatureFinding | None = None
    reason: str = ""

    @property
    def is_provincial(self) -> bool:
        return isinstance(self.title, ProvincialTitle)

    @property
    def has_run_out(self) -> bool:
        """A province's own title ends with its term."""
        return self.is_provincial and not self.title.ended_on and not self.title.stands


def examine_file(content: bytes) -> FileFinding:
    """Genuine is only what the portal has issued, to the byte; whatever else bears a number is told apart."""
    digest = hashlib.sha256(content).hexdigest()
    certificate = _issued_as(digest)
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


def _issued_as(digest: str) -> Issued | None:
    national = Certificate.objects.select_related("title__recommender", "file")
    provincial = ProvincialCertificate.objects.select_related("title__programme__recommender", "file")
    return national.filter(file__sha256=digest).first() or provincial.filter(file__sha256=digest).first()


def _title_named_in(content: bytes) -> Title | None:
    """The title whose number stands in the document's text or heading."""
    text = text_of(io.BytesIO(content))
    return title_numbered(*NUMBER.findall(text)[:5])
