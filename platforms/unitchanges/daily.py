"""Whoever is asked to take a platform over and does not answer is reminded; in the end those who wait are told."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse

from platforms.models import UnitChange
from platforms.querysets import people_of_organisation, people_of_recommender
from platforms.states import OPEN_CHANGES, ChangeState
from platforms.unitchanges.receiving import REMIND_AFTER, consented, declined, waited_for
from portal.desk.notifications import Message, tell
from portal.kernel.calendar import calendar
from portal.kernel.daily import daily

LAST = REMIND_AFTER[-1]
LOOK_BACK = timedelta(days=31)  # more than these working days ever take


@daily
def remind_of_platforms_to_receive(day: date) -> None:
    """The unit that is to run the platform, then whoever filed the change and the department that cannot verify it."""
    if not calendar().is_workday(day):
        return
    rows = UnitChange.objects.filter(
        ~consented(),
        ~declined(),
        operator__isnull=False,
        state__in=OPEN_CHANGES,
        filed_at__date__gte=day - LOOK_BACK,
    )
    for row in rows.select_related("platform__organisation", "operator", "office"):
        days = waited_for(row.filed_at, day)
        if days not in REMIND_AFTER:
            continue
        _tell(
            people_of_organisation(row.operator, "sign_organisation"),
            row,
            f"仍请答复是否接收平台：{row.platform.name}",
            f"{row.platform.organisation.name}提出由贵单位运营该平台，已满 {days} 个工作日。同意、不同意都请答复；没有答复的，变更不能核验。",
            f"receive:{day}",
        )
        if days == LAST:
            words = f"{row.operator.name}在 {days} 个工作日内没有答复是否接收该平台。"
            title = f"接收单位尚未答复：{row.platform.name}"
            unit = people_of_organisation(row.platform.organisation)
            _tell(unit, row, title, f"{words}请与其联系，或者撤回变更。", f"unanswered:unit:{day}")
            office = people_of_recommender(row.office)
            _tell(office, row, title, f"{words}在其答复前不能核验。", f"unanswered:office:{day}")


@daily
def remind_of_platforms_that_move_in(day: date) -> None:
    """The same for the department of the place to which a platform moves."""
    if not calendar().is_workday(day):
        return
    rows = UnitChange.objects.filter(
        state=ChangeState.VERIFIED, moves_to__isnull=False, verified_at__date__gte=day - LOOK_BACK
    )
    for row in rows.select_related("platform__organisation", "moves_to", "office"):
        days = waited_for(row.verified_at, day)
        if days not in REMIND_AFTER:
            continue
        _tell(
            people_of_recommender(row.moves_to),
            row,
            f"仍请答复是否同意迁入：{row.platform.name}",
            f"{row.office.name}同意迁出已满 {days} 个工作日。不同意的，请用“不一致，请说明”写明理由。",
            f"agree:{day}",
        )
        if days == LAST:
            _tell(
                people_of_organisation(row.platform.organisation),
                row,
                f"迁入地尚未答复：{row.platform.name}",
                f"{row.moves_to.name}在 {days} 个工作日内没有答复是否同意迁入。请与其联系，或者撤回变更。",
                f"unanswered:move:{day}",
            )


def _tell(people, row: UnitChange, title: str, body: str, key: str) -> None:
    address = reverse("unit_change", args=[row.pk])
    tell(Message(people, title, body, address), key=f"unit-change:{row.pk}:{key}", of=row)
