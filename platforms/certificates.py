"""The certificate as PDF, with a QR code to its verification page; signed when a key is configured."""

from __future__ import annotations

import io

from django.conf import settings

from platforms.models import Designation
from portal.shared.pdf import render_template_pdf
from portal.shared.qr import qr_data_uri


def verification_address(title: Designation) -> str:
    return f"{settings.SITE_ORIGIN}/verify/{title.number}/"


def certificate_pdf(title: Designation) -> bytes:
    """Art. 10's title on paper. The layout and the number are the portal's own, as the page says."""
    address = verification_address(title)
    pdf = render_template_pdf(
        "pdf/certificate.html",
        {
            "title": title,
            "address": address,
            "qr": qr_data_uri(address),
            "demo": settings.DEMO,
            "signed": bool(settings.SIGNING_KEY_FILE),
        },
        style="certificate",
    )
    return sign(pdf) if settings.SIGNING_KEY_FILE else pdf


def sign(pdf: bytes) -> bytes:
    """PAdES signature with the key of the settings."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    password = settings.SIGNING_KEY_PASSWORD.encode() or None
    signer = signers.SimpleSigner.load_pkcs12(settings.SIGNING_KEY_FILE, passphrase=password)
    out = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        signers.PdfSignatureMetadata(field_name="Certificate"),
        signer=signer,
        output=out,
    )
    return out.getvalue()
