"""Nothing typed twice: what a material's registered fields are already known to be, with where it is known from."""

from __future__ import annotations

from applications.crosschecks.identity import KIND_OF_LICENCE
from applications.crosschecks.model import row_of
from applications.models import Application

AUDITS = ("audit", "audit3")
FROM_REGISTRATION, FROM_REPORT = "单位登记", "申报年度和申请报告"


def known_fields(application: Application, code: str) -> tuple[dict[str, str], str]:
    """The values by field, empty ones left out, and their source; the paper itself is what they are checked against."""
    if code == "licence":
        return registration_of(application), FROM_REGISTRATION
    if code not in AUDITS:
        return {}, ""
    year = application.cycle.year - 1
    row = row_of(application.annex.data, year)
    values = {name: str(row.get(name) or "") for name in ("service_income", "service_expense")}
    return {"audit_year": str(year), **{name: value for name, value in values.items() if value}}, FROM_REPORT


def registration_of(application: Application) -> dict[str, str]:
    """The unit's registered facts under the names of the licence's fields."""
    unit = application.platform.organisation
    kinds = {kind: licence for licence, kind in KIND_OF_LICENCE.items()}
    return {
        "licence_name": unit.name,
        "licence_code": unit.uscc,
        **({"licence_kind": kinds[unit.kind]} if unit.kind in kinds else {}),
        **({"established_on": f"{unit.established_on:%Y-%m-%d}"} if unit.established_on else {}),
    }
