"""Acts of two persons on a year: taking a published one back."""

from __future__ import annotations

from applications.models import Application, Cycle
from applications.rereviews.cohort import announced_titles
from portal.kernel.signoff import page_at, register_act
from portal.shared.workingdays import date_cn


def describe_taking_back(objects, facts) -> dict:
    row = objects[0]
    drafts = Application.objects.filter(cycle=row).count()
    return {
        "title": f"收回{row}安排",
        "basis": "",
        "rows": [
            ["填报", f"{date_cn(row.filing_from)} 至 {date_cn(row.filing_until)}，尚未开始"],
            ["已建立的草稿", f"{drafts} 件，保留，重新发布后继续填报"],
            ["公布的应复核名单", f"{announced_titles(row).count()} 家，随年度安排收回"],
            ["适用办法摘要", row.edition_digest],
        ],
        "items": [],
        "effects": [
            "年度安排和应复核名单不再公开",
            "应复核平台及其推荐单位收到收回的消息",
            "其他年度照常办理，不受影响；改正后可以重新发布",
        ],
    }


register_act(Cycle, "take_back", describe=describe_taking_back, page=page_at("cycle"))
