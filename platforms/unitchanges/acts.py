"""The two-person act on a change: both see the paper, the verifier, before and after."""

from __future__ import annotations

from platforms.models import UnitChange
from platforms.states import LIVE_TITLES
from platforms.unitchanges.receiving import consent_in_words
from platforms.unitchanges.services import carry_out_change
from portal.kernel import clock
from portal.kernel.signoff import register_act
from portal.shared.workingdays import date_cn


def describe_approval(objects, facts) -> dict:
    change = objects[0]
    rows = [
        ["平台", f"{change.platform.name}（{change.platform.organisation.name}）"],
        ["变更原因", change.reason],
        ["证照和证明", f"{change.paper.name}（SHA-256 {change.paper.sha256}）"],
        [
            "核验人",
            f"{change.office.name} {change.verified_by.name}，{date_cn(clock.day_of(change.verified_at))}",
        ],
    ]
    if change.operator_id:
        rows.append(["接收单位同意", f"{change.operator.name} {consent_in_words(change)}"])
    if change.answer:
        rows.append(["单位对不一致的说明", change.answer])
    if change.moves_to_id:
        rows.append(["迁入地同意", f"{change.moves_to.name} {change.agreed_by.name}"])
    rows.append(
        ["公告", f"{facts.get('announcement', '')} {facts.get('document', '')}".strip() or "用默认标题"]
    )
    effects = ["登记信息、名录和核验随即更新，变更公告公开"]
    if {"name", "platform_name", "operator"} & set(change.wanted):
        effects.append("名称或者运营单位有变的称号换发证书，编号不变，原证书标为已换发")
    if not change.platform.designations.filter(state__in=LIVE_TITLES).exists():
        effects.append("尚无称号：正在公示的名单须随后更正公示，按新名称重新公示期满后方可认定")
    told = ["迁出地和迁入地主管部门" if change.moves_to_id else "主管部门"]
    told += ["原运营单位"] if change.operator_id else []
    effects.append(f"申报单位、{'、'.join(told)}收到通知")
    if change.moves_to_id:
        effects.append(f"此后的年度总结、投诉和申报由{change.moves_to.name}办理；已隐藏的服务信息保持隐藏")
    return {
        "title": f"变更登记：{change.platform.name}",
        "basis": "操作规则",
        "rows": rows,
        "header": ["项目", "原登记", "变更为"],
        "cases": [
            {
                "name": change.platform.name,
                "url": f"/unit-changes/{change.pk}/",
                "rows": [[label, after] for label, _, after in change.lines],
                "letters": [],
            }
        ],
        "items": [list(line) for line in change.lines],
        "private": ["联系人", "联系电话"],
        "effects": effects,
    }


def execute_approval(signoff, objects, by) -> None:
    carry_out_change(signoff, change=objects[0], by=by)


register_act(UnitChange, "approve", describe=describe_approval, execute=execute_approval)
