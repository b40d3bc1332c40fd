"""The shape of an edition: the regulation as frozen data.

What the regulation says carries its article; operating rules (补正, scoring, quotas) have none and are
kept apart, so that no page can cite an article for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any


class _UnknownType:
    """What is not known of an edition's text; shown as 未取得原文."""

    def __repr__(self) -> str:
        return "未取得原文"

    def __bool__(self) -> bool:
        return False


if TYPE_CHECKING:
    _Unknown = Any  # whether a figure is known is asked once, before a year is published
else:
    _Unknown = _UnknownType
UNKNOWN: Any = _UnknownType()


@dataclass(frozen=True)
class Threshold:
    """A figure that a condition demands. 以上 and 不低于 include the number."""

    code: str
    item: str
    label: str
    value: Decimal | _Unknown
    unit: str
    relaxable: bool = False


@dataclass(frozen=True)
class FieldSpec:
    """One thing to fill in. `kind`: text, longtext, integer, decimal, percent, date, choice, multichoice, boolean."""

    code: str
    label: str
    kind: str = "text"
    unit: str = ""
    required: bool = True
    help: str = ""
    max_length: int = 200
    choices: tuple[tuple[str, str], ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True)
class TableSpec:
    """Rows of the same columns, added one by one or pasted from Excel."""

    code: str
    label: str
    columns: tuple[FieldSpec, ...]
    min_rows: int = 0
    help: str = ""
    totals: tuple[str, ...] = ()  # columns that are summed below the rows


@dataclass(frozen=True)
class SectionSpec:
    code: str
    title: str
    article: int
    item: str = ""
    intro: str = ""
    fields: tuple[FieldSpec, ...] = ()
    tables: tuple[TableSpec, ...] = ()


@dataclass(frozen=True)
class FormSpec:
    """A versioned form definition; `note` says on whose authority the fields stand."""

    code: str
    title: str
    sections: tuple[SectionSpec, ...]
    note: str = "按条文整理，待官方附件替换"

    @property
    def short_title(self) -> str:
        """Without the name of the honour, which `honour` has."""
        return self.title.rpartition("示范平台")[2]

    @property
    def honour(self) -> str:
        return self.title.removesuffix(self.short_title)

    def section(self, code: str) -> SectionSpec:
        return next(section for section in self.sections if section.code == code)


@dataclass(frozen=True)
class MaterialSpec:
    """One material of Art. 8 (or Art. 14). `kind`: report, files, roster, declaration."""

    code: str
    number: int
    ordinal: str
    title: str
    short_title: str
    task: str
    kind: str
    group: str
    types: tuple[str, ...] = ("pdf", "ofd", "jpg", "png")
    max_megabytes: int = 50
    required: bool = True
    none_label: str = ""
    none_needs_reason: bool = False
    none_is_doubt: bool = False
    guidance: str = ""
    fields: tuple[FieldSpec, ...] = ()
    table: TableSpec | None = None
    roster: str = ""

    @property
    def is_declaration(self) -> bool:
        return self.kind == "declaration"

    @property
    def max_bytes(self) -> int:
        return self.max_megabytes * 1024 * 1024


@dataclass(frozen=True)
class Dimension:
    """A dimension of the experts' rubric (an operating rule), with an anchor for each band of scores."""

    code: str
    name: str
    weight: int
    anchors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Edition:
    code: str
    title: str
    document_number: str
    effective_from: str
    thresholds: tuple[Threshold, ...]
    functions: tuple[str, ...] | _Unknown
    materials: tuple[MaterialSpec, ...]
    rereview_materials: tuple[MaterialSpec, ...]
    forms: Mapping[str, FormSpec]
    publicity_days: int | _Unknown
    rereview_years: int | _Unknown | None  # None: a title without an end (a province's own, Art. 18)
    window: tuple[str, str] | _Unknown
    declaration: str
    ratio_rule: str = "union"
    number_prefix: str = "GJPT"
    honour: str = "国家中小企业公共服务示范平台"
    authority: str = "工业和信息化部"
    association_suspended_by_fraud: bool = False
    # How a title ends: by a failed re-review (2010), or with its term, after which it is applied for anew (2017).
    ends_by: str | _Unknown = "rereview"
    effective_until: str = ""  # its last day, where a later measure has one
    checked_on: str = "2026-11-27"  # the day on which somebody held the values against their source
    notice: str = ""  # what everybody should know of the edition as a whole
    articles: Mapping[str, str] = field(default_factory=dict)  # of parameters beyond the thresholds
    # Operating rules: the experts' rubric and the days of every step, frozen with the rest.
    rubric: tuple[Dimension, ...] = ()
    operating: Mapping[str, int] = field(default_factory=dict)
    # What a new year begins with; from then on the year's own columns are the rule.
    proposed: Mapping[str, int] = field(default_factory=dict)
    # What published notices say of the edition beyond the fields above; read by the comparison alone.
    quoted: Mapping[str, str] = field(default_factory=dict)

    def threshold(self, code: str) -> Threshold:
        return next(row for row in self.thresholds if row.code == code)

    def materials_for(self, procedure: str) -> tuple[MaterialSpec, ...]:
        return self.rereview_materials if procedure == "REREVIEW" else self.materials

    def material(self, code: str, procedure: str) -> MaterialSpec:
        return next(row for row in self.materials_for(procedure) if row.code == code)

    def may_relax(self, code: str) -> bool:
        """Art. 5 (八): whether the condition is one of those that may be relaxed."""
        return any(row.relaxable for row in self.thresholds if row.code == code)

    @property
    def relaxable_items(self) -> tuple[str, ...]:
        """The items whose conditions may be relaxed, in their order."""
        return tuple(dict.fromkeys(row.item for row in self.thresholds if row.relaxable))

    def window_in(self, year: int) -> tuple[date, date] | None:
        """First and last day of the yearly handling; None where the edition gives none."""
        if not self.window:
            return None
        first, last = (date.fromisoformat(f"{year}-{day}") for day in self.window)
        return first, last

    def unknown_parts(self) -> list[str]:
        """What keeps a cycle from being published on this edition."""
        parts = [row.label for row in self.thresholds if row.value is UNKNOWN]
        names = {
            "functions": "服务功能",
            "publicity_days": "公示期",
            "rereview_years": "复核周期",
            "window": "办理时间",
            "ends_by": "称号如何终止",
        }
        parts += [label for name, label in names.items() if getattr(self, name) is UNKNOWN]
        if not self.materials:
            parts.append("申报材料")
        return parts
