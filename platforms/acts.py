"""The two-person act on a line of a province's register."""

from __future__ import annotations

from platforms.models import ProvincialTitle
from platforms.services.programmes import revoke_titles
from portal.signoff import register_act


def describe_revocation(objects, facts) -> dict:
    first = objects[0]
    return {
        "title": f"撤销省级称号：{first.platform_name}",
        "basis": "第十八条",
        "rows": [["称号", first.programme.honour], ["编号", first.number or "（以往名单，无编号）"]],
        "items": [
            [row.number, row.platform_name, row.organisation_name, row.programme.recommender.name, ""]
            for row in objects
        ],
        "effects": [
            "本省名录立即显示已撤销",
            "不再作为国家级申报的省级认定证明",
            "国家级称号不受影响，须由工业和信息化部另行决定",
        ],
    }


def office_of(title: ProvincialTitle) -> str:
    return str(title.programme.recommender_id)


def execute_revocation(signoff, objects, by) -> None:
    revoke_titles(signoff, titles=objects, by=by)


register_act(
    ProvincialTitle, "revoke", describe=describe_revocation, execute=execute_revocation, office=office_of
)
