"""发布前核对: what a publicity notice is held against before anybody signs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.kernel.calendar import calendar
from portal.kernel.rules import Basis, Rule, add_rule, rules_of
from portal.models import SignOff
from review.models import Notice
from review.notices.services import start_reasons
from review.notices.sheet import signature_stands_alone


@dataclass(frozen=True)
class Check:
    """One line of the list: `tone` is ok, warn, bad or todo (something that comes later)."""

    label: str
    value: str
    tone: str
    words: str = ""

    @property
    def icon(self) -> str:
        return {"ok": "check", "warn": "alert-circle", "bad": "x", "todo": "clock"}[self.tone]


@dataclass(frozen=True)
class Prepared:
    """What is about to be published: `proposed` are all dossiers with a signed proposal, `picked` those on this list."""

    content: Mapping
    proposed: Sequence
    picked: Sequence
    start: date
    phones: Mapping[str, str]

    @property
    def counted(self) -> list:
        return [line for line in self.content["days"] if "工作日" in line[2]]

    @property
    def wanted_days(self) -> int:
        return self.picked[0].cycle.edition.publicity_days if self.picked else len(self.counted)


@dataclass(frozen=True)
class Precheck(Rule):
    """`judge` reads what is prepared and answers with its line."""

    def sentences(self, *facts: Any) -> tuple[str, ...]:
        line = self.judge(*facts)
        return (line.words,) if line.words else ()


def precheck(article: int = 0) -> Callable:
    def register(function: Callable[[Prepared], Check]) -> Callable[[Prepared], Check]:
        add_rule(Precheck(function.__name__, Basis(article), function))
        return function

    return register


def check_publicity(
    content: Mapping, *, proposed: Sequence, picked: Sequence, start: date, phones: Mapping[str, str]
) -> list[Check]:
    prepared = Prepared(content, proposed, picked, start, phones)
    return [rule.judge(prepared) for rule in rules_of(Precheck).values()]


@precheck()
def list_is_as_deliberated(prepared: Prepared) -> Check:
    unsigned = _without_signature(prepared.picked)
    left = len(prepared.picked) != len(prepared.proposed)
    words = "有已拟定结论的平台未列入本次名单。" if left else ""
    return Check(
        "名单与合议结果一致",
        f"{len(prepared.picked)} / {len(prepared.proposed)}",
        "bad" if unsigned else "warn" if left else "ok",
        f"{unsigned[0].platform.name}的结论没有审签记录。" if unsigned else words,
    )


@precheck(article=9)
def days_are_counted(prepared: Prepared) -> Check:
    counted = len(prepared.counted)
    return Check("公示期工作日", f"{counted} 日", "ok" if counted == prepared.wanted_days else "bad")


@precheck(article=9)
def start_is_a_working_day(prepared: Prepared) -> Check:
    reasons = start_reasons(prepared.start, length=prepared.wanted_days)
    day = prepared.content["start"][5:]
    return Check("开始日为工作日", day, "bad" if reasons else "ok", reasons[0] if reasons else "")


@precheck()
def calendar_is_announced(prepared: Prepared) -> Check:
    years = sorted({prepared.start.year, date.fromisoformat(prepared.content["end"]).year})
    unknown = [str(year) for year in years if year not in calendar().announced_years]
    return Check(
        "节假日安排已录入",
        "、".join(unknown or map(str, years)),
        "bad" if unknown else "ok",
        f"{'、'.join(unknown)} 年的安排尚未录入，截止日期无法确定。" if unknown else "",
    )


@precheck()
def telephones_are_given(prepared: Prepared) -> Check:
    unfilled = sum(not prepared.phones.get(name) for name in ("contact_phone", "supervision_phone"))
    if unfilled:
        return Check("联系电话未填写", f"{unfilled} 处", "bad", "填写后才能送审签。")
    return Check("联系电话已填写", "2 处", "ok")


@precheck()
def signature_stands_with_the_text(prepared: Prepared) -> Check:
    if signature_stands_alone(prepared.content):
        return Check("落款单独成页", "调整", "warn", "落款前增删一两行正文即可。")
    return Check("落款与正文同页", "正常", "ok")


@precheck()
def signer_is_still_to_come(prepared: Prepared) -> Check:
    own_round = bool(prepared.picked and prepared.picked[0].cycle.programme_id)
    return Check("负责人审签" if own_round else "司局负责人审签", "未送", "todo")


def _without_signature(rows) -> list:
    """Those whose proposal nobody has signed; one query whatever their number."""
    acts = SignOff.objects.filter(
        model="applications.application", verb="propose", state=SignOff.State.SIGNED
    )
    signed = {key for keys in acts.values_list("object_ids", flat=True) for key in keys}
    return [row for row in rows if str(row.pk) not in signed]


def digest_check(notice: Notice) -> Check:
    """The published snapshot hashed anew, for its own page."""
    if notice.matches_digest:
        return Check("按现存内容重新计算，与发布时一致", "", "ok")
    return Check("按现存内容重新计算，与发布时不一致，请联系主管部门", "", "bad")
