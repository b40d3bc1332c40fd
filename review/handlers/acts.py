"""What both persons read before somebody of another department is appointed."""

from __future__ import annotations

from portal.kernel.signoff import office_at, page_at, register_act
from review.decision.act_rows import OF_ROUND, items_of
from review.handlers.services import drop_proposal
from review.models import OutsideHandler


def describe(objects, facts) -> dict:
    row = objects[0]
    return {
        "title": f"指派外部办理人员：{row}",
        "basis": "",
        "rows": [
            ["办理人员", f"{row.handler.name}，{row.office.name}"],
            ["办理事项", f"对“{row.application.platform.name}”的异议和结果申诉"],
            ["理由", row.reason],
        ],
        "items": items_of([row.application]),
        "effects": [
            "被指派的人员收到通知，可以查看此件申报的卷宗",
            "由其作为经办人或者审签人办理对此件的异议和结果申诉；不能办理本单位其他事项",
            "指派和理由留有记录，纪检监督人员可见",
        ],
    }


def describe_end(objects, facts) -> dict:
    row = objects[0]
    return {
        "title": f"结束指派：{row}",
        "basis": "",
        "rows": [
            ["办理人员", f"{row.handler.name}，{row.office.name}"],
            ["指派的理由", row.reason],
            ["结束的理由", facts.get("note", "")],
        ],
        "items": items_of([row.application]),
        "effects": [
            "该人员收到通知，从此不能查看此件申报",
            "该人员没有办结的异议和结果申诉由其他人员接着办理",
            "指派、结束和理由留有记录，纪检监督人员可见",
        ],
    }


register_act(
    OutsideHandler,
    "end",
    describe=describe_end,
    office=office_at(f"application.{OF_ROUND}"),
    page=page_at("dossier", "application_id"),
)
register_act(
    OutsideHandler,
    "appoint",
    describe=describe,
    office=office_at(f"application.{OF_ROUND}"),
    returned=drop_proposal,
    page=page_at("dossier", "application_id"),
)
