"""Article 5 as code: each condition a declared object, the same for self-check, applicant and officials.

Exact arithmetic; 以上 and 不低于 include the number; nothing is rounded up into a pass. A failing
condition of (一), (三), (四) can be relaxed under (八) by a person only, and is never green.
Carries out Art. 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from applications import nearness
from applications.editions.model import UNKNOWN as UNKNOWN_VALUE
from applications.editions.model import Edition
from applications.report.checks import number_of
from portal.kernel.rules import Basis, Rule, add_rule
from portal.shared import law
from portal.shared.rounding import round_share

PASS, FAIL, UNKNOWN, RELAXABLE, GRANTED, WARN = "PASS", "FAIL", "UNKNOWN", "RELAXABLE", "GRANTED", "WARN"


@dataclass(frozen=True)
class Figure:
    value: Any
    source: str = ""


NOTHING, ZERO = Figure(None), Decimal(0)
SAID = ("area", "management", "leader")  # conditions that ask for words, not for a number


@dataclass(frozen=True)
class Figures:
    """What is known of a platform. Amounts in 万元, shares in percent."""

    established_on: Figure | None = None
    operating_since: Figure | None = None
    assets: Figure | None = None
    staff: Figure | None = None
    educated: Figure | None = None
    titled: Figure | None = None
    either: Figure | None = None
    both: Figure | None = None
    smes_last: Figure | None = None
    smes_before: Figure | None = None
    satisfaction: Figure | None = None
    recognitions: Figure | None = None
    area: Figure | None = None
    management: Figure | None = None
    leader: Figure | None = None
    poor_area: bool = False
    granted: Collection[str] = field(default_factory=frozenset)

    def to_json(self) -> dict:
        """What was judged, so that it can be judged again; of what was only to be said, whether it was."""
        found = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Figure):
                was_said = one.name in SAID and value.value not in (None, "")
                said = bool(value.value) if was_said else value.value
                found[one.name] = [said if isinstance(said, bool | int | None) else str(said), value.source]
        return {**found, "poor_area": self.poor_area, "granted": sorted(self.granted)}

    @classmethod
    def from_json(cls, data: Mapping) -> Figures:
        known = {
            name: Figure(*pair) for name, pair in data.items() if isinstance(pair, list) and name != "granted"
        }
        for name in ("established_on", "operating_since"):
            if name in known and known[name].value:
                known[name] = Figure(date.fromisoformat(known[name].value), known[name].source)
        return cls(**known, poor_area=data["poor_area"], granted=frozenset(data["granted"]))


@dataclass(frozen=True)
class Row:
    """One condition as shown everywhere."""

    code: str
    item: str
    label: str
    threshold: str
    figure: str
    verdict: str
    source: str
    sentence: str
    reached: int | None = None  # hundredths of the threshold, where there is one and a figure
    near: str = ""  # the smallest change that would meet it, or how barely it is met


@dataclass(frozen=True)
class Assessment:
    criteria: tuple[Row, ...]
    ratios: tuple[tuple[str, str], ...]
    as_of: date

    @property
    def mark(self) -> str:
        rows = self.criteria
        return f"{sum(row.verdict == PASS for row in rows)}/{len(rows)}"

    @property
    def summary(self) -> str:
        rows = self.criteria
        count = Counter(row.verdict for row in rows)
        parts = [f"{len(rows)} 项中 {count[PASS]} 项符合"]
        for verdict, word in (
            (GRANTED, "已放宽"),
            (RELAXABLE, "可申请放宽"),
            (FAIL, "不符合"),
            (WARN, "请说明"),
            (UNKNOWN, "待填"),
        ):
            if count[verdict]:
                parts.append(f"{count[verdict]} 项{word}")
        first = next((row.sentence for row in rows if row.verdict in (FAIL, RELAXABLE)), "")
        return "，".join(parts) + (f"：{first}" if first else "。")

    def to_json(self) -> dict:
        return {
            "criteria": [row.__dict__ for row in self.criteria],
            "ratios": [list(pair) for pair in self.ratios],
            "mark": self.mark,
            "summary": self.summary,
            "as_of": self.as_of.isoformat(),
            "relaxing": any(row.verdict in (RELAXABLE, GRANTED) for row in self.criteria),
        }


@dataclass(frozen=True)
class Criterion(Rule):
    """`judge` answers (figure in words, source, met or None when unknown, what is lacking)."""

    label: str

    def sentences(self, *facts: Any) -> tuple[str, ...]:
        row = self.assess(*facts)
        return () if row.verdict in (PASS, UNKNOWN) else (row.sentence,)

    def assess(self, edition: Edition, figures: Figures, as_of: date) -> Row:
        words, source, met, lacking = self.judge(edition, figures, as_of)
        verdict = self._verdict(edition, met, figures)
        sentences = {
            PASS: f"{self.label}符合。",
            WARN: f"{self.label}：{lacking}。",
            UNKNOWN: f"{self.label}尚未填写。",
            GRANTED: f"{self.label}{lacking}，已按{law.RELAXATION}放宽。",
        }
        threshold = _threshold_words(edition, self.name)
        return Row(
            self.name,
            self.item,
            self.label,
            threshold,
            words,
            verdict,
            source,
            sentences.get(verdict, f"{self.label}{words}，{lacking}。"),
            _reached(edition, self.name, figures, as_of),
        )

    def _verdict(self, edition: Edition, met: bool | None, figures: Figures) -> str:
        if met is None:
            return UNKNOWN
        if met:
            return PASS
        if self.name == "growth":
            return WARN
        if not edition.may_relax(self.name):
            return FAIL
        if self.name in figures.granted:
            return GRANTED
        return RELAXABLE if figures.poor_area else FAIL


def full_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _reached(edition: Edition, code: str, figures: Figures, as_of: date) -> int | None:
    """The figure in hundredths of its threshold, cut off: 99 is still below."""
    wanted = next((row.value for row in edition.thresholds if row.code == code), None)
    if not wanted:
        return None
    value: Fraction | Decimal | None
    if code == "years":
        start = running_since(figures)
        value = Fraction(max(0, months_between(start, as_of)), 12) if start else None
    elif code == "ratio":
        value = share(getattr(figures, RATIO_OF_RULE[edition.ratio_rule]), figures.staff)
    else:
        value = _number(getattr(figures, {"smes": "smes_last"}.get(code, code)))
    return None if value is None else int(Fraction(value) * 100 / Fraction(wanted))


def running_since(figures: Figures) -> date | None:
    """The later of the entity's and the platform's beginning."""
    dates = [f.value for f in (figures.established_on, figures.operating_since) if f and f.value]
    return max(dates, default=None)


def months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _threshold_words(edition: Edition, code: str) -> str:
    found = (row for row in edition.thresholds if row.code == code)
    return next((f" ≥ {row.value}{'' if row.unit == '%' else ' '}{row.unit}" for row in found), "")


def _number(figure: Figure | None) -> Decimal | None:
    """As the report's own check reads it: what is no number yet is kept as typed and counts as not filled in."""
    return None if figure is None else number_of(figure.value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _at_least(code: str, attribute: str, unit: str):
    def judge(edition: Edition, figures: Figures, as_of: date):
        figure = getattr(figures, attribute)
        value = _number(figure)
        if value is None:
            return "", "", None, ""
        wanted = edition.threshold(code).value
        gap = wanted - value
        spaced = unit if unit == "%" else f" {unit}"
        return f"{_plain(value)}{spaced}", figure.source, value >= wanted, f"还差 {_plain(gap)}{spaced}"

    return judge


def _years(edition: Edition, figures: Figures, as_of: date):
    """Both the entity and the platform have run for two years, as of 1 April of the cycle's year."""
    start = running_since(figures)
    if start is None:
        return "", "", None, ""
    years, wanted = full_years(start, as_of), edition.threshold("years").value
    months = months_between(start, as_of)
    words = f"{months // 12} 年 {months % 12} 个月" if months >= 0 else "尚未满一个月"
    return (
        words,
        "登记信息",
        years >= wanted,
        f"截至 {as_of.year} 年 {as_of.month} 月 {as_of.day} 日不满 {wanted} 年",
    )


RATIO_NAMES = (
    ("educated", "大专及以上学历"),
    ("titled", "中级及以上职称"),
    ("either", "二者有其一"),
    ("both", "二者兼有"),
)
RATIO_OF_RULE = {"union": "either", "education": "educated", "title": "titled", "intersection": "both"}


def share(part: Figure | None, whole: Figure | None) -> Fraction | None:
    """Exact share in percent."""
    count, total = _number(part), _number(whole)
    if count is None or total is None or total <= 0:
        return None
    return Fraction(count) * 100 / Fraction(total)


def share_words(part: Figure | None, whole: Figure | None, limit: Decimal | None) -> str:
    """The rounded share with the fraction that it comes from: 78.6%（22/28）."""
    value = share(part, whole)
    if value is None:
        return "待填"
    return f"{round_share(value, limit=limit)}%（{_plain(_number(part) or ZERO)}/{_plain(_number(whole) or ZERO)}）"


def _ratio(edition: Edition, figures: Figures, as_of: date):
    part = getattr(figures, RATIO_OF_RULE[edition.ratio_rule])
    value = share(part, figures.staff)
    if value is None:
        return "", "", None, ""
    wanted = edition.threshold("ratio").value
    return share_words(part, figures.staff, wanted), part.source, value >= wanted, f"低于 {wanted}%"


def _growth(edition: Edition, figures: Figures, as_of: date):
    """近两年稳定增长: no figure in the regulation, so a warning for the reader only."""
    last, before = _number(figures.smes_last), _number(figures.smes_before)
    if last is None or before is None:
        return "", "", None, ""
    if before:
        change = f"{round_share(Fraction(last - before) * 100 / Fraction(before), limit=0):+}%"
    else:
        change = f"+{_plain(last)} 家"
    return change, (figures.smes_last or NOTHING).source, last >= before, "上年少于前年，请说明原因"


def _statement(attribute: str):
    def judge(edition: Edition, figures: Figures, as_of: date):
        figure = getattr(figures, attribute)
        if figure is None or figure.value in (None, ""):
            return "", "", None, ""
        return (
            ("已说明" if figure.value else "未说明"),
            figure.source,
            bool(figure.value),
            "请在申请报告中说明",
        )

    return judge


def _recognised(edition: Edition, figures: Figures, as_of: date):
    value = _number(figures.recognitions)
    if value is None and not any(row.code == "honours" and row.required for row in edition.materials):
        return "本轮不要求", "", True, ""  # a province's own round may do without the proofs (Art. 18)
    if value is None:
        return "", "", None, ""
    return (
        f"{_plain(value)} 项",
        (figures.recognitions or NOTHING).source,
        value >= 1,
        "没有省级及以上部门的认定或者表彰",
    )


CRITERIA = tuple(
    add_rule(Criterion(name, Basis(5, item), judge, label))
    for name, item, label, judge in (
        ("years", "一", "运营年限", _years),
        ("assets", "一", "资产总额", _at_least("assets", "assets", "万元")),
        ("area", "二", "服务集聚区域或行业", _statement("area")),
        ("staff", "三", "从业人数", _at_least("staff", "staff", "人")),
        ("ratio", "三", "专业人员占比", _ratio),
        ("smes", "四", "年服务中小企业", _at_least("smes", "smes_last", "家")),
        ("growth", "四", "近两年服务量增长", _growth),
        ("satisfaction", "四", "用户满意度", _at_least("satisfaction", "satisfaction", "%")),
        ("management", "五", "制度、流程和规划", _statement("management")),
        ("leader", "六", "主要负责人", _statement("leader")),
        ("recognition", "七", "省级及以上认定或表彰", _recognised),
    )
)


# A condition that nothing but one material shows: a province's round without the material is without the condition.
PROVED_BY = {"recognition": "honours"}


def assess(edition: Edition, figures: Figures, *, as_of: date) -> Assessment:
    """Art. 5 (一)–(八) for these figures."""
    ratios = []
    shares = [row.value for row in edition.thresholds if row.code == "ratio"]
    limit = shares[0] if shares and shares[0] is not UNKNOWN_VALUE else None
    for attribute, name in RATIO_NAMES:
        decides = "（本年度采用）" if RATIO_OF_RULE[edition.ratio_rule] == attribute else ""
        words = share_words(getattr(figures, attribute), figures.staff, limit)
        ratios.append((f"{name}{decides}", words))
    asked = {spec.code for spec in edition.materials}
    left_out = {code for code, material in PROVED_BY.items() if asked and material not in asked}
    rows = tuple(one.assess(edition, figures, as_of) for one in CRITERIA if one.name not in left_out)
    return Assessment(_with_nearness(rows, edition, figures, as_of), tuple(ratios), as_of)


def _with_nearness(rows: tuple[Row, ...], edition: Edition, figures: Figures, as_of: date) -> tuple[Row, ...]:
    """差一点: an item of several conditions is met when the last of them is."""
    unmet = [row.item for row in rows if row.verdict not in (PASS, WARN)]
    found = []
    for row in rows:
        words = "" if row.verdict == UNKNOWN else _near(row.code, edition, figures, as_of)
        if words.endswith("，"):
            whole = unmet.count(row.item) == 1 and row.verdict != WARN
            words += f"（{row.item}）即满足" if whole else f"{row.label}即满足"
        found.append(replace(row, near=words))
    return tuple(found)


def _near(code: str, edition: Edition, figures: Figures, as_of: date) -> str:
    if code == "growth":
        last, before = _number(figures.smes_last) or ZERO, _number(figures.smes_before) or ZERO
        return nearness.more(last, before, "家上年服务的企业")
    if code == "recognition":
        value = _number(figures.recognitions)  # a province's own round may do without
        return "" if value is None else nearness.more(value, 1, "项省级及以上部门的认定或者表彰")
    if code in SAID:
        return "" if getattr(figures, code).value else "在申请报告中作出说明，"
    wanted = edition.threshold(code)
    if code == "years":
        return nearness.started(running_since(figures) or as_of, as_of, int(wanted.value))
    if code == "ratio":
        part = getattr(figures, RATIO_OF_RULE[edition.ratio_rule])
        count, staff = _number(part) or ZERO, _number(figures.staff) or ZERO
        return nearness.among(count, staff, wanted.value, edition.ratio_rule)
    value = _number(getattr(figures, {"smes": "smes_last"}.get(code, code))) or ZERO
    return nearness.amount(value, wanted.value, wanted.unit)
