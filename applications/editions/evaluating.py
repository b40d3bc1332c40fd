"""The recommender's rubric for the three parts of Art. 7: items and points are an operating rule.

A cycle holds its own copy; a recommender may add items of its own, which never replace these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

PARTS = (("operation", "运营情况"), ("performance", "服务业绩"), ("demonstration", "示范性"))
PART_NAMES = dict(PARTS)
METHODS = {"materials": "材料审核", "site": "现场核查", "meeting": "座谈", "callback": "用户回访"}
MAX_ITEMS = 12  # of one part


@dataclass(frozen=True)
class Item:
    """Scored from 0 to 100; `points` weigh it within its part. `own`: added by the recommender."""

    code: str
    part: str
    name: str
    points: int
    guide: str = ""
    own: bool = False

    def to_json(self) -> dict:
        return {name: value for name, value in asdict(self).items() if name != "own"}


DEFAULT_ITEMS = (
    Item("status", "operation", "主体资格和持续运营", 30, "证照有效，依法运营满两年，无重大违法失信记录"),
    Item(
        "finance", "operation", "财务收支和资产状况", 35, "审计意见类型、资产总额、服务收支，三者与申报一致"
    ),
    Item("team", "operation", "人员、场所和设施", 35, "抽查社保、合同和现场，核对名册与清单"),
    Item("reach", "performance", "服务企业数量和增长", 40, "抽查服务协议和付款凭证，核对名单去重后的家数"),
    Item("quality", "performance", "服务质量和用户满意度", 35, "回访所列企业，核对满意度的调查方法和样本"),
    Item("welfare", "performance", "公益性服务和政府委托任务", 25, "公益服务记录、任务文件和验收情况"),
    Item("lead", "demonstration", "带动作用和资源共享", 50, "组织带动社会服务资源，设施对外开放情况"),
    Item("model", "demonstration", "经验的可推广性", 50, "服务模式成熟，有可供同类地区或者行业借鉴的做法"),
)


def items_from(stored: Iterable[Mapping]) -> tuple[Item, ...]:
    """The items that a cycle holds; the defaults while it holds none of its own."""
    items = tuple(
        Item(row["code"], row["part"], row["name"], int(row["points"]), row.get("guide", ""))
        for row in stored
    )
    return items or DEFAULT_ITEMS


def problems_of(items: Iterable[Item]) -> list[str]:
    """What keeps a rubric from being used: every part has items, and points that can weigh them."""
    items, found = list(items), []
    for part, name in PARTS:
        rows = [item for item in items if item.part == part]
        if not rows:
            found.append(f"“{name}”至少要有一个测评项目。")
        elif len(rows) > MAX_ITEMS:
            found.append(f"“{name}”最多 {MAX_ITEMS} 个测评项目。")
        elif sum(item.points for item in rows) != 100:
            found.append(f"“{name}”各项分值合计应为 100，现为 {sum(item.points for item in rows)}。")
    return found


@dataclass(frozen=True)
class ItemChange:
    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """As it is now, or as it was when it was dropped."""
        return self.after or cast(Item, self.before)

    @property
    def kind(self) -> str:
        if self.before is None:
            return "新增"
        if self.after is None:
            return "删去"
        return "" if self.before == self.after else "修改"


def compare_rubrics(before: Iterable[Item], after: Iterable[Item]) -> list[tuple[str, list[ItemChange]]]:
    """Old beside new, part by part: the new order, then what is dropped."""
    had, has = {item.code: item for item in before}, {item.code: item for item in after}
    lines = [ItemChange(had.get(code), item) for code, item in has.items()]
    lines += [ItemChange(item, None) for code, item in had.items() if code not in has]
    return [(name, [line for line in lines if line.item.part == part]) for part, name in PARTS]


def part_score(items: Iterable[Item], sheet: Mapping[str, Mapping], part: str) -> Decimal | None:
    """The weighted mean of a part's items to two places; None while one of them has no score."""
    rows = [item for item in items if item.part == part]
    scores: list[Any] = [sheet.get(item.code, {}).get("score") for item in rows]
    weight = sum(item.points for item in rows)
    if not rows or not weight or any(score is None for score in scores):
        return None
    total = sum((item.points * Decimal(score) for item, score in zip(rows, scores, strict=True)), Decimal(0))
    return (total / weight).quantize(Decimal("0.01"), ROUND_HALF_UP)
