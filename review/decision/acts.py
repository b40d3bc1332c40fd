"""How the two-person acts are described to both persons, and carried out by the second."""

from __future__ import annotations

from applications.corrections.reasons import ALL, reason_words
from applications.models import Application
from applications.states import Procedure
from portal.kernel.signoff import office_at, register_act
from portal.kernel.workflow import perform, verbs_of
from portal.shared import law
from review.decision.act_rows import OF_ROUND, basis_of, by_label, items_of
from review.decision.cases import cases_of
from review.publicity import acts as acts_publicity  # noqa: F401  its acts register themselves
from review.rereview.failing import compose_failing, tell_of_proposal
from review.revocations.papers import text_of_paper
from review.states import OUTCOME_LABELS


def describe_refusal(objects, facts) -> dict:
    return {
        "title": f"不予受理：{objects[0].platform.name}"
        if len(objects) == 1
        else f"不予受理 {len(objects)} 件",
        "basis": "",
        "rows": [["理由类别", ALL.get(facts.get("reason_code", ""), "其他")]],
        "items": items_of(objects),
        "cases": cases_of(objects, "refuse", facts.get("note", ""), facts.get("reason_code", "")),
        "effects": ["本年度申报终止", "理由送达申报单位和推荐单位", *_what_is_left(objects)],
    }


def _what_is_left(objects) -> list[str]:
    """The remedy stands in what is signed, as in the letter."""
    days = objects[0].cycle.second_look_days
    return [f"结论不能撤回；申报单位可以在收到后 {days} 个工作日内提出一次结果申诉，或者在下一年度重新申报"]


def describe_declining(objects, facts) -> dict:
    """Art. 6: a province that does not recommend ends the year for a unit; its head signs what another prepared."""
    return {
        "title": f"不予推荐：{objects[0].platform.name}"
        if len(objects) == 1
        else f"不予推荐 {len(objects)} 家",
        "basis": law.RECOMMENDING,
        "rows": [["理由类别", ALL.get(facts.get("reason_code", ""), "其他")]],
        "items": items_of(objects),
        "cases": cases_of(objects, "decline", facts.get("note", ""), facts.get("reason_code", "")),
        "effects": ["本年度申报终止", "理由送达申报单位", *_what_is_left(objects)],
    }


def describe_proposal(objects, facts) -> dict:
    """Both persons see the same line, the same counts and each decision out of order with its reason."""
    outcome = OUTCOME_LABELS[facts.get("outcome", "designate")]
    exceptions = facts.get("exceptions", [])
    rows = [["结论", outcome]]
    if objects[0].procedure == Procedure.REREVIEW:
        rows += by_label(
            objects, lambda row: f"省级测评意见：{row.province_opinion or '未提交材料，没有测评意见'}"
        )
    if "cut" in facts:
        rows.append(["划线", f"前 {facts['cut']} 名，共 {facts['ranked']} 件参加排序"])
        if objects[0].procedure != Procedure.PROVINCIAL:  # all of one department's own
            by = "、".join(f"{label} {count}" for label, count in facts["by_recommender"])
            rows.append(["按推荐单位", by])
        rows.append(["按服务功能", "、".join(f"{label} {count}" for label, count in facts["by_function"])])
        rows.append(["顺序外的决定", f"{len(exceptions)} 件" if exceptions else "没有"])
    rows += [
        [f"{entry['what']}：{entry['name']}（第 {entry['rank']} 名，{entry['score']} 分）", entry["reason"]]
        for entry in exceptions
    ]
    cases = cases_of(objects, "propose")
    if facts.get("outcome") == "fail":
        for row, case in zip(objects, cases, strict=True):
            case["letters"] += _letter_of_failing(row, facts.get("note", ""))
    return {
        "title": f"拟定结论：{outcome}（{len(objects)} 家）",
        "basis": basis_of(objects),
        "rows": rows,
        "items": items_of(objects),
        "cases": cases,
        "effects": [
            "列入待公示名单",
            "公示前可以移出名单",
            *(
                ["向申报单位送达拟不合格告知书，收到陈述或者期满后方可公示"]
                if facts.get("outcome") == "fail"
                else ["公示以前不向申报单位和推荐单位另发通知"]
            ),
        ],
    }


def _letter_of_failing(row: Application, reasons: str) -> list[list[str]]:
    if row.failing_notices.filter(kind="unfiled").exists():
        return []
    paper = compose_failing(row.designation, row.cycle, "review", reasons)
    return [[paper["addressee"], paper["title"], text_of_paper(paper)]]


def _propose(signoff, objects, by) -> None:
    for row in objects:
        done = perform(row, "propose", by=by, note=signoff.note, signoff=signoff, **signoff.facts)
        if done.proposed_outcome == "fail":
            tell_of_proposal(done, reasons=signoff.note, by=by)


def describe_rejection(objects, facts) -> dict:
    """A province's own round ends in its own words (Art. 18)."""
    own = objects[0].procedure == Procedure.PROVINCIAL
    label = verbs_of(Application)["reject"].worded(objects[0].procedure).label
    return {
        "title": f"{label}：{objects[0].platform.name}"
        if len(objects) == 1
        else f"{label} {len(objects)} 家",
        "basis": "",
        "rows": [["理由类别", reason_words(facts.get("reason_code", ""), objects[0].procedure) or "其他"]],
        "items": items_of(objects),
        "cases": cases_of(objects, "reject", facts.get("note", ""), facts.get("reason_code", "")),
        "effects": [
            "本年度申报终止",
            "理由送达申报单位" if own else "理由送达申报单位和推荐单位",
            *_what_is_left(objects),
        ],
    }


register_act(Application, "refuse", describe=describe_refusal)
register_act(Application, "decline", describe=describe_declining, office=office_at("recommender_id"))
register_act(Application, "propose", describe=describe_proposal, execute=_propose, office=office_at(OF_ROUND))
register_act(Application, "reject", describe=describe_rejection, office=office_at(OF_ROUND))
