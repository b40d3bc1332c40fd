"""Two-person acts of 动态管理: revoking a title, lifting a suspension."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from platforms.models import Suspension
from portal.kernel.clock import day_of
from portal.kernel.signoff import register_act
from portal.shared import law
from portal.shared.workingdays import date_cn
from review.decision.act_rows import text_rows
from review.models import Revocation
from review.publicity.acts import PAPER
from review.revocations import papers
from review.revocations.endings import compose_decision_notice, line_of
from review.revocations.services import announcement_parts, carry_out, effects_of, heading_of
from review.suspensions import services as suspension

UNNUMBERED = "（由公文系统编发后补记）"


def _view_of_the_department(row) -> list[list[str]]:
    if not row.is_fraud:
        return []
    words = row.department_view or ("期满未提出" if papers.statement_term_is_over(row) else "尚未提出")
    return [[f"{row.title.jurisdiction.name}意见", words]]


def describe_revocation(objects, facts) -> dict:
    row = objects[0]
    opening, sections = announcement_parts(row, facts.get("note", ""))
    letter = papers.compose_decision(
        row, reason=facts.get("note", ""), number=facts.get("document_number", "")
    )
    effects = effects_of(row)
    confirmed = [facts.get("end_title"), facts.get("suspend")]
    return {
        "title": f"撤销称号：{row.title.platform_name}",
        "basis": row.basis,
        "rows": [
            ["案号", row.number],
            ["事由", row.get_ground_display()],
            ["查明的事实", row.facts],
            ["移送意见", row.referral or "—"],
            ["证据", papers.evidence_in_words(row)],
            ["告知与陈述", f"{date_cn(day_of(row.notified_at))}告知，{papers.stage_in_words(row)}"],
            ["陈述意见", row.statement or "—"],
            ["陈述材料", "、".join(row.statement_files.values_list("name", flat=True)) or "—"],
            *_view_of_the_department(row),
            ["听证", row.hearing_words or "—"],
            ["听证情况", row.hearing_record or "—"],
            ["文号", facts.get("document_number") or UNNUMBERED],
            ["公告", heading_of(row)],
            *text_rows(opening, sections),
        ],
        "items": [
            [
                row.title.number,
                row.title.platform_name,
                row.title.organisation_name,
                row.title.recommender.name,
                "",
            ]
        ],
        "cases": [
            {
                "name": row.number,
                "url": reverse("revocation", args=[row.pk]),
                "rows": [],
                "letters": [[letter["addressee"], letter["title"], papers.text_of_paper(letter)]],
            }
        ],
        "paper": compose_decision_notice(
            heading=heading_of(row),
            opening=opening,
            sections=sections,
            items=[line_of(row.title)],
            number=facts.get("document_number", ""),
        ),
        "effects": [
            f"第 {number} 项（拟办人已单独确认）：{words}"
            for number, words in enumerate(effects, start=1)
            if confirmed[number - 1]
        ]
        + ["证书核验立即显示“已撤销”，发布公告，所涉单位收到通知"],
    }


def execute_revocation(signoff, objects, by) -> None:
    carry_out(signoff, objects[0], by)


def describe_lifting(objects, facts) -> dict:
    row = objects[0]
    opening, sections = suspension.announcement_parts(row, facts.get("note", ""))
    return {
        "title": f"解除暂停：{row.recommender.name} {row.year} 年度",
        "basis": law.SUPERVISION,
        "rows": [
            ["暂停事由", row.reason],
            ["暂停决定", f"{date_cn(row.decided_on)}　{row.document}".strip()],
            ["文号", facts.get("document_number") or UNNUMBERED],
            ["公告", suspension.heading_of(row)],
            *text_rows(opening, sections),
        ],
        "items": [],
        "paper": compose_decision_notice(
            heading=suspension.heading_of(row),
            opening=opening,
            sections=sections,
            items=[],
            number=facts.get("document_number", ""),
        ),
        "effects": [
            f"{row.recommender.name} {row.year} 年度恢复提交、推荐和报送认定申报",
            "发布公告，推荐单位和该地区申报单位收到通知",
        ],
    }


def page_of_suspension(row: Suspension) -> str:
    """The case that brought it about."""
    cases = Revocation.objects.filter(suspends=True, decided_on=row.decided_on)
    cases = cases.filter(Q(title__jurisdiction=row.recommender) | Q(title__recommender=row.recommender))
    case = cases.first()
    return reverse("revocation", args=[case.pk]) if case else reverse("suspensions")


def execute_lifting(signoff, objects, by) -> None:
    suspension.carry_out(signoff, objects[0], by)


register_act(Revocation, "decide", describe=describe_revocation, execute=execute_revocation, paper=PAPER)
register_act(
    Suspension,
    "lift",
    describe=describe_lifting,
    execute=execute_lifting,
    paper=PAPER,
    page=page_of_suspension,
)
