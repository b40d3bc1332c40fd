"""Saving the report: always kept, never lost to a second editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from applications.dossiers.facts import form_of, refresh
from applications.filing.services import check_editable
from applications.models import Application, Report
from applications.report.prefill import merged, prefill_of
from portal.kernel import audit, clock


class Outdated(Exception):
    """Somebody saved this section since the editor opened it; `report` is what stands now."""

    def __init__(self, report: Report, section: str):
        self.report, self.section = report, section
        super().__init__("outdated")

    @property
    def editor(self) -> str:
        return self.report.editions.get(self.section, {}).get("by", "")

    @property
    def at(self) -> datetime | None:
        moment = self.report.editions.get(self.section, {}).get("at")
        return datetime.fromisoformat(moment) if moment else None


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
    """Store one section as typed, errors and all. Raises Outdated when `version` is not the section's present one.

    `quiet` is autosave: it stores and never advances a status. Saves are events, autosaves are not.
    """
    check_editable(application, "report", by)
    report = Report.objects.select_for_update().get(pk=application.pk)
    if version != report.section_version(section) and report.data.get(section, {}) != data:
        raise Outdated(report, section)
    _put(report, section, data, by)
    if finished is not None:
        rest = [code for code in report.finished_sections if code != section]
        report.finished_sections = [*rest, section] if finished else rest
    report.save()
    application.annex = report
    if not quiet:
        audit.record(
            action="save_section", obj=report, by=by, facts={"section": section, "version": report.version}
        )
        refresh(application)
    return report


@transaction.atomic
def fill_section(
    application: Application, section: str, *, by, earlier: Application | None = None, only: str = ""
) -> list[str]:
    """Take over what rosters, registered certificates and the last dossier say; answers the labels of what changed.

    What is counted from a roster replaces a claim; anything else only fills what is empty. `only` is the one
    field whose counted figure is adopted.
    """
    check_editable(application, "report", by)
    report = Report.objects.select_for_update().get(pk=application.pk)
    spec = form_of(application).section(section)
    prefill = prefill_of(application, spec, earlier)
    if only:
        counted = {name: value for name, value in prefill.counted.items() if name == only}
        prefill = replace(prefill, counted=counted, offered={})
    data, labels = merged(spec, report.data.get(section) or {}, prefill)
    if labels:
        _put(report, section, data, by)
        report.save()
        application.annex = report
        audit.record(action="fill_section", obj=report, by=by, facts={"section": section, "fields": labels})
        refresh(application)
    return labels


@transaction.atomic
def take_selfcheck(application: Application, values: Mapping[str, Any], *, by) -> list[str]:
    """Put what was typed in the self-check where the report is still blank; answers the labels of what changed."""
    check_editable(application, "report", by)
    report = Report.objects.select_for_update().get(pk=application.pk)
    labels = []
    for section in form_of(application).sections:
        data = dict(report.data.get(section.code) or {})
        changed = [
            (field.label, field.code, value)
            for field in section.fields
            if (value := _typed(section.code, field.code, values))
            and data.get(field.code) in (None, "", False)
        ]
        if changed:
            _put(report, section.code, {**data, **{code: value for _, code, value in changed}}, by)
            labels += [label for label, _, _ in changed]
    if labels:
        report.save()
        application.annex = report
        audit.record(action="take_selfcheck", obj=report, by=by, facts={"fields": labels})
        refresh(application)
    return labels


SELFCHECK = {
    ("overview", "total_assets"): "assets",
    ("capacity", "staff"): "staff",
    ("performance", "smes_before"): "smes_before",
    ("performance", "smes_last"): "smes_last",
    ("performance", "satisfaction"): "satisfaction",
    ("management", "has_rules"): "management",
    ("management", "has_prices"): "management",
    ("management", "has_plan"): "management",
    ("recognition", "poor_area"): "poor_area",
}


def _typed(section: str, field: str, values: Mapping[str, Any]) -> Any:
    if (section, field) == ("capacity", "professionals") and {"educated", "titled", "both"} <= set(values):
        return str(values["educated"] + values["titled"] - values["both"])
    value = values.get(SELFCHECK.get((section, field), ""))
    return value if value is None or value is True else str(value)


def _put(report: Report, section: str, data: dict, by) -> None:
    moment = clock.now()
    report.data = {**report.data, section: data}
    report.editions = {
        **report.editions,
        section: {"version": report.section_version(section) + 1, "by": by.name, "at": moment.isoformat()},
    }
    report.version += 1
    report.updated_by, report.updated_at = by, moment
