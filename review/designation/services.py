"""Designating, confirming, failing: what a second person's signature carries out. Carries out Art. 12."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from applications.filing.services import discontinue
from applications.models import Application
from applications.states import LIVE, Procedure
from platforms.models import Designation, ProvincialTitle
from platforms.programmes import services as programmes
from platforms.register.events import NoticeRef, change_title
from platforms.register.services import grant_title, renew_title
from platforms.states import LIVE_TITLES, DesignationState
from portal.kernel import audit, clock
from portal.kernel.numbers import upcoming_numbers
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import perform
from portal.shared.workingdays import date_cn
from review.models import Notice
from review.notices.services import batch_of, own_words, publish
from review.rectifications import services as rectification
from review.secondlooks.terms import last_day

SUBJECTS = {
    "designate": Notice.Subject.DESIGNATION,
    "confirm": Notice.Subject.CONFIRMATION,
    "fail": Notice.Subject.REVOCATION,
}


def announcement_content(applications: Sequence[Application], verb: str, document_number: str = "") -> dict:
    """The announcement as plain data (Arts. 10, 12, 14)."""
    cycle = applications[0].cycle
    count, edition, sections = len(applications), cycle.edition, []
    batch = batch_of(cycle, applications[0].procedure, SUBJECTS[verb])
    if verb == "designate":
        title = f"关于公布 {cycle.year} 年度{edition.honour}名单{batch}的公告"
        road = "测评、合议" if cycle.programme_id else "评审"
        opening = f"根据《{edition.title}》，经{road}和公示，授予以下 {count} 家平台“{edition.honour}”称号。"
    elif verb == "confirm":
        title = f"关于 {cycle.year} 年度{edition.honour}复核合格名单{batch}的公告"
        opening = f"根据《{edition.title}》，{'经复核和公示' if cycle.publicise_rereview else '经复核'}，以下 {count} 家示范平台复核合格，予以确认。"
    else:
        title = f"关于撤销 {cycle.year} 年度复核不合格{edition.honour}称号{batch}的公告"
        opening = f"根据《{edition.title}》，以下 {count} 家示范平台复核不合格，撤销称号。"
        sections = [{"title": "生效", "text": takes_effect(cycle)}]
    items = [
        {
            "position": position,
            "application": str(row.pk),
            "platform": row.platform.name,
            "organisation": row.platform.organisation.name,
            "recommender": row.recommender.name,
            "functions": "、".join(row.platform.function_labels),
            "number": number,
            "outcome": "限期整改" if row.proposed_outcome == "rectify" else "",
        }
        for position, (row, number) in enumerate(
            zip(applications, numbers_after(applications, verb), strict=True), start=1
        )
    ]
    return {
        "title": title,
        "opening": opening,
        "sections": sections,
        "annex": "名单",
        "signature": edition.authority,
        "document_number": document_number,
        "items": items,
        "outcomes": any(item["outcome"] for item in items),
        "titles": True,
        **own_words(cycle),
    }


def takes_effect(cycle) -> str:
    return (
        f"自本公告发布的次日起 {cycle.second_look_days} 个工作日为结果申诉期。期满没有提出申诉，或者申诉办结维持原结论的，"
        "自次日起撤销称号；在此之前称号有效。"
    )


@transaction.atomic
def decide(
    applications: Sequence[Application], verb: str, *, by, signoff, document_number: str = ""
) -> Notice:
    """Perform the verb on each, change the titles, publish one announcement: all or nothing."""
    content = announcement_content(applications, verb, document_number)
    today = clock.today()
    content["date"] = date_cn(today)
    cycle = applications[0].cycle
    rows = [perform(row, verb, by=by, note=signoff.note, signoff=signoff) for row in applications]
    notice = publish(
        kind=Notice.Kind.ANNOUNCEMENT,
        subject=SUBJECTS[verb],
        cycle=cycle,
        procedure=applications[0].procedure,
        content=content,
        published_on=today,
        ends_on=None,
        by=by,
        signoff=signoff,
        document_number=document_number,
    )
    for row in rows:
        CHANGES[row.procedure, verb](row, notice, by, signoff.note)
    return notice


def numbers_after(applications: Sequence[Application], verb: str) -> list[str]:
    """The numbers that the titles have, or would get from their programme's own series."""
    cycle = applications[0].cycle
    if verb != "designate":
        return [row.designation.number if row.designation else "" for row in applications]
    series = f"{cycle.edition.number_prefix}-{cycle.year}-"
    return upcoming_numbers(TITLES[applications[0].procedure], series, len(applications))


def _grant_national(row: Application, notice: Notice, by, note: str) -> None:
    edition = row.cycle.edition
    figures = {entry["code"]: entry["figure"] for entry in row.assessment.get("criteria", [])}
    served = figures.get("smes", "").split(" ")[0]
    title = grant_title(
        row.platform,
        recommender=row.recommender,
        year=row.cycle.year,
        edition=edition.title,
        edition_digest=row.cycle.edition_digest,
        prefix=edition.number_prefix,
        rereview_years=edition.rereview_years,
        announcement_title=notice.title,
        announcement_number=notice.document_number,
        granted_on=notice.published_on,
        smes_served=int(served) if served.isdecimal() else None,
        by=by,
    )
    others = Application.objects.filter(
        platform=row.platform, procedure=Procedure.DESIGNATION, state__in=LIVE
    ).exclude(pk=row.pk)
    for other in others:  # alive in two years: the title decides both
        discontinue(
            other, words=f"{row.cycle}已认定为示范平台（{title.number}），不需要重复认定。", by=SYSTEM
        )


def _grant_provincial(row: Application, notice: Notice, by, note: str) -> None:
    """Art. 18: a line of the province's register, and no national title."""
    edition = row.cycle.edition
    programmes.grant_provincial_title(
        row.cycle.programme,
        row.platform,
        year=row.cycle.year,
        prefix=edition.number_prefix,
        years=edition.rereview_years,
        honour=edition.honour,
        rules=edition.title,
        document_title=notice.title,
        document_number=notice.document_number,
        granted_on=notice.published_on,
        by=by,
    )


def _renew(row: Application, notice: Notice, by, note: str) -> None:
    edition, title = row.cycle.edition, row.designation
    said = NoticeRef(notice.title, notice.document_number, reverse("notice", args=[notice.pk]))
    if title.state == DesignationState.ENDED:  # by a failing that a second look opened again
        title = change_title(title, "restore", by=by, note=note, notice=said, remark="申诉成立，复核合格")
    renewed = renew_title(
        title,
        years=edition.rereview_years,
        by=by,
        note=note,
        prefix=edition.number_prefix,
        notice=said,
    )
    if row.proposed_outcome == "rectify":
        rectification.order(renewed, requirements=row.outcome_reason, by=by, application=row)


def _foretell(row: Application, notice: Notice, by, note: str) -> None:
    """A failing ends the title when the days for a second look are over (review.rereview.daily)."""
    if row.designation.state in LIVE_TITLES:
        row.designation.fails_on = last_day(row, clock.today()) + timedelta(days=1)
        row.designation.save(update_fields=["fails_on"])
        audit.record(
            action="set_last_day", obj=row.designation, by=by, facts={"on": row.designation.fails_on}
        )


TITLES: dict[str, Any] = {Procedure.DESIGNATION: Designation, Procedure.PROVINCIAL: ProvincialTitle}
CHANGES = {
    (Procedure.DESIGNATION, "designate"): _grant_national,
    (Procedure.PROVINCIAL, "designate"): _grant_provincial,
    (Procedure.REREVIEW, "confirm"): _renew,
    (Procedure.REREVIEW, "fail"): _foretell,
}
