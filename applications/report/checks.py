"""Checks of a report against its form definition: by field, by row, and across fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from applications.editions.model import FieldSpec, FormSpec, SectionSpec

# path → sentence; a path is field, or table.row.column with rows counted from 0.
Findings = dict[str, str]


def check_report(form: FormSpec, data: Mapping[str, Any]) -> dict[str, Findings]:
    """Section code → what is wrong there; sections without findings are left out."""
    found = {section.code: check_section(section, data.get(section.code) or {}) for section in form.sections}
    for code, path, sentence in _across(data):
        if code in found:
            found[code].setdefault(path, sentence)
    return {code: findings for code, findings in found.items() if findings}


def check_section(section: SectionSpec, data: Mapping[str, Any]) -> Findings:
    findings: Findings = {}
    for field in section.fields:
        problem = check_value(field, data.get(field.code))
        if problem:
            findings[field.code] = problem
    for table in section.tables:
        rows = data.get(table.code) or []
        if len(rows) < table.min_rows:
            findings[table.code] = f"{table.label}至少填写 {table.min_rows} 行。"
        for number, row in enumerate(rows):
            for column in table.columns:
                problem = check_value(column, row.get(column.code))
                if problem:
                    findings[f"{table.code}.{number}.{column.code}"] = f"第 {number + 1} 行：{problem}"
    return findings


def check_value(field: FieldSpec, value: Any) -> str:
    """A sentence, or an empty text when the value fits."""
    if value in (None, "", []):
        return f"请填写{field.label}。" if field.required else ""
    return CHECKS.get(field.kind, _check_text)(field, value)


def _check_text(field: FieldSpec, value: Any) -> str:
    return f"{field.label}超过 {field.max_length} 字。" if len(str(value)) > field.max_length else ""


def number_of(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _check_number(field: FieldSpec, value: Any) -> str:
    number = number_of(value)
    if number is None:
        return f"{field.label}应为数字，不带单位。"
    if field.kind == "integer" and number != number.to_integral_value():
        return f"{field.label}应为整数。"
    if field.minimum is not None and number < field.minimum:
        return f"{field.label}不能小于 {field.minimum}。"
    if field.maximum is not None and number > field.maximum:
        return f"{field.label}不能大于 {field.maximum}。"
    return ""


def _check_date(field: FieldSpec, value: Any) -> str:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return f"{field.label}应为日期，例如 2026-04-01。"
    return ""


def _check_choice(field: FieldSpec, value: Any) -> str:
    known = {code for code, _ in field.choices}
    chosen = value if isinstance(value, list) else [value]
    return "" if set(chosen) <= known else f"请从列表选择{field.label}。"


CHECKS: dict[str, Callable[[FieldSpec, Any], str]] = {
    "integer": _check_number,
    "decimal": _check_number,
    "percent": _check_number,
    "date": _check_date,
    "choice": _check_choice,
    "multichoice": _check_choice,
    "boolean": lambda field, value: "",
}


def _across(data: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Figures that must agree with each other."""
    overview, capacity = data.get("overview") or {}, data.get("capacity") or {}
    total, fixed = number_of(overview.get("total_assets")), number_of(overview.get("fixed_assets"))
    if total is not None and fixed is not None and fixed > total:
        yield "overview", "fixed_assets", "固定资产不能大于资产总额。"
    staff, professionals = number_of(capacity.get("staff")), number_of(capacity.get("professionals"))
    if staff is not None and professionals is not None and professionals > staff:
        yield "capacity", "professionals", "专业人员数不能大于从业人数。"
    for number, row in enumerate(overview.get("finance") or []):
        income, service = number_of(row.get("income")), number_of(row.get("service_income"))
        if income is not None and service is not None and service > income:
            yield (
                "overview",
                f"finance.{number}.service_income",
                f"第 {number + 1} 行：服务收入不能大于营业收入。",
            )
