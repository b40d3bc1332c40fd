"""The register in the public log: every title as its page shows it, and certificates that their holders can prove."""

from __future__ import annotations

from platforms.models import Certificate, Designation, ProvincialCertificate, ProvincialTitle
from platforms.register.models import HISTORIC
from portal.trail.publishing import register_records, register_statement


def title_records():
    for row in Designation.objects.order_by("key"):
        record = {
            "platform": row.platform_name,
            "organisation": row.organisation_name,
            "uscc": row.uscc,
            "year": row.year,
            "granted": str(row.granted_on),
            "review_year": row.review_year,
            "announcement": row.announcement_title,
            "state": row.state,
            "ended": str(row.ended_on or ""),
        }
        if row.edition == HISTORIC:  # from a list that is older than the log
            record["imported"] = True
        yield row.key, record


def provincial_records():
    rows = ProvincialTitle.objects.select_related("programme__recommender").order_by("number", "pk")
    for row in rows.exclude(number=""):
        record = {
            "platform": row.platform_name,
            "organisation": row.organisation_name,
            "uscc": row.uscc,
            "year": row.year,
            "valid_until": str(row.valid_until or ""),
            "state": row.state,
        }
        yield f"{row.programme.recommender.code}/{row.number}", record


def tell_certificate(row: Certificate | ProvincialCertificate) -> dict:
    return {
        "number": row.title.number,
        "issue": row.issue,
        "honour": row.honour,
        "platform": row.platform_name,
        "organisation": row.organisation_name,
        "issued": str(row.issued_on),
    }


register_records("title", title_records)
register_records("provincial_title", provincial_records)
register_statement("certificate", Certificate, tell_certificate)
register_statement("provincial_certificate", ProvincialCertificate, tell_certificate)
