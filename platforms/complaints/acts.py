"""A complaint that alleges 弄虚作假, declined or concluded: what both persons of the office read (Art. 15)."""

from __future__ import annotations

from django.urls import reverse

from platforms.models import Complaint
from portal.kernel.signoff import office_at, register_act
from portal.shared import law


def _described(row: Complaint, title: str, rows: list, effects: list[str]) -> dict:
    return {
        "title": f"{title}：{row.title.platform_name}",
        "basis": law.SUPERVISION,
        "rows": [
            ["投诉事项", row.subject],
            ["事实与理由", row.facts],
            *rows,
            ["投诉证据", f"{row.evidence.count()} 份"],
        ],
        "items": [],
        "cases": [
            {
                "name": f"{row.title.platform_name}（{row.receipt_number}）",
                "url": reverse("complaint", args=[row.pk]),
                "rows": [["推荐单位", row.recommender.name]],
                "letters": [],
            }
        ],
        "effects": effects,
    }


def describe_conclusion(objects, facts) -> dict:
    row = objects[0]
    return _described(
        row,
        "弄虚作假投诉办结",
        [
            ["核查结果", Complaint.Finding(facts["finding"]).label],
            ["转办摘要", row.summary],
            ["平台说明", row.platform_answer or f"没有收到（说明期限 {row.answer_due_on:%Y-%m-%d}）"],
        ],
        ["结论答复投诉人，并通知平台", "属实的，可作为抽查、复核和撤销称号的线索"],
    )


def describe_declining(objects, facts) -> dict:
    return _described(
        objects[0],
        "弄虚作假投诉不予受理",
        [["不予受理的理由", facts.get("note", "")]],
        ["不再核查，平台不会收到通知", "投诉人凭查询码看到理由"],
    )


register_act(Complaint, "conclude_fraud", describe=describe_conclusion, office=office_at("recommender_id"))
register_act(Complaint, "decline_fraud", describe=describe_declining, office=office_at("recommender_id"))
