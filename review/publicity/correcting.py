"""Correcting a running publicity: whose days go on, whose start anew, and the notice that says so line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.workflow import TransitionBlocked, perform
from portal.shared.workingdays import Period, date_cn
from review.models import Notice, NoticeItem
from review.notices.services import publish
from review.states import OUTCOME_LABELS

KEPT, AMENDED, REMOVED = "kept", "amended", "removed"
# States that leave a list before its end; what was decided stays on it as it was.
GONE = ("REJECTED", "REVIEWED", "WITHDRAWN", "PROPOSED")


@dataclass(frozen=True)
class Line:
    """What becomes of one line: its publicity after the correction runs from `since` to `until`."""

    item: NoticeItem
    what: str
    since: date | None
    until: date | None
    now: dict

    @property
    def words(self) -> str:
        if self.what == REMOVED:
            return "不再列入"
        if self.what == AMENDED:
            days = f"自 {date_cn(self.since)}起另行公示，至 {date_cn(self.until)}"
            return f"内容有更正，{days}：{self.difference}"
        return f"没有变化，公示期继续计算，至 {date_cn(self.until)}"

    @property
    def difference(self) -> str:
        """What the line says now beside what was published."""
        pairs = ((label, getattr(self.item, field), self.now[key]) for key, label, field in SHOWN)
        return "；".join(f"{label}由“{old}”更正为“{new}”" for label, old, new in pairs if old != new)


# What a line shows: its name in the new content, its words, the published field.
SHOWN = (
    ("platform", "平台名称", "platform_name"),
    ("organisation", "运营单位", "organisation_name"),
    ("recommender", "推荐单位", "recommender_name"),
    ("outcome", "拟定结论", "outcome"),
)
LATEST = 10  # working days ahead, within which the amended lines' own days begin


def usual_first_day() -> date:
    """The second working day from now: whoever signs has until the evening before."""
    days = calendar()
    return days.next_workday(days.next_workday(clock.today() + timedelta(days=1)) + timedelta(days=1))


def first_day_reasons(day: date) -> list[str]:
    """Why amended lines can't begin on this day; empty when they can."""
    days = calendar()
    latest = days.add_workdays(clock.today() + timedelta(days=1), LATEST)
    if not clock.today() < day <= latest:
        return [f"请选择今天之后、{date_cn(latest)}以前的工作日。"]
    return [] if days.is_workday(day) else [f"{date_cn(day)}不是工作日，另行公示从工作日开始。"]


def amends(notice: Notice) -> bool:
    """Whether a line is to run days of its own, so that its first day has to be named."""
    return any(line.what == AMENDED for line in lines_of(notice))


def lines_of(notice: Notice, first: date | None = None) -> list[Line]:
    """Every line beside what the portal holds now: who keeps name, unit, recommender and outcome keeps the days."""
    first = first or usual_first_day()
    items = notice.items.select_related(
        "application__platform__organisation", "application__recommender", "notice"
    )
    period = calendar().publicity_period(first, notice.cycle.edition.publicity_days)
    return [_line(item, period) for item in items.order_by("position")]


def _line(item: NoticeItem, anew: Period) -> Line:
    row = item.application
    now = {
        "platform": row.platform.name,
        "organisation": row.platform.organisation.name,
        "recommender": row.recommender.name,
        "outcome": OUTCOME_LABELS.get(row.proposed_outcome, ""),
    }
    before = {key: getattr(item, field) for key, _, field in SHOWN}
    if row.state in GONE:
        return Line(item, REMOVED, None, None, before)
    if row.state == "PUBLICISED" and now != before:
        return Line(item, AMENDED, anew.start, anew.end, now)
    return Line(item, KEPT, item.first_day, item.last_day, before)


def compose_correction(notice: Notice, note: str, first: date | None = None) -> dict:
    """The correction as plain data, from the notice it takes the place of; its digest is what is signed.

    Nothing in it depends on the day of the signature: the amended lines' first day is named, and the paper carries
    the day on which it was published.
    """
    lines, old = lines_of(notice, first), notice.content
    standing = [line for line in lines if line.what != REMOVED]
    end = max(line.until for line in standing)
    words = {
        what: [
            line.item.platform_name + (f"（{line.difference}）" if what == AMENDED else "")
            for line in lines
            if line.what == what
        ]
        for what in (AMENDED, REMOVED)
    }
    sentences = [
        f"{date_cn(notice.published_on)}发布的《{notice.title}》更正如下，以本公示为准。理由：{note.rstrip('。')}。"
    ]
    if words[REMOVED]:
        sentences.append(f"不再列入：{'、'.join(words[REMOVED])}。")
    if words[AMENDED]:
        since, until = next((line.since, line.until) for line in lines if line.what == AMENDED)
        sentences.append(
            f"内容有更正，自 {date_cn(since)}起另行公示至 {date_cn(until)}：{'、'.join(words[AMENDED])}。"
        )
    sentences.append("其余各项没有变化，公示期继续计算，各项截止日期见名单。")
    listed = f"{old['annex']}（更正）" if not old["annex"].endswith("（更正）") else old["annex"]
    return {
        **{name: value for name, value in old.items() if name not in ("date", "start")},
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
        "end": end.isoformat(),
        "days": [],
        "items": [
            {
                "position": position,
                "application": str(line.item.application_id),
                **line.now,
                "starts": line.since.isoformat(),
                "ends": line.until.isoformat(),
            }
            for position, line in enumerate(standing, start=1)
        ],
    }


@transaction.atomic
def correct_notice(notice: Notice, *, signoff, by) -> Notice:
    """Take the notice's place with the correction; amended lines run their full days, all others go on."""
    first = first_day_of(signoff.facts)
    content = compose_correction(notice, signoff.note, first)
    amended = [line for line in lines_of(notice, first) if line.what == AMENDED]
    if amended and amended[0].since <= clock.today():
        raise TransitionBlocked(
            [f"另行公示的第一日（{date_cn(amended[0].since)}）已到，请退回后另定一日重新拟办。"]
        )
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
    for line in amended:
        line.item.application.due_on = line.until
        line.item.application.save(update_fields=["due_on"])
    return done


def first_day_of(facts: Mapping[str, Any]) -> date | None:
    """The amended lines' first day, as it was proposed."""
    return date.fromisoformat(facts["first_day"]) if facts.get("first_day") else None
