"""解除暂停申报 (Art. 15): a new decision of two persons, announced as the suspension itself was."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from platforms.models import Suspension
from platforms.states import SuspensionState
from portal.kernel.workflow import perform
from portal.shared import law
from portal.shared.workingdays import date_cn
from review.models import Notice, Revocation
from review.revocations.endings import announce_decision
from review.revocations.papers import MEASURES
from review.revocations.services import reached_by_fraud


def heading_of(row: Suspension) -> str:
    return f"关于恢复{row.recommender.name} {row.year} 年度国家中小企业公共服务示范平台申报工作的公告"


def announcement_parts(row: Suspension, reason: str) -> tuple[str, list[dict]]:
    """Opening and sections of the announcement, as previewed and as published."""
    document = f"《{row.document}》" if row.document.startswith("关于") else row.document
    opening = (
        f"根据{MEASURES}{law.SUPERVISION}，{date_cn(row.decided_on)}决定暂停"
        f"{row.recommender.name} {row.year} 年度申报工作{f'（{document}）' if document else ''}。现解除暂停，公告如下。"
    )
    text = (
        f"自公告之日起，恢复{row.recommender.name} {row.year} 年度国家中小企业公共服务示范平台认定申报的提交、推荐和报送。"
        f"理由：{reason.rstrip('。')}。"
    )
    return opening, [{"title": "恢复申报工作", "text": text}]


@transaction.atomic
def carry_out(signoff, row: Suspension, by) -> Suspension:
    """The second signature: the decision and its announcement."""
    done = perform(row, "lift", by=by, note=signoff.note, signoff=signoff, **signoff.facts)
    opening, sections = announcement_parts(done, signoff.note)
    notice = announce_decision(
        heading=heading_of(done),
        opening=opening,
        sections=sections,
        items=[],
        subject=Notice.Subject.SUSPENSION,
        by=by,
        signoff=signoff,
        number=done.lifted_document,
    )
    done.lifted_announcement, done.lifted_address = notice.title, reverse("notice", args=[notice.pk])
    done.save(update_fields=["lifted_announcement", "lifted_address"])
    return done


def lifted_since(notice: Notice) -> QuerySet[Suspension]:
    """The suspensions that this announcement imposed, or found in force, and that were lifted since."""
    none = Suspension.objects.none()
    if notice.subject != Notice.Subject.REVOCATION:
        return none
    cases = Revocation.objects.filter(notice=notice, suspends=True)
    case = cases.select_related("title__jurisdiction", "title__recommender").first()
    if case is None:
        return none
    return Suspension.objects.filter(
        recommender__in=reached_by_fraud(case.title),
        year=case.decided_on.year + 1,
        state=SuspensionState.LIFTED,
        decided_on__lte=case.decided_on,
        lifted_on__gte=case.decided_on,
    ).select_related("recommender")
