"""Cases: what a second person reads of each dossier before signing, and what the digest binds."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.urls import reverse

from applications.corrections.models import Stage
from applications.crosschecks.evidence import findings_of
from applications.models import Application
from applications.states import Procedure
from portal.desk import notifications as notify
from portal.shared import law
from review.rereview.failing import heard_in_words

VERDICTS = {
    "PASS": "符合",
    "FAIL": "不符合",
    "RELAXABLE": "可申请放宽",
    "GRANTED": "已放宽",
    "UNKNOWN": "待填",
}
STAGES = ((Stage.RECOMMENDER, "推荐单位标记"), (Stage.MINISTRY, "形式审查标记"))
OWN_STAGES = ((Stage.RECOMMENDER, "材料核对标记"),)  # of a province's own round: there is no other office
RELATED = (
    "materials__files__file",
    "findings",
    "relaxations__granted_by",
    "relaxations__proof",
    "assignments",
    "notice_items__objections",
    "failing_notices",
)


def cases_of(objects: Sequence[Application], verb: str, note: str = "", reason_code: str = "") -> list[dict]:
    """One case per dossier, in the order of the list."""
    prefetch_related_objects(objects, *RELATED)
    return [
        {
            "name": f"{row.platform.name}（{row.number}）",
            "url": reverse("dossier", args=[row.pk]),
            "rows": [
                *_conditions(row),
                *_relaxations(row),
                *_scores(row),
                *_heard(row),
                *_marks(row),
                *_contradictions(row),
            ],
            "letters": _letters(row, verb, note, reason_code),
        }
        for row in objects
    ]


def _conditions(row: Application) -> list[list[str]]:
    """Art. 5 as it stands, each condition with its figure and where the figure comes from."""
    if not row.assessment.get("criteria"):
        return []
    lines = [
        f"{'（' + one['item'] + '）' if one['item'] else ''}{one['label']}：{one['figure'] or '—'}，{VERDICTS.get(one['verdict'], one['verdict'])}"
        f"{'（' + one['source'] + '）' if one.get('source') else ''}"
        for one in row.assessment["criteria"]
    ]
    return [[law.CONDITIONS, f"{row.assessment.get('mark', '')}"], ["逐项", "\n".join(lines)]]


def _relaxations(row: Application) -> list[list[str]]:
    labels = {one["code"]: one["label"] for one in row.assessment.get("criteria", [])}
    return [
        [
            f"放宽（{law.RELAXATION}）：{labels.get(one.criterion, one.criterion)}",
            f"{one.granted_by.name}决定。理由：{one.reason}。依据：{one.area}"
            f"{'，证明 ' + one.proof.name if one.proof else ''}",
        ]
        for one in row.relaxations.all()
    ]


def _scores(row: Application) -> list[list[str]]:
    lines = [["省级测评", "" if row.province_score is None else f"{row.province_score:.1f} 分"]]
    if row.procedure == "REREVIEW":
        lines.append(["省级测评意见", row.province_opinion])
    sheets = [one.total for one in row.assignments.all() if one.state == "HANDED_IN"]
    if sheets and row.review_score is not None:  # nobody reads a score before all are in
        each = "、".join(f"{total}" for total in sorted(sheets, reverse=True))
        lines.append(["专家评审", f"{row.review_score:.2f} 分（{each}）"])
    objections = [one for item in row.notice_items.all() for one in item.objections.all()]
    if objections:
        words = "、".join(f"{one.receipt_number} {one.get_state_display()}" for one in objections)
        lines.append(["公示期间异议", words])
    return [line for line in lines if line[1]]


def _heard(row: Application) -> list[list[str]]:
    """Of a failing: the letter that went before, and the unit's answer."""
    words = heard_in_words(row)
    return [["拟不合格告知和陈述", words]] if words else []


def _marks(row: Application) -> list[list[str]]:
    """What each office marked on the materials; how many it looked at, so that nothing stands for checked."""
    lines, total = [], len(row.materials.all())
    for stage, label in OWN_STAGES if row.procedure == Procedure.PROVINCIAL else STAGES:
        marks = [one for one in row.findings.all() if one.stage == stage]
        open_ones = [
            f"{row.spec(one.code).short_title}：{one.get_verdict_display()}，{one.words}"
            for one in sorted(marks, key=lambda one: one.code)
            if one.verdict != "ok"
        ]
        lines.append([label, "\n".join([f"已核对 {len(marks)} / {total} 项", *open_ones])])
    return lines


def _contradictions(row: Application) -> list[list[str]]:
    found = findings_of(row)
    sentences = [*(one.sentence for one in found.conflicts), *(one.sentence for one in found.notices)]
    return [["材料之间", "\n".join([found.summary, *sentences])]]


def _letters(row: Application, verb: str, note: str, reason_code: str) -> list[list[str]]:
    """The letters that signing sends, in the words of the cycle; the reason stands in them."""
    before = row.outcome_reason, row.outcome_code
    row.outcome_reason = row.outcome_reason or note
    row.outcome_code = row.outcome_code or reason_code
    try:
        return [
            [
                "申报单位" if one.url.startswith(reverse("applicant_home")) else row.recommender.name,
                one.title,
                one.body,
            ]
            for one in notify.preview(Application, verb, row)
        ]
    finally:
        row.outcome_reason, row.outcome_code = before
