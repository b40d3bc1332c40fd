"""What two dossiers should not have in common: declared rules, pure and symmetric.

Each rule says what it compares, how much of it is noteworthy, and in words what an officer should ask.
A finding is a question for a person, never a verdict (an operating rule, no article).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel.rules import OPERATING, Rule, add_rule
from portal.shared.names import compare_key

Key = tuple
Rows = Iterable[Mapping]


@dataclass(frozen=True)
class OverlapRule(Rule):
    """`judge` compares rows by `key` or files by digest; `least` and `share` (percent of the shorter list) must both be
    reached.

    `own`: also between dossiers of one organisation. `same_year`: only within one cycle. `apart`: only
    between different cycles.
    """

    label: str
    unit: str
    question: str
    materials: tuple[str, ...] = ()
    least: int = 1
    share: int = 0
    own: bool = False
    others: bool = True
    same_year: bool = False
    apart: bool = False
    key: Callable[[Mapping], Key | None] | None = None

    def sentences(self, *facts: Any) -> tuple[str, ...]:
        return (self.question,) if self.judge(self, *facts) else ()


@dataclass(frozen=True)
class Side:
    """What a comparison needs to know of one dossier."""

    platform: str
    organisation: str
    year: int


@dataclass(frozen=True)
class Match:
    rule: str
    material: str
    count: int
    share: int
    sample: tuple[str, ...]


YEARLY = ("audit", "audit3", "summary3", "smes")

SAMPLE = 5


def compares(rule: OverlapRule, left: Side, right: Side) -> bool:
    """Whether the rule looks at this pair at all; a platform is never compared with itself in one year."""
    if left.platform == right.platform and left.year == right.year:
        return False
    if left.organisation == right.organisation and not rule.own:
        return False
    if left.organisation != right.organisation and not rule.others:
        return False
    if rule.same_year and left.year != right.year:
        return False
    return not (rule.apart and left.year == right.year)


def staff_key(row: Mapping) -> Key | None:
    name, document = row.get("name"), row.get("document")
    return (compare_key(str(name)), str(document).upper()) if name and document else None


def sme_key(row: Mapping) -> Key | None:
    code, year = row.get("uscc"), row.get("year")
    return (str(code), int(year)) if code and year else None


def whole_row(row: Mapping) -> Key | None:
    """Every cell but the row's number; a row of fewer than four filled cells says nothing."""
    cells = tuple(sorted((name, str(value)) for name, value in row.items() if value not in ("", None)))
    return cells if len(cells) >= 4 else None


def compare_rows(
    rule: OverlapRule, material: str, left: Rows, right: Rows, *, right_rows: int
) -> Match | None:
    """What the two rosters share, if it is enough to ask about.

    `right` need hold only the rows that may be shared; `right_rows` is how many the whole list has.
    """
    ours, theirs = _keyed(rule.key, left), _keyed(rule.key, right)
    shared = ours.keys() & theirs.keys()
    shorter = min(len(ours), max(right_rows, len(theirs)))
    if not shorter or len(shared) < rule.least:
        return None
    share = len(shared) * 100 // shorter
    if share < rule.share:
        return None
    names = sorted(str(ours[one].get("name", "")) for one in shared)
    return Match(rule.name, material, len(shared), share, tuple(names[:SAMPLE]))


def compare_files(
    rule: OverlapRule, material: str, left: Mapping[str, str], right: Collection[str]
) -> Match | None:
    """`left` is digest → name of one material, `right` the other side's digests; the share is of `left`."""
    shared = sorted(name for digest, name in left.items() if digest in right)
    if len(shared) < rule.least:
        return None
    return Match(rule.name, material, len(shared), len(shared) * 100 // len(left), tuple(shared[:SAMPLE]))


def _keyed(key: Callable[[Mapping], Key | None], rows: Rows) -> dict[Key, Mapping]:
    found: dict[Key, Mapping] = {}
    for row in rows:
        identity = key(row)
        if identity is not None:
            found.setdefault(identity, row)
    return found


def _overlap(name: str, judge: Callable, label: str, unit: str, question: str, **more: Any) -> OverlapRule:
    return add_rule(OverlapRule(name, OPERATING, judge, label, unit, question, **more))


RULES = (
    _overlap(
        "same_file",
        compare_files,
        "不同单位提交相同文件",
        "份",
        "两个单位的文件内容完全相同（摘要一致），请核实是否误传或者套用他人材料。",
    ),
    _overlap(
        "stale_file",
        compare_files,
        "沿用往年文件",
        "份",
        "应逐年更新的材料与往年提交的文件完全相同，请核实年度是否相符。",
        materials=YEARLY,
        own=True,
        others=False,
        apart=True,
    ),
    _overlap(
        "same_staff",
        compare_rows,
        "同一人员列入多个平台",
        "人",
        "同一年度，同一人员（姓名和证件号码后六位相同）列入两个平台的名册，请核实其专职单位。",
        materials=("staff",),
        least=2,
        own=True,
        same_year=True,
        key=staff_key,
    ),
    _overlap(
        "same_smes",
        compare_rows,
        "同一批企业被多个平台申报",
        "家",
        "同一服务年度的同一批中小企业同时计入两个平台的服务名单，请核对服务协议。",
        materials=("smes",),
        least=10,
        share=20,
        own=True,
        same_year=True,
        key=sme_key,
    ),
    _overlap(
        "copied_rows",
        compare_rows,
        "名册逐行雷同",
        "行",
        "两份名册有整行内容完全相同的记录，请核实名册的来源。",
        materials=("staff", "smes", "facilities"),
        least=5,
        share=10,
        own=False,
        key=whole_row,
    ),
)
BY_CODE = {rule.name: rule for rule in RULES}
