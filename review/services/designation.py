"""Designating, confirming, failing: what a second person's signature carries out."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from applications.models import Application
from platforms.services.titles import end_title, grant_title, renew_title
from portal import clock
from portal.calendar import deadline_in
from portal.shared.workingdays import date_cn
from portal.workflow import perform
from review.models import Notice
from review.services.notices import publish

SUBJECTS = {
    "designate": Notice.Subject.DESIGNATION,
    "confirm": Notice.Subject.CONFIRMATION,
    "fail": Notice.Subject.REVOCATION,
}
RECTIFY_DAYS = 60  # working days of 整改 after a re-review with conditions (an operating rule)


def announcement_content(applications: Sequence[Application], verb: str, document_number: str = "") -> dict:
    """The announcement as plain data (Arts. 10, 12, 14)."""
    cycle = applications[0].cycle
    count = len(applications)
    if verb == "designate":
        title = f"关于公布 {cycle.year} 年度国家中小企业公共服务示范平台名单的公告"
        opening = f"根据《国家中小企业公共服务示范平台管理暂行办法》，经评审和公示，授予以下 {count} 家平台“国家中小企业公共服务示范平台”称号。"
    elif verb == "confirm":
        title = f"关于 {cycle.year} 年度国家中小企业公共服务示范平台复核合格名单的公告"
        opening = f"根据《国家中小企业公共服务示范平台管理暂行办法》，经复核和公示，以下 {count} 家示范平台复核合格，予以确认。"
    else:
        title = f"关于撤销 {cycle.year} 年度复核不合格国家中小企业公共服务示范平台称号的公告"
        opening = (
            f"根据《国家中小企业公共服务示范平台管理暂行办法》，以下 {count} 家示范平台复核不合格，撤销称号。"
        )
    items = [
        {
            "position": position,
            "application": str(row.pk),
            "platform": row.platform.name,
            "organisation": row.platform.organisation.name,
            "recommender": row.recommender.name,
            "outcome": "",
        }
        for position, row in enumerate(applications, start=1)
    ]
    return {
        "title": title,
        "opening": opening,
        "sections": [],
        "annex": "名单",
        "signature": "工业和信息化部",
        "document_number": document_number,
        "items": items,
    }


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
    for row in rows:
        _change_title(row, verb, content["title"], document_number, today, by, signoff.note)
    return publish(
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


def _change_title(row: Application, verb: str, title: str, number: str, today, by, note: str) -> None:
    edition = row.cycle.edition
    if verb == "designate":
        figures = {entry["code"]: entry["figure"] for entry in row.assessment.get("criteria", [])}
        served = figures.get("smes", "").split(" ")[0]
        grant_title(
            row.platform,
            recommender=row.recommender,
            year=row.cycle.year,
            edition=edition.title,
            prefix=edition.number_prefix,
            rereview_years=edition.rereview_years,
            announcement_title=title,
            announcement_number=number,
            granted_on=today,
            smes_served=int(served) if served.isdigit() else None,
            by=by,
        )
    elif verb == "confirm":
        renewed = renew_title(row.designation, years=edition.rereview_years, by=by, note=note)
        if row.proposed_outcome == "rectify":
            perform(
                renewed,
                "order_rectification",
                by=by,
                note=note or "复核要求整改",
                until=deadline_in(RECTIFY_DAYS),
            )
    else:
        end_title(row.designation, on=today, by=by, note=note)
