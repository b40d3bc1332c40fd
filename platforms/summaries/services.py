"""Annual summaries (Art. 13): opened by the clock, filled in and filed by the platform, answered above it.

Carries out Art. 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from platforms.models import AnnualSummary, Designation
from platforms.states import LIVE_TITLES
from platforms.summaries.figures import CODES, TEXT_CODES
from portal.kernel import audit, clock
from portal.kernel.calendar import calendar
from portal.kernel.permissions import SYSTEM, demand_scope
from portal.kernel.workflow import ChangedMeanwhile, TransitionBlocked, perform

CARRIED = ("staff", *TEXT_CODES)  # what is likely to hold still; a year's figures are never copied


def due_day(year: int) -> date:
    """The last working day on which the summary of `year` is in time (an operating rule, see settings)."""
    month, day = map(int, settings.ANNUAL_SUMMARY_DUE.split("-"))
    return calendar().previous_workday(date(year + 1, month, day))


@transaction.atomic
def open_summaries(year: int, *, by=SYSTEM) -> int:
    """A row for every living title that was granted by the end of the year; repeating changes nothing."""
    due = due_day(year)
    titles = (
        Designation.objects.filter(state__in=LIVE_TITLES, granted_on__year__lte=year)
        .exclude(summaries__year=year)
        .select_related("recommender", "platform")
    )
    opened = 0
    for title in titles:
        last = title.summaries.filter(year=year - 1).first()
        row = AnnualSummary.objects.create(
            title=title,
            recommender=title.supervising_recommender,
            year=year,
            due_on=due,
            **({name: getattr(last, name) for name in CARRIED} if last else {}),
        )
        audit.record(action="open", obj=row, by=by, facts={"year": year, "due_on": due})
        opened += 1
    return opened


@transaction.atomic
def save_summary(summary: AnnualSummary, *, version: int, content: Mapping[str, Any], by) -> AnnualSummary:
    """Store the draft. Refuses when somebody else has saved since `version` was read."""
    demand_scope(by, "edit", summary)
    row = AnnualSummary.objects.select_for_update(of=("self",)).get(pk=summary.pk)
    if not row.is_editable:
        raise TransitionBlocked([f"当前状态为“{row.get_state_display()}”，不能修改。"])
    if row.version != version:
        raise ChangedMeanwhile(
            [
                "您打开此页后，本单位另有人保存过。您填写的内容没有丢失，也还没有保存；"
                "请对照下面列出的不同之处，改好后再次保存，以您保存的为准。"
            ]
        )
    names = [name for name in (*CODES, *TEXT_CODES) if getattr(row, name) != content[name]]
    before = {name: getattr(row, name) for name in names}
    for name in names:
        setattr(row, name, content[name])
    row.version += 1
    row.save(update_fields=[*names, "version"])
    audit.record(
        action="edit",
        obj=row,
        by=by,
        facts={name: [before[name], content[name]] for name in names if name in CODES},
    )
    return row


def file_summary(summary: AnnualSummary, *, by) -> AnnualSummary:
    return perform(summary, "file", by=by, at=clock.now())


def answer_summary(summary: AnnualSummary, verb: str, *, by, note: str = "") -> AnnualSummary:
    """`acknowledge`, or `send_back` with a reason."""
    return perform(summary, verb, by=by, note=note, at=clock.now())
