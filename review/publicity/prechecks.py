"""发布前核对: what a publicity notice is held against before anybody signs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.kernel.calendar import calendar
from portal.models import SignOff
from review.models import Notice
from review.notices.services import start_reasons
from review.notices.sheet import signature_stands_alone


@dataclass(frozen=True)
class Check:
    """`tone` is ok, warn, bad or todo (something that comes later)."""

    label: str
    value: str
    tone: str
    words: str = ""

    @property
    def icon(self) -> str:
        return {"ok": "check", "warn": "alert-circle", "bad": "x", "todo": "clock"}[self.tone]


def check_publicity(
    content: Mapping, *, proposed: Sequence, picked: Sequence, start: date, phones: Mapping[str, str]
) -> list[Check]:
    """`proposed` are all dossiers with a signed proposal, `picked` those on this list."""
    counted = [line for line in content["days"] if "工作日" in line[2]]
    wanted = picked[0].cycle.edition.publicity_days if picked else len(counted)
    years = sorted({start.year, date.fromisoformat(content["end"]).year})
    unknown = [str(year) for year in years if year not in calendar().announced_years]
    unfilled = sum(not phones.get(name) for name in ("contact_phone", "supervision_phone"))
    reasons = start_reasons(start, length=wanted)
    alone = signature_stands_alone(content)
    unsigned = _without_signature(picked)
    own_round = bool(picked and picked[0].cycle.programme_id)
    return [
        Check(
            "名单与合议结果一致",
            f"{len(picked)} / {len(proposed)}",
            "bad" if unsigned else "ok" if len(picked) == len(proposed) else "warn",
            f"{unsigned[0].platform.name}的结论没有审签记录。"
            if unsigned
            else ""
            if len(picked) == len(proposed)
            else "有已拟定结论的平台未列入本次名单。",
        ),
        Check("公示期工作日", f"{len(counted)} 日", "ok" if len(counted) == wanted else "bad"),
        Check(
            "开始日为工作日", content["start"][5:], "bad" if reasons else "ok", reasons[0] if reasons else ""
        ),
        Check(
            "节假日安排已录入",
            "、".join(unknown or map(str, years)),
            "bad" if unknown else "ok",
            f"{'、'.join(unknown)} 年的安排尚未录入，截止日期无法确定。" if unknown else "",
        ),
        Check(
            "联系电话未填写" if unfilled else "联系电话已填写",
            f"{unfilled} 处" if unfilled else "2 处",
            "bad" if unfilled else "ok",
            "填写后才能送审签。" if unfilled else "",
        ),
        Check(
            "落款单独成页" if alone else "落款与正文同页",
            "调整" if alone else "正常",
            "warn" if alone else "ok",
            "落款前增删一两行正文即可。" if alone else "",
        ),
        Check("负责人审签" if own_round else "司局负责人审签", "未送", "todo"),
    ]


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
