"""Nothing typed twice: what rosters, registered certificates and the last dossier already say of a section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from applications.crosschecks.evidence import earlier_of
from applications.crosschecks.model import row_of
from applications.editions.model import SectionSpec
from applications.models import Application
from applications.report.checks import number_of
from applications.rereviews.prefill import rereview_data

# (section, field) → (material, figure)
COUNTED = {
    ("capacity", "staff"): ("staff", "staff"),
    ("capacity", "professionals"): ("staff", "either"),
    ("capacity", "equipment"): ("facilities", "count"),
    ("performance", "smes_before"): ("smes", "smes_before"),
    ("performance", "smes_last"): ("smes", "smes_last"),
    ("performance", "satisfaction"): ("smes", "satisfaction"),
    ("performance", "survey_sample"): ("smes", "rated"),
}
AUDITED = ("service_income", "service_expense")
SOURCES = {"staff": "人员名单", "facilities": "设施设备清单", "smes": "服务企业名单"}
YEAR_TABLES = {"overview": ("finance", 2), "years": ("years", 3)}
# Figures belong to their year, and so do these; only words and choices are carried into the next one.
FIGURES = ("integer", "decimal", "percent")
OF_ITS_YEAR = {("recognition", "poor_area"), ("changes", "changed"), ("changes", "change_text")}


@dataclass(frozen=True)
class Prefill:
    counted: Mapping[str, Any] = field(default_factory=dict)
    offered: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def prefill_of(application: Application, spec: SectionSpec, earlier: Application | None = None) -> Prefill:
    """`counted` is proven by a roster of this dossier, `offered` is registered or was filed before."""
    materials = {material.code: material for material in application.materials.all()}
    counted, offered, sources = {}, {}, {}
    for one in spec.fields:
        material, figure = COUNTED.get((spec.code, one.code), ("", ""))
        value = materials[material].figures.get(figure) if material in materials else None
        if value is not None:
            counted[one.code], sources[one.code] = _text(value), SOURCES[material]
    earlier = earlier or earlier_of(application)
    before = (earlier.annex.data.get(spec.code) or {}) if earlier else {}
    carried = {
        one.code
        for one in spec.fields
        if one.kind not in FIGURES and (spec.code, one.code) not in OF_ITS_YEAR
    }
    for code, value in {**_registered(application, spec), **before}.items():
        if code in carried and value not in (None, "", []):
            offered[code] = value
            sources[code] = f"{earlier.cycle.year} 年度申报" if code in before else "平台登记"
    summed = rereview_data(application.designation, application.cycle.year) if application.designation else {}
    for code, value in summed.get(spec.code, {}).items():
        offered.setdefault(code, value)
        sources.setdefault(code, "年度总结")
    if spec.code in YEAR_TABLES:
        table, years = YEAR_TABLES[spec.code]
        offered[table] = _years(application, materials, earlier, years, offered.get(table) or [], table=table)
        sources[table] = (
            "专项审计报告、政府扶持情况和以往申报" if not summed else "年度总结、专项审计报告和以往申报"
        )
    return Prefill(counted, offered, sources)


def _registered(application: Application, spec: SectionSpec) -> dict[str, str]:
    return {"service_area": application.platform.service_area} if spec.code == "area" else {}


def _years(application, materials, earlier, count: int, summed: list, *, table: str) -> list[dict[str, str]]:
    """One row per year: the audited figures of last year, what the annual summaries say, the others as they were filed."""
    last = application.cycle.year - 1
    audit = next((materials[code].fields for code in ("audit", "audit3") if code in materials), {})
    support = _support_by_year(materials.get("support"))
    rows = []
    for year in range(last - count + 1, last + 1):
        row = dict(row_of(earlier.annex.data, year)) if earlier else {}
        row.update(next((one for one in summed if one["year"] == str(year)), {}))
        row["year"] = str(year)
        if year in support and table == "finance" and not row.get("subsidy"):
            row["subsidy"] = support[year]
        if year == last:
            row.update({name: str(audit[name]) for name in AUDITED if audit.get(name)})
        rows.append(row)
    return rows


def _support_by_year(material) -> dict[int, str]:
    """材料（十）: what each year's support adds up to."""
    if material is None:
        return {}
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row in material.fields.get("rows", []):
        year, amount = number_of(row.get("year")), number_of(row.get("amount"))
        if year is not None and amount is not None:
            sums[int(year)] += amount
    return {year: f"{amount:f}" for year, amount in sums.items()}


def merged(spec: SectionSpec, data: Mapping[str, Any], prefill: Prefill) -> tuple[dict[str, Any], list[str]]:
    """The section with the prefill taken over, and the labels of what changed by it."""
    result, labels = dict(data), []
    names = {one.code: one.label for one in (*spec.fields, *spec.tables)}
    tables = {table for section, (table, _) in YEAR_TABLES.items() if section == spec.code}
    for code, value in prefill.counted.items():
        if str(result.get(code, "")) != value:
            result[code] = value
            labels.append(names[code])
    for code, value in prefill.offered.items():
        if result.get(code) in (None, "", [], False):
            result[code] = value
            labels += [names[code]] if code not in tables or _says_more_than_years(value) else []
        elif code in tables and (rows := _filled(result[code], value)) != result[code]:
            result[code] = rows
            labels.append(names[code])
    return result, labels


def _says_more_than_years(rows: list[dict]) -> bool:
    """A row that holds its year alone brings nothing along."""
    return any(value for row in rows for name, value in row.items() if name != "year")


def _filled(rows: list[dict], offered: list[dict]) -> list[dict]:
    """What is blank in a year's row is taken over; nothing that was typed is replaced."""
    known = {row.get("year"): row for row in offered}
    return [
        {
            **row,
            **{name: value for name, value in known.get(row.get("year"), {}).items() if not row.get(name)},
        }
        for row in rows
    ]


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
