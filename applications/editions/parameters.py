"""Parameters of the editions: each value with its document and article, in force from and to, and when it was checked.

On any day a parameter of an edition has exactly one value, or UNKNOWN: before and after its force, and in a year of
which only the number is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.editions.model import UNKNOWN, Edition

LABELS = {
    "functions": ("服务功能", ""),
    "window": ("集中办理", ""),
    "publicity_days": ("公示期", "工作日"),
    "rereview_years": ("复核周期或者有效期", "年"),
    "ends_by": ("称号如何终止", ""),
}


@dataclass(frozen=True)
class Parameter:
    code: str
    label: str
    value: Any
    unit: str
    in_force_from: str  # a day, or the year where the day is not known
    in_force_to: str  # the last day; empty while nothing is known to have ended it
    document: str
    article: str
    checked_on: str

    def value_on(self, day: date) -> Any:
        first, last = _first_sure_day(self.in_force_from), self.in_force_to
        if first is None or day < first or (last and day > date.fromisoformat(last)):
            return UNKNOWN
        return self.value


def _first_sure_day(text: str) -> date | None:
    if len(text) == 4:
        return date(int(text) + 1, 1, 1)
    return date.fromisoformat(text) if text else None


def parameters_of(edition: Edition) -> Iterator[Parameter]:
    for row in edition.thresholds:
        yield _of(
            edition,
            row.code,
            row.label,
            row.value,
            row.unit,
            edition.articles.get("thresholds", f"第五条（{row.item}）"),
        )
    for code, (label, unit) in LABELS.items():
        yield _of(
            edition,
            code,
            label,
            getattr(edition, code),
            unit,
            edition.articles.get(code, edition.articles.get("thresholds", "")),
        )


def _of(edition: Edition, code: str, label: str, value, unit: str, article: str) -> Parameter:
    return Parameter(
        code,
        label,
        value,
        unit,
        edition.effective_from,
        edition.effective_until,
        edition.document_number,
        article if value is not UNKNOWN else "",
        edition.checked_on,
    )


@dataclass(frozen=True)
class Discretion:
    """An open word of the law: who gives it its meaning, and what has been taken for it so far."""

    word: str
    article: str
    of: str
    decides: str
    so_far: str


DISCRETIONS = (
    Discretion(
        "适度",
        "第五条（八）",
        "老少边穷地区放宽的幅度",
        "工业和信息化部（两人审签，逐项写明理由）",
        "只放宽（一）（三）（四）项；放宽了什么写在决定中",
    ),
    Discretion(
        "较强",
        "第五条（一）（四）",
        "可持续发展能力、品牌影响力",
        "专家评审打分，工业和信息化部合议",
        "按评分指标的分档说明掌握",
    ),
    Discretion(
        "良好",
        "第五条（一）（五）",
        "财务收支状况、服务质量保证",
        "省级测评，专家评审",
        "以专项审计报告和质量管理文件为依据",
    ),
    Discretion(
        "突出",
        "第五条（四）（六）",
        "服务业绩、团队和负责人的能力",
        "省级测评，专家评审",
        "以服务名单、满意度和荣誉为依据",
    ),
    Discretion(
        "稳定增长",
        "第五条（四）",
        "近两年服务中小企业数",
        "省级测评",
        "上年不少于前年为稳定增长；少于的提示说明，不作为不合格",
    ),
    Discretion(
        "依法设立、运营两年以上",
        "第五条（一）",
        "年限算到哪一天",
        "工业和信息化部（每年度的安排）",
        "算到申报年度 4 月 1 日",
    ),
)
