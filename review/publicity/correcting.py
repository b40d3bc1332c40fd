"""Correcting a running publicity: whose days go on, whose start anew, and the notice that says so line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.workflow import perform
from portal.shared.workingdays import date_cn
from review.models import Notice, NoticeItem
from review.notices.services import publish
from review.states import OUTCOME_LABELS

KEPT, AMENDED, REMOVED = "kept", "amended", "removed"
# States that leave a list before its end; what was decided stays on it as it was.
GONE = ("REJECTED", "REVIEWED", "WITHDRAWN", "PROPOSED")


@dataclass(frozen=True)
class Line:
    """What becomes of one line: `until` is the last day of its publicity after the correction."""

    item: NoticeItem
    what: str
    until: date | None
    now: dict

    @property
    def words(self) -> str:
        if self.what == REMOVED:
            return "不再列入"
        if self.what == AMENDED:
            return f"内容有更正，自 {date_cn(first_day())}起另行公示，至 {date_cn(self.until)}"
        return f"没有变化，公示期继续计算，至 {date_cn(self.until)}"


def first_day() -> date:
    """An amended line begins on the working day after the signature."""
    return calendar().next_workday(clock.today() + timedelta(days=1))


def lines_of(notice: Notice) -> list[Line]:
    """Every line beside what the portal holds now: who keeps name, unit, recommender and outcome keeps the days."""
    items = notice.items.select_related(
        "application__platform__organisation", "application__recommender", "notice"
    )
    anew = calendar().publicity_period(first_day(), notice.cycle.edition.publicity_days).end
    return [_line(item, anew) for item in items.order_by("position")]


def _line(item: NoticeItem, anew: date) -> Line:
    row = item.application
    now = {
        "platform": row.platform.name,
        "organisation": row.platform.organisation.name,
        "recommender": row.recommender.name,
        "outcome": OUTCOME_LABELS.get(row.proposed_outcome, ""),
    }
    before = {
        "platform": item.platform_name,
        "organisation": item.organisation_name,
        "recommender": item.recommender_name,
        "outcome": item.outcome,
    }
    if row.state in GONE:
        return Line(item, REMOVED, None, before)
    if row.state == "PUBLICISED" and now != before:
        return Line(item, AMENDED, anew, now)
    return Line(item, KEPT, item.last_day, before)


def compose_correction(notice: Notice, note: str) -> dict:
    """The correction as plain data, from the notice it takes the place of; its digest is what is signed."""
    lines, old = lines_of(notice), notice.content
    standing = [line for line in lines if line.what != REMOVED]
    end = max(line.until for line in standing)
    words = {
        what: [line.item.platform_name for line in lines if line.what == what] for what in (AMENDED, REMOVED)
    }
    sentences = [
        f"{date_cn(notice.published_on)}发布的《{notice.title}》更正如下，以本公示为准。理由：{note.rstrip('。')}。"
    ]
    if words[REMOVED]:
        sentences.append(f"不再列入：{'、'.join(words[REMOVED])}。")
    if words[AMENDED]:
        until = next(line.until for line in lines if line.what == AMENDED)
        sentences.append(
            f"内容有更正，自 {date_cn(first_day())}起另行公示至 {date_cn(until)}：{'、'.join(words[AMENDED])}。"
        )
    sentences.append("其余各项没有变化，公示期继续计算，各项截止日期见名单。")
    listed = f"{old['annex']}（更正）" if not old["annex"].endswith("（更正）") else old["annex"]
    return {
        **old,
        "title": f"关于 {listed}的公示",
        "annex": listed,
        "opening": f"现将更正后的名单予以公示，共 {len(standing)} 家。",
        "sections": [
            {"title": "一、更正说明", "text": "".join(sentences)},
            *(
                one
                for one in old["sections"]
                if "更正说明" not in one["title"] and "公示时间" not in one["title"]
            ),
        ],
        "date": date_cn(clock.today()),
        "start": clock.today().isoformat(),
        "end": end.isoformat(),
        "days": [],
        "items": [
            {
                "position": position,
                "application": str(line.item.application_id),
                **line.now,
                "ends": line.until.isoformat(),
            }
            for position, line in enumerate(standing, start=1)
        ],
    }


@transaction.atomic
def correct_notice(notice: Notice, *, signoff, by) -> Notice:
    """Take the notice's place with the correction; amended lines run their full days, all others go on."""
    content, amended = compose_correction(notice, signoff.note), []
    for line in lines_of(notice):
        if line.what == AMENDED:
            amended.append((line.item.application, line.until))
    row = perform(notice, "correct", by=by, note=signoff.note, signoff=signoff)
    done = publish(
        kind=Notice.Kind.PUBLICITY,
        subject=Notice.Subject.PUBLICITY,
        replaces=row,
        cycle=row.cycle,
        procedure=row.procedure,
        content=content,
        published_on=clock.today(),
        ends_on=date.fromisoformat(content["end"]),
        by=by,
        signoff=signoff,
        contact_phone=row.contact_phone,
        supervision_phone=row.supervision_phone,
    )
    for application, until in amended:
        application.due_on = until
        application.save(update_fields=["due_on"])
    return done
