"""What both persons read before a second look is granted or dismissed."""

from __future__ import annotations

from django.urls import reverse

from portal.kernel.signoff import office_at, register_act
from portal.shared.workingdays import date_cn
from review.decision.act_rows import OF_ROUND, items_of
from review.decision.cases import cases_of
from review.handlers.services import people_lent
from review.models import SecondLook
from review.secondlooks.services import carry_out


def _described(verb: str):
    def describe(objects, facts) -> dict:
        look = objects[0]
        row = look.application
        granted = verb == "grant"
        return {
            "title": f"结果申诉{'成立' if granted else '不成立'}：{row.platform.name}",
            "basis": "",
            "rows": [
                ["原结论", f"{look.get_decision_display()}（{date_cn(look.decided_on)}）"],
                ["原结论的理由", look.decision_reason or "—"],
                ["申诉理由", look.reasons],
                ["证明材料", "、".join(one.file.name for one in look.proofs.select_related("file")) or "无"],
                ["答复和理由", facts.get("note", "")],
                *([] if granted else [["随答复告知的救济途径", row.cycle.remedies]]),
            ],
            "items": items_of([row]),
            "cases": [
                {**case, "url": reverse("second_look", args=[look.pk])} for case in cases_of([row], "")
            ],
            "effects": [
                "原结论不再有效，申报回到作出结论之前的环节重新办理" if granted else "原结论不变",
                "答复和理由告知申报单位和推荐单位",
                "每件申报只能申诉一次；不影响行政复议和行政诉讼",
            ],
        }

    return describe


def _execute(act, objects, by) -> None:
    carry_out(act, objects[0], by=by)


for _verb in ("grant", "dismiss"):
    register_act(
        SecondLook,
        _verb,
        describe=_described(_verb),
        execute=_execute,
        office=office_at(f"application.{OF_ROUND}"),
        lent=lambda look: people_lent(look.application),
    )
