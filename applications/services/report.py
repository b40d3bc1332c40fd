"""Saving the report: always kept, never lost to a second editor."""

from __future__ import annotations

from django.db import transaction

from applications.models import Application, Report
from applications.services.facts import refresh
from applications.services.filing import check_editable
from portal import audit, clock


class Outdated(Exception):
    """Somebody saved since this editor opened the page; `report` is what stands now."""

    def __init__(self, report: Report):
        self.report = report
        super().__init__("outdated")


@transaction.atomic
def save_section(
    application: Application,
    section: str,
    *,
    data: dict,
    finished: bool | None,
    version: int,
    by,
    quiet: bool = False,
) -> Report:
    """Store one section as typed, errors and all. Raises Outdated when `version` is not the present one.

    `quiet` is autosave: it stores and never advances a status. Saves are events, autosaves are not.
    """
    check_editable(application, "report", by)
    report = Report.objects.select_for_update().get(pk=application.pk)
    if version != report.version and report.data.get(section, {}) != data:
        raise Outdated(report)
    report.data = {**report.data, section: data}
    if finished is not None:
        rest = [code for code in report.finished_sections if code != section]
        report.finished_sections = [*rest, section] if finished else rest
    report.version += 1
    report.updated_by, report.updated_at = by, clock.now()
    report.save()
    if not quiet:
        audit.record(
            action="save_section", obj=report, by=by, facts={"section": section, "version": report.version}
        )
        application.annex = report
        refresh(application)
    return report
