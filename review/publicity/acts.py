"""The acts that reach the public: publicise, designate, confirm, fail."""

from __future__ import annotations

from datetime import date

from applications.models import Application
from applications.states import NATIONAL, Procedure
from portal.kernel.signoff import office_at, register_act
from portal.kernel.workflow import perform
from portal.shared import law
from review.decision.act_rows import OF_ROUND, basis_of, by_label, items_of, text_rows
from review.decision.cases import cases_of
from review.designation.services import announcement_content, decide
from review.models import Notice
from review.notices.services import compose, corrected_by, digest_of, publish
from review.states import OUTCOME_LABELS

UNCHANGING = "公示期内名单不能直接改动；异议成立、单位退出的，由两人办理更正，其他差错由两人撤回重发"


def _content(objects, facts) -> dict:
    first = objects[0]
    return compose(
        first.cycle,
        first.procedure,
        objects,
        start=date.fromisoformat(facts["start"]),
        contact_phone=facts.get("contact_phone", ""),
        supervision_phone=facts.get("supervision_phone", ""),
    )


def outcomes_of(objects) -> list[list[str]]:
    """Of re-reviews, which end each of them is to have."""
    if objects[0].procedure != Procedure.REREVIEW:
        return []
    return by_label(objects, lambda row: OUTCOME_LABELS[row.proposed_outcome])


def describe_publicity(objects, facts) -> dict:
    content = _content(objects, facts)
    return {
        "title": content["title"],
        "basis": law.PUBLICITY if objects[0].procedure in NATIONAL else basis_of(objects),
        "rows": [
            ["公示开始", f"{content['start']} 0 时"],
            ["公示截止", f"{content['end']} 24 时"],
            ["家数", str(len(objects))],
            *outcomes_of(objects),
            *(
                [["更正", f"替代已撤回的公示：{corrected.title}"]]
                if (corrected := corrected_by(objects))
                else []
            ),
            *text_rows(content["opening"], content["sections"]),
            ["公示稿摘要（与公示页所载一致）", digest_of(content)],
        ],
        "items": items_of(objects),
        "paper": content,
        "cases": cases_of(objects, "publicise"),
        "effects": [
            "自开始日 0 时起在门户公示",
            "申报单位和推荐单位收到通知" if objects[0].procedure in NATIONAL else "申报单位收到通知",
            UNCHANGING,
        ],
    }


def execute_publicity(signoff, objects, by) -> None:
    content = _content(objects, signoff.facts)
    notice = publish(
        kind=Notice.Kind.PUBLICITY,
        subject=Notice.Subject.PUBLICITY,
        replaces=corrected_by(objects),
        cycle=objects[0].cycle,
        procedure=objects[0].procedure,
        content=content,
        published_on=date.fromisoformat(content["start"]),
        ends_on=date.fromisoformat(content["end"]),
        by=by,
        signoff=signoff,
        contact_phone=signoff.facts.get("contact_phone", ""),
        supervision_phone=signoff.facts.get("supervision_phone", ""),
    )
    for row in objects:
        perform(
            row, "publicise", by=by, note=signoff.note, signoff=signoff, due_on=notice.ends_on, notice=notice
        )


def _describe(verb: str, effects: list[str]):
    def describe(objects, facts) -> dict:
        content = announcement_content(objects, verb, facts.get("document_number", ""))
        return {
            "title": content["title"],
            "basis": basis_of(objects),
            "rows": [
                ["文号", facts.get("document_number") or "（由公文系统编发后补记）"],
                ["家数", str(len(objects))],
                *outcomes_of(objects),
                *text_rows(content["opening"], content["sections"]),
            ],
            "items": items_of(objects),
            "paper": content,
            "cases": cases_of(objects, verb, facts.get("note", "")),
            "effects": effects if objects[0].procedure in NATIONAL else PROVINCIAL_EFFECTS,
        }

    return describe


def _execute(verb: str):
    def execute(signoff, objects, by) -> None:
        decide(
            objects, verb, by=by, signoff=signoff, document_number=signoff.facts.get("document_number", "")
        )

    return execute


PROVINCIAL_EFFECTS = [
    "授予省级称号并编发本省编号",
    "列入本省名录；不是国家级称号",
    "发布公告，申报单位收到通知",
]
PAPER = "review/notices/_paper.html"
register_act(
    Application,
    "publicise",
    describe=describe_publicity,
    execute=execute_publicity,
    office=office_at(OF_ROUND),
    paper=PAPER,
)
for _verb, _effects in (
    (
        "designate",
        ["授予称号并编发证书编号", "列入名录，公众可以核验", "发布公告，申报单位和推荐单位收到通知"],
    ),
    ("confirm", ["称号延续一个复核周期", "发布公告，申报单位和推荐单位收到通知"]),
    (
        "fail",
        [
            "结果申诉期满、原结论不变的，次日起撤销称号；此前称号有效，核验页写明已公告",
            "发布公告，申报单位和推荐单位收到通知",
        ],
    ),
):
    register_act(
        Application,
        _verb,
        describe=_describe(_verb, _effects),
        execute=_execute(_verb),
        office=office_at(OF_ROUND),
        paper=PAPER,
    )
