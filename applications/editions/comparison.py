"""Editions side by side: what each says, and openly where its text is not at hand."""

from __future__ import annotations

from dataclasses import dataclass

from applications.editions.model import UNKNOWN, Edition
from platforms.functions import Function

QUOTED = (
    ("scope", "适用范围"),
    ("operator", "运营主体"),
    ("way", "认定方式"),
    ("per_function", "分功能条件"),
    ("staff_counted", "计入人员"),
    ("earlier_recognition", "已获认定"),
    ("relaxation", "放宽"),
    ("partners", "合作服务机构"),
    ("public_benefit", "公益性服务"),
    ("quota", "推荐名额"),
    ("association", "行业协会"),
    ("term", "期限与复核"),
    ("annual_duty", "年度义务"),
    ("failing", "不合格与弄虚作假"),
)

ENDS = {"rereview": "复核不合格的终止；不因期满失效", "term": "有效期满失效，可自愿重新申报"}


@dataclass(frozen=True)
class Comparison:
    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        known = {value for value in self.values if value != str(UNKNOWN)}
        return len(known) > 1


def compare(editions: list[Edition]) -> list[Comparison]:
    """One line per rule, one value per edition, in the order given."""
    lines = [
        ("文号", [edition.document_number for edition in editions]),
        ("施行", [edition.effective_from for edition in editions]),
    ]
    for threshold in editions[0].thresholds:
        words = [_threshold(edition, threshold.code) for edition in editions]
        lines.append((f"{threshold.label}（第五条（{threshold.item}））", words))
    lines += [
        ("服务功能", [_functions(edition) for edition in editions]),
        (
            "申报材料",
            [f"{len(edition.materials)} 项" if edition.materials else UNKNOWN for edition in editions],
        ),
        ("集中办理", [_window(edition) for edition in editions]),
        ("公示", [counted(edition.publicity_days, " 个工作日") for edition in editions]),
        ("复核周期或者有效期", [counted(edition.rereview_years, " 年") for edition in editions]),
        ("称号如何终止", [ENDS.get(edition.ends_by, UNKNOWN) for edition in editions]),
        ("本系统核对日期", [edition.checked_on for edition in editions]),
    ]
    lines += [(label, [edition.quoted.get(code, UNKNOWN) for edition in editions]) for code, label in QUOTED]
    return [Comparison(label, tuple(str(value) for value in values)) for label, values in lines]


def _threshold(edition: Edition, code: str):
    row = edition.threshold(code)
    if row.value is UNKNOWN:
        return UNKNOWN
    return f"不低于 {row.value.normalize():f} {row.unit}"  # what may be relaxed has a line of its own


def _functions(edition: Edition):
    if edition.functions is UNKNOWN:
        return UNKNOWN
    labels = dict(Function.choices)
    return f"{len(edition.functions)} 类：{'、'.join(labels[code] for code in edition.functions)}"


def _window(edition: Edition):
    if edition.window is UNKNOWN:
        return UNKNOWN
    first, last = (tuple(int(part) for part in day.split("-")) for day in edition.window)
    return f"{first[0]} 月 {first[1]} 日至 {last[0]} 月 {last[1]} 日的工作日"


def counted(number, unit: str):
    return UNKNOWN if number is UNKNOWN else f"{number}{unit}"
