"""Publicity (Art. 9) and announcements: composing, publishing as an immutable snapshot, withdrawing.

Carries out Art. 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from applications.models import Application, Cycle
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import calendar
from portal.kernel.workflow import perform
from portal.models import Webhook
from portal.opendata.webhooks import announce
from portal.shared.digests import canonical_json, sha256_hex
from portal.shared.law import ordinal
from portal.shared.workingdays import Period, date_cn, date_cn_weekday
from review.models import Notice, NoticeItem
from review.states import OUTCOME_LABELS

MOST_STRETCHES = 3
WHAT = {"DESIGNATION": "拟认定名单", "PROVINCIAL": "拟认定名单", "REREVIEW": "复核结果"}
OPENINGS = {
    "DESIGNATION": "根据《{basis}》，经省级中小企业主管部门和全国性行业协会推荐、专家评审，"
    "拟认定 {count} 家平台为 {year} 年度{honour}，现予公示。",
    "PROVINCIAL": "根据《{basis}》，经材料核对、测评和合议，拟认定 {count} 家平台为 {year} 年度{honour}，现予公示。",
    "REREVIEW": "根据《{basis}》，经省级测评和复核，现将 {year} 年度 {count} 家示范平台的复核结果予以公示。",
}


def start_reasons(start: date, *, length: int) -> list[str]:
    """Why a publicity of that many working days cannot begin on that day; empty when it can."""
    days, reasons = calendar(), []
    if start <= clock.today():
        reasons.append("公示自开始日 0 时起对外可见，开始日应在今天之后。")
    if not days.is_workday(start):
        following = days.next_workday(start)
        reasons.append(
            f"{date_cn_weekday(start)}不是工作日，公示须自工作日开始；最近的工作日是 {date_cn_weekday(following)}。"
        )
    elif days.is_provisional(start, days.add_workdays(start, length)):
        reasons.append("公示期涉及的年份尚未录入节假日安排，截止日期无法确定，请先录入。")
    return reasons


def period_in_words(period: Period) -> str:
    """As the ministry writes it: the stretches of working days when they are few, else the two ends."""
    count = sum(day.number is not None for day in period.explained)
    stretches = working_stretches(period)
    if len(stretches) == 1 or len(stretches) > MOST_STRETCHES:
        end = date_cn(period.end)
        if period.end.year == period.start.year:
            end = end.partition("年 ")[2]
        return f"{date_cn(period.start)}至 {end}，共 {count} 个工作日。"
    words, month = [], None
    for first, last in stretches:
        text = f"{first.month} 月 {first.day} 日" if first.month != month else f"{first.day} 日"
        if last > first:
            text += f"至 {last.day} 日" if last.month == first.month else f"至 {last.month} 月 {last.day} 日"
        words.append(text)
        month = last.month
    return f"{period.start.year} 年 {'、'.join(words)}（{count} 个工作日）。"


def working_stretches(period: Period) -> list[tuple[date, date]]:
    """The runs of working days that follow one another without a day off between."""
    stretches: list[tuple[date, date]] = []
    unbroken = False
    for day in period.explained:
        if day.number is None:
            unbroken = False
            continue
        stretches = (
            [*stretches[:-1], (stretches[-1][0], day.day)] if unbroken else [*stretches, (day.day, day.day)]
        )
        unbroken = True
    return stretches


def corrected_by(applications: Sequence[Application]) -> Notice | None:
    """The withdrawn publicity that a new one with these dossiers takes the place of."""
    return (
        Notice.objects.filter(
            kind=Notice.Kind.PUBLICITY,
            state="WITHDRAWN",
            replaced_by=None,
            items__application__in=applications,
        )
        .order_by("-published_on", "-serial")
        .first()
    )


def batch_of(
    cycle: Cycle, procedure: str, subject: str = Notice.Subject.PUBLICITY, replaced: Notice | None = None
) -> str:
    """（第一批）, （第二批）: what tells the lists of one year apart; a notice in the place of another has its batch."""
    before = Notice.objects.filter(cycle=cycle, procedure=procedure, subject=subject, replaces=None)
    if replaced is not None:
        while replaced.replaces_id:
            replaced = replaced.replaces
        before = before.filter(serial__lt=replaced.serial)
    return f"（第{ordinal(before.count() + 1)}批）"


def column_of(cycle: Cycle) -> str:
    """Where the public finds the notice: a province's own stand apart from the ministry's (Art. 18)."""
    return "“省级示范平台名录”栏目中本省的“公示和公告”" if cycle.programme_id else "“公示与异议”栏目"


def where_to_write(cycle: Cycle) -> str:
    """The office that takes written objections, as far as the round or its province has entered it."""
    office = cycle.programme.recommender if cycle.programme_id else None
    parts = (
        ("承办处室", cycle.contact_office or getattr(office, "office", "")),
        ("通讯地址", cycle.contact_address or getattr(office, "address", "")),
        ("传真", cycle.contact_fax),
        ("电子邮箱", cycle.contact_email),
    )
    return "".join(f"{label}：{value}。" for label, value in parts if value)


def own_words(cycle: Cycle) -> dict:
    """Art. 18: nobody recommends anything in a province's own round."""
    return {"office": "办理单位"} if cycle.programme_id else {}


def compose(
    cycle: Cycle,
    procedure: str,
    applications: Sequence[Application],
    *,
    start: date,
    contact_phone: str,
    supervision_phone: str,
) -> dict:
    """The notice as plain data: what is previewed, signed and published is this, by digest."""
    edition = cycle.edition
    period = calendar().publicity_period(start, edition.publicity_days)
    corrected = corrected_by(applications)
    listed = (
        f"{cycle.year} 年度{edition.honour}{WHAT[procedure]}{batch_of(cycle, procedure, replaced=corrected)}"
    )
    opening = OPENINGS[procedure].format(
        basis=edition.title, count=len(applications), year=cycle.year, honour=edition.honour
    )
    sections = [
        {
            "title": "一、公示时间",
            "text": period_in_words(period),
        },
        {
            "title": "二、异议提出",
            "text": f"任何单位和个人对公示名单有异议的，请在公示期内通过本系统{column_of(cycle)}，或者以书面形式实名提出，并提供具体事实和证明材料。匿名或者逾期的异议不予受理。",
        },
        {
            "title": "三、联系方式",
            "text": f"{where_to_write(cycle)}联系电话：{contact_phone or '（待填）'}。监督电话：{supervision_phone or '（待填）'}。",
        },
    ]
    if corrected:
        text = f"{date_cn(corrected.published_on)}发布的《{corrected.title}》已撤回，以本公示为准，公示时间重新计算。"
        sections.append({"title": "四、更正说明", "text": text})
    items = [
        {
            "position": position,
            "application": str(row.pk),
            "platform": row.platform.name,
            "organisation": row.platform.organisation.name,
            "recommender": row.recommender.name,
            "outcome": OUTCOME_LABELS.get(row.proposed_outcome, ""),
        }
        for position, row in enumerate(applications, start=1)
    ]
    return {
        "title": f"关于 {listed}的公示",
        "opening": opening,
        "sections": sections,
        "annex": listed,
        "signature": edition.authority,
        "date": date_cn(start),
        "start": start.isoformat(),
        "end": period.end.isoformat(),
        "days": [[d.day.isoformat(), d.weekday, d.reason] for d in period.explained],
        "items": items,
        "outcomes": procedure == "REREVIEW",
        **own_words(cycle),
    }


def canonical_parts(content: dict) -> tuple[str, str]:
    """Body and list as they are stored."""
    body = {name: value for name, value in content.items() if name != "items"}
    return canonical_json(body), canonical_json(content["items"])


def digest_of(content: dict) -> str:
    """The digest that the signer reads and the public page shows: one and the same."""
    body, items_text = canonical_parts(content)
    return sha256_hex(f"{body}\n{items_text}".encode())


@transaction.atomic
def publish(
    *,
    kind: str,
    cycle: Cycle | None,
    procedure: str,
    content: dict,
    published_on: date,
    ends_on: date | None,
    by,
    signoff=None,
    contact_phone: str = "",
    supervision_phone: str = "",
    document_number: str = "",
    subject: str = "",
    replaces: Notice | None = None,
) -> Notice:
    """Write the notice and its lines; from then on nothing of it changes."""
    body, items_text = canonical_parts(content)
    serial = Notice.objects.filter(cycle=cycle, kind=kind).count() + 1
    notice = Notice.objects.create(
        kind=kind,
        subject=subject,
        cycle=cycle,
        procedure=procedure,
        serial=serial,
        replaces=replaces,
        title=content["title"],
        document_number=document_number,
        body=body,
        items_text=items_text,
        digest=digest_of(content),
        published_on=published_on,
        ends_on=ends_on,
        days=content.get("days", []),
        contact_phone=contact_phone,
        supervision_phone=supervision_phone,
        signoff=signoff,
        created_at=clock.now(),
    )
    NoticeItem.objects.bulk_create(
        NoticeItem(
            notice=notice,
            application_id=item["application"],
            position=item["position"],
            platform_name=item["platform"],
            organisation_name=item["organisation"],
            recommender_name=item["recommender"],
            outcome=item.get("outcome", ""),
            ends_on=date.fromisoformat(item["ends"]) if item.get("ends") else None,
        )
        for item in content["items"]
    )
    event = audit.record(
        action="publish", obj=notice, by=by, facts={"digest": notice.digest, "items": len(content["items"])}
    )
    outbox.send_event(event)
    _announce(notice, "published")
    return notice


def _announce(notice: Notice, what: str) -> None:
    """Other systems are told of the ministry's own; a province's rounds are no part of the open data."""
    if notice.cycle is None or notice.cycle.programme_id is None:
        announce(Webhook.Kind.NOTICE, what, f"/api/v1/notices/{notice.pk}")


@transaction.atomic
def withdraw_notice(notice: Notice, *, signoff, by) -> Notice:
    """Take a publicity back; every dossier on it waits for a new one, and the days start anew."""
    note = signoff.note
    row = perform(notice, "withdraw", by=by, note=note, signoff=signoff)
    _announce(row, "withdrawn")
    for application in Application.objects.filter(notice_items__notice=notice, state="PUBLICISED"):
        perform(application, "withdraw_notice", by=by, note=note)
    return row
