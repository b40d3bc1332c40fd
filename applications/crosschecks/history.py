"""This year's dossier against the last one that was filed for the same platform."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from applications.crosschecks.model import NOTICE, Evidence, cross_check, differ, number, plain, row_of

LEAP = Decimal("0.5")


def _said(report: Mapping[str, Any], section: str, name: str) -> Decimal | None:
    return number((report.get(section) or {}).get(name))


def _leap(now: Decimal | None, then: Decimal | None, what: str, unit: str, year: int) -> str | None:
    if now is None or not then:
        return None
    if abs(now - then) <= then * LEAP:
        return ""
    word = "增加" if now > then else "减少"
    return (
        f"{what}由 {year} 年度申报的 {plain(then)} {unit}变为 {plain(now)} {unit}，{word}超过一半，请说明。"
    )


@cross_check("earlier_assets", 5, "一", "资产总额与上次申报", "report", severity=NOTICE)
def earlier_assets(evidence: Evidence) -> str | None:
    if evidence.earlier is None:
        return None
    then = _said(evidence.earlier.report, "overview", "total_assets")
    return _leap(evidence.number("overview", "total_assets"), then, "资产总额", "万元", evidence.earlier.year)


@cross_check("earlier_staff", 5, "三", "从业人数与上次申报", "staff", severity=NOTICE)
def earlier_staff(evidence: Evidence) -> str | None:
    if evidence.earlier is None:
        return None
    then = (
        number(evidence.earlier.papers["staff"].figures.get("staff"))
        if "staff" in evidence.earlier.papers
        else None
    )
    return _leap(evidence.counted("staff", "staff"), then, "从业人数", "人", evidence.earlier.year)


@cross_check("earlier_income", 8, "三", "同一年度的服务收入与上次申报", "report")
def earlier_income(evidence: Evidence) -> str | None:
    """The year that both dossiers report on."""
    if evidence.earlier is None:
        return None
    year = evidence.earlier.year - 1
    return differ(
        number(evidence.year_row(year).get("service_income")),
        number(row_of(evidence.earlier.report, year).get("service_income")),
        f"{year} 年服务收入本次填写 {{left}} 万元，{evidence.earlier.year} 年度申报时为 {{right}} 万元。",
        Decimal("0.01"),
    )


@cross_check("earlier_smes", 5, "四", "前年服务企业数与上次申报", "smes")
def earlier_smes(evidence: Evidence) -> str | None:
    if evidence.earlier is None or evidence.earlier.year != evidence.year - 1:
        return None
    papers = evidence.earlier.papers
    then = number(papers["smes"].figures.get("smes_last")) if "smes" in papers else None
    return differ(
        evidence.counted("smes", "smes_before"),
        then,
        f"{evidence.year - 2} 年服务企业本次名单为 {{left}} 家，{evidence.earlier.year} 年度申报时为 {{right}} 家。",
    )


@cross_check("earlier_list", 8, "六", "服务企业名单与上次申报", "smes", severity=NOTICE)
def earlier_list(evidence: Evidence) -> str | None:
    if evidence.earlier is None or not evidence.paper("smes").figures:
        return None
    if not evidence.same_smes:
        return ""
    return f"上年服务企业与 {evidence.earlier.year} 年度申报的名单完全相同，请核对是否已更新。"
