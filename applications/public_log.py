"""Filing in the public log: receipts that their holders can prove, and the editions that a year is judged by."""

from __future__ import annotations

from applications.editions import editions
from applications.models import Reporting, Submission
from portal.shared.digests import sha256_hex
from portal.trail.publishing import register_records, register_statement


def edition_records():
    """The whole edition as its digest; it is code, and the code is read with it."""
    for edition in editions():
        yield edition.code, {"title": edition.title, "sha256": sha256_hex(repr(edition).encode())}


def tell_submission(row: Submission) -> dict:
    application = row.application
    return {
        "receipt": row.receipt_number,
        "number": application.number,
        "received": row.received_at.isoformat(),
        "platform": application.platform.name,
        "sha256": row.sha256,
        "sm3": row.sm3,
    }


def tell_reporting(row: Reporting) -> dict:
    return {
        "receipt": row.receipt_number,
        "recommender": row.recommender.name,
        "reported": row.reported_at.isoformat(),
        "document": row.document_number,
        "sha256": row.sha256,
    }


register_records("edition", edition_records)
register_statement("receipt", Submission, tell_submission)
register_statement("reporting", Reporting, tell_reporting)
