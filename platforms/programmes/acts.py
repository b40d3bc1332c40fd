"""The two-person acts on a line of a province's register."""

from __future__ import annotations

from datetime import date

from platforms.models import ProvincialTitle
from platforms.programmes.services import revoke_titles
from platforms.programmes.terms import carry_out
from portal.kernel.signoff import office_at, page_at, register_act
from portal.shared import law
from portal.shared.workingdays import date_cn


def _described(objects, what: str, facts=None) -> dict:
    """What the acts have in common; `facts` of a review name its proof."""
    first, alone = objects[0], len(objects) == 1
    rows = [["称号", first.programme.honour]]
    if alone:
        rows += [["编号", first.number or "（以往名单，无编号）"]]
    if facts:
        rows += [["现有效期至", _day(first.valid_until)]] if alone else [["家数", f"{len(objects)} 家"]]
        rows += [["证明材料", facts["proof"]["name"]], ["证明材料摘要（SHA-256）", facts["proof"]["sha256"]]]
    return {
        "title": f"{what}：{first.platform_name}{'' if alone else f'等 {len(objects)} 家'}",
        "basis": law.PROVINCES,
        "rows": rows,
        "items": [
            [row.number, row.platform_name, row.organisation_name, row.programme.recommender.name, ""]
            for row in objects
        ],
    }


def _day(day: date | None) -> str:
    return date_cn(day) if day else "不设期限"


def _until(facts, row: ProvincialTitle) -> str:
    day = facts["until"][str(row.pk)]
    return _day(date.fromisoformat(day) if day else None)


def describe_renewal(objects, facts) -> dict:
    described = _described(objects, "复核确认省级称号", facts)
    if len(objects) == 1:
        until = f"改为至 {_until(facts, objects[0])}"
        described["rows"].insert(3, ["新的有效期至", _until(facts, objects[0])])
    else:
        until = "按名单逐家更新"
        described["header"] = ["编号", "平台", "运营单位", "现有效期至", "新的有效期至"]
        described["items"] = [
            [row.number, row.platform_name, row.organisation_name, _day(row.valid_until), _until(facts, row)]
            for row in objects
        ]
    return {
        **described,
        "effects": [
            f"称号有效期{until}，本省名录随即更新",
            "有证书的换发新证书，原证书标为已换发",
            "单位收到通知和复核意见",
        ],
    }


def describe_ending(objects, facts) -> dict:
    return {
        **_described(objects, "终止省级称号", facts),
        "effects": [
            "本省名录立即显示已终止，证书不再有效",
            "不再作为国家级申报的省级认定证明；国家级称号不受影响",
            "单位收到通知和复核意见",
        ],
    }


def describe_revocation(objects, facts) -> dict:
    described, heard = _described(objects, "撤销省级称号"), facts.get("heard")
    if heard:
        described["rows"] += [
            ["告知单位", f"{date_cn(date.fromisoformat(heard['told_on']))}　{heard['told_by']}"],
            ["单位的陈述", "见单位的书面陈述" if heard["stated"] else "期满没有陈述"],
            *([["经办人核查情况", heard["checked"]]] if heard["checked"] else []),
        ]
        for paper in facts["papers"]:
            described["rows"] += [
                [paper["label"], paper["name"]],
                [f"{paper['label']}摘要（SHA-256）", paper["sha256"]],
            ]
    return {
        **described,
        "effects": [
            "本省名录立即显示已撤销",
            "不再作为国家级申报的省级认定证明",
            "国家级称号不受影响，须由工业和信息化部另行决定",
            "单位收到通知和理由",
        ],
    }


def execute_revocation(signoff, objects, by) -> None:
    revoke_titles(signoff, titles=objects, by=by)


register_act(
    ProvincialTitle,
    "revoke",
    describe=describe_revocation,
    execute=execute_revocation,
    office=office_at("programme.recommender_id"),
    page=page_at("province_title"),
)


def execute_review(signoff, objects, by) -> None:
    carry_out(signoff, titles=objects, by=by)


for _verb, _describe in (("renew", describe_renewal), ("end", describe_ending)):
    register_act(
        ProvincialTitle,
        _verb,
        describe=_describe,
        execute=execute_review,
        office=office_at("programme.recommender_id"),
        page=page_at("province_title"),
    )
