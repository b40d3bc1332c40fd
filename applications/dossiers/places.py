"""Places where a condition of Art. 5 could still come to be met: cells of the rosters, sections of the report."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from applications.models import Application, Material
from applications.rosters.figures import EDUCATED, TITLED

LISTED = 8  # row numbers in one sentence
SECTIONS = {"area": "area", "management": "management", "leader": "leader", "assets": "overview"}


def places_of(application: Application, unmet: Mapping[str, str]) -> dict[str, str]:
    """Per condition that is not met; `unmet` is code → source of the figure."""
    materials = {row.code: row for row in application.materials.all()}
    found = {}
    for code in unmet:
        words = ""
        if code == "ratio" and "staff" in materials:
            words = _uncounted_people(materials["staff"])
        elif code == "staff" and "staff" in materials:
            words = _unread(materials["staff"], "人员名册")
        elif code in ("smes", "growth") and "smes" in materials:
            words = _unread(materials["smes"], "服务企业名单")
        elif code == "satisfaction" and "smes" in materials:
            words = _unrated(materials["smes"], application.cycle.edition.threshold("satisfaction").value)
        elif code in SECTIONS:
            words = _section(application, SECTIONS[code])
        elif code == "recognition":
            words = "填在材料（九）"
        if words:
            found[code] = words
    return found


def _uncounted_people(material: Material) -> str:
    """Whoever has neither: the rows where one of the two was left empty could still count."""
    rows = material.rows.values_list("number", "data")
    uncounted = [
        (number, data)
        for number, data in rows
        if data.get("education") not in EDUCATED and data.get("title_level") not in TITLED
    ]
    parts = [
        f"名册第 {_listed(numbers)} 行{label}未填"
        for label, code in (("学历", "education"), ("职称级别", "title_level"))
        if (numbers := [number for number, data in uncounted if not data.get(code)])
    ]
    return "；".join(parts)


def _unread(material: Material, name: str) -> str:
    cells = [one["cell"] for one in material.findings if one["level"] == "error" and one.get("cell")]
    return (
        f"{name}单元格 {'、'.join(cells[:LISTED])}{' 等' if len(cells) > LISTED else ''}有误，更正后可能计入"
        if cells
        else ""
    )


def _unrated(material: Material, wanted) -> str:
    rated, pleased = material.figures.get("rated", 0), material.figures.get("pleased", 0)
    more = ceil(Fraction(wanted) * rated / 100) - pleased
    if not rated or more <= 0:
        return ""
    year = material.figures.get("last_year")
    silent = [
        number
        for number, data in material.rows.values_list("number", "data")
        if data.get("year") == year and data.get("satisfied") in (None, "", "未评价")
    ]
    told = f"；名单第 {_listed(silent)} 行未评价" if silent else ""
    return f"已评价的 {rated} 家中再有 {more} 家评为满意或者基本满意{told}"


def _section(application: Application, code: str) -> str:
    form = application.cycle.edition.forms["annex2"]
    return next((f"申请报告“{one.title}”" for one in form.sections if one.code == code), "")


def _listed(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:LISTED])) + (" 等" if len(numbers) > LISTED else "")
