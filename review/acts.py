"""How the two-person acts are described to both persons, and carried out by the second."""

from __future__ import annotations

from applications.models import Application
from applications.reasons import ALL
from portal.signoff import register_act
from review import acts_publicity  # noqa: F401  its acts register themselves
from review.acts_words import basis_of, items_of

OUTCOMES = {
    "designate": "拟认定为示范平台",
    "confirm": "拟确认复核合格",
    "rectify": "拟确认复核合格，责令整改",
    "fail": "拟认定复核不合格",
}


def describe_refusal(objects, facts) -> dict:
    return {
        "title": f"不予受理：{objects[0].platform.name}"
        if len(objects) == 1
        else f"不予受理 {len(objects)} 件",
        "basis": "",
        "rows": [["理由代码", ALL.get(facts.get("reason_code", ""), "其他")]],
        "items": items_of(objects),
        "effects": ["本年度申报终止", "理由送达申报单位和推荐单位", "不能撤回，只能在下一年度重新申报"],
    }


def describe_proposal(objects, facts) -> dict:
    outcome = OUTCOMES[facts.get("outcome", "designate")]
    return {
        "title": f"拟定结论：{outcome}（{len(objects)} 家）",
        "basis": basis_of(objects),
        "rows": [["结论", outcome]],
        "items": items_of(objects),
        "effects": ["列入待公示名单", "公示前可以移出名单"],
    }


def describe_rejection(objects, facts) -> dict:
    return {
        "title": f"评审不通过：{objects[0].platform.name}"
        if len(objects) == 1
        else f"评审不通过 {len(objects)} 家",
        "basis": "",
        "rows": [["理由代码", ALL.get(facts.get("reason_code", ""), "其他")]],
        "items": items_of(objects),
        "effects": ["本年度申报终止", "理由送达申报单位和推荐单位"],
    }


register_act(Application, "refuse", describe=describe_refusal)
register_act(Application, "propose", describe=describe_proposal)
register_act(Application, "reject", describe=describe_rejection)
