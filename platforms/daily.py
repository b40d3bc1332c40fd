"""Jobs of the clock: summaries fall due, are reminded of, are escalated when nobody files them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.urls import reverse

from platforms.models import AnnualSummary, Complaint, ProvincialTitle, Recommender, ServicePosting
from platforms.notifications import people_of_provincial_title, people_of_title
from platforms.postings.models import FRESH_DAYS, WARNED_BEFORE
from platforms.querysets import people_of_organisation, people_of_recommender
from platforms.register.services import expire_titles
from platforms.staff.services import turn_substitutions
from platforms.states import LIVE_TITLES, OPEN_COMPLAINTS, UNFILED, PostingState
from platforms.summaries.services import due_day, open_summaries
from portal.desk.notifications import Message, still, tell, until
from portal.kernel.calendar import calendar
from portal.kernel.daily import daily
from portal.kernel.permissions import MINISTRY, SYSTEM, Role
from portal.models import User
from portal.shared.workingdays import date_cn_weekday

REMIND_AT = (10, 3, 1)  # working days before the deadline
ESCALATE_AFTER = 10  # working days past it
LOOK_BACK = timedelta(days=31)  # more than these working days ever take
ENDING_AT = (180, 30)  # days before a provincial title ends


@daily
def open_due_summaries(day: date) -> None:
    """From 1 January on last year's summary is due from every living title.

    A title that enters the register after the deadline, from a historic list, owes its first one next year.
    """
    if day <= due_day(day.year - 1):
        open_summaries(day.year - 1)


@daily
def expire_ended_terms(day: date) -> None:
    """A title whose edition gives it a term ends with its last day: an event of the register, no decision."""
    expire_titles(day, by=SYSTEM)


@daily
def remind_of_summaries(day: date) -> None:
    rows = AnnualSummary.objects.filter(state__in=UNFILED, title__state__in=LIVE_TITLES, due_on__gte=day)
    if not calendar().is_workday(day):
        return
    for row in rows.select_related("title__platform__organisation"):
        left = calendar().days_left(day, row.due_on)
        if left in REMIND_AT:
            tell(
                Message(
                    people_of_title(row.title),
                    f"{row.year} 年度总结尚未报送，{calendar().words_until(day, row.due_on)}",
                    f"{row.title.platform_name}须在 {until(row.due_on)} 前报送。保存不等于报送。",
                    reverse("summary_edit", args=[row.pk]),
                ),
                key=f"summary:{row.pk}:{day}",
                of=row,
            )


@daily
def escalate_overdue_summaries(day: date) -> None:
    """The first working day past the deadline the recommender is told, after ten more the ministry."""
    if not calendar().is_workday(day):
        return
    rows = AnnualSummary.objects.filter(
        state__in=UNFILED,
        title__state__in=LIVE_TITLES,
        due_on__range=(day - LOOK_BACK, day - timedelta(days=1)),
    )
    first: Counter = Counter()
    long: Counter = Counter()
    for row in rows.select_related("title__platform__organisation"):
        late = -calendar().days_left(day, row.due_on)
        if late == 1:
            first[row.recommender_id, row.year] += 1
            tell(
                Message(
                    people_of_title(row.title),
                    f"{row.year} 年度总结已逾期，请尽快报送：{row.title.platform_name}",
                    f"期限为 {date_cn_weekday(row.due_on)}，逾期仍可报送，逾期情况已通知推荐单位。",
                    reverse("summary_edit", args=[row.pk]),
                ),
                key=f"summary-late:{row.pk}",
                of=row,
            )
        elif calendar().days_over(day, row.due_on) == ESCALATE_AFTER:
            long[row.recommender_id, row.year] += 1
    _tell_of_overdue(first, long, day)


def _tell_of_overdue(first: Counter, long: Counter, day: date) -> None:
    recommenders = Recommender.objects.in_bulk([key for key, _ in [*first, *long]])
    for (key, year), count in first.items():
        tell(
            Message(
                people_of_recommender(recommenders[key]),
                f"{count} 家平台逾期未报 {year} 年度总结",
                "请督促平台尽快报送。",
                reverse("summary_list") + "?state=overdue",
            ),
            key=f"summary-late:{key}:{year}",
        )
    officers = User.objects.filter(role=MINISTRY[0], is_active=True)
    for (key, year), count in long.items():
        name = recommenders[key].name
        tell(
            Message(
                officers,
                f"{name} {count} 家平台 {year} 年度总结逾期已满 {ESCALATE_AFTER} 个工作日",
                "推荐单位督促后仍未报送。",
                reverse("summary_list") + "?state=overdue",
            ),
            key=f"summary-long:{key}:{year}:{day}",
        )


@daily
def prompt_for_stale_postings(day: date) -> None:
    """On its 91st day without confirmation a posting leaves the public listing, and its platform is told."""
    rows = ServicePosting.objects.filter(
        state=PostingState.PUBLISHED, confirmed_on=day - timedelta(days=FRESH_DAYS + 1)
    )
    for row in rows.select_related("platform__organisation"):
        tell(
            Message(
                people_of_organisation(row.platform.organisation),
                f"服务信息已满 {FRESH_DAYS} 天未确认，不再对外显示：{row.name}",
                "仍然有效的请确认，有变化的请修改，不再提供的请撤下。",
                reverse("postings_ours", args=[row.platform_id]),
            ),
            key=f"posting:{row.pk}:{row.confirmed_on}",
            of=row,
        )


@daily
def warn_of_postings_that_turn_stale(day: date) -> None:
    """Two weeks before, one message a platform: what leaves the public listing on one day is confirmed on one page."""
    rows = ServicePosting.objects.filter(
        state=PostingState.PUBLISHED, confirmed_on=day - timedelta(days=FRESH_DAYS - WARNED_BEFORE)
    )
    found: dict = {}
    for row in rows.select_related("platform__organisation").order_by("name"):
        found.setdefault(row.platform, []).append(row.name)
    last = day + timedelta(days=WARNED_BEFORE)
    for platform, names in found.items():
        tell(
            Message(
                people_of_organisation(platform.organisation),
                f"{len(names)} 条服务信息 {WARNED_BEFORE} 天后不再对外显示，请确认",
                f"{'、'.join(names)}：{last:%Y-%m-%d} 前没有确认的，此后不再对外显示。",
                reverse("postings_ours", args=[platform.pk]),
            ),
            key=f"posting-warned:{platform.pk}:{day}",
            of=platform,
        )


@daily
def remind_of_complaints(day: date) -> None:
    """Three working days before the deadline the office is reminded; past it the ministry is told as well."""
    if not calendar().is_workday(day):
        return
    officers = list(User.objects.filter(role=MINISTRY[0], is_active=True))
    for row in Complaint.objects.filter(state__in=OPEN_COMPLAINTS).select_related("title", "recommender"):
        left = calendar().days_left(day, row.due_on)
        people = still(row.handler, Role.RECOMMENDER) or people_of_recommender(row.recommender)
        if left not in (3, -1):
            continue
        late = left < 0
        tell(
            Message(
                [*people, *(officers if late else [])],
                f"投诉{calendar().words_until(day, row.due_on)}，尚未办结：{row.receipt_number}",
                f"{row.title.platform_name}，承办单位 {row.recommender.name}。",
                reverse("complaint", args=[row.pk]),
            ),
            key=f"complaint:{row.pk}:{left}",
        )


@daily
def begin_and_end_substitutions(day: date) -> None:
    """A deputy may sign from the first day to the last, not a day longer."""
    turn_substitutions(day, by=SYSTEM)


@daily
def remind_of_ending_provincial_titles(day: date) -> None:
    """Art. 18: the unit and its province learn in time that a title of the province's own comes to its end."""
    counts: Counter = Counter()
    last_days = {day + timedelta(days=left): left for left in ENDING_AT}
    rows = ProvincialTitle.objects.standing().filter(valid_until__in=last_days)
    for row in rows.select_related("programme__recommender"):
        counts[row.programme.recommender, row.valid_until] += 1
        tell(
            Message(
                people_of_provincial_title(row),
                f"省级称号将于 {row.valid_until:%Y-%m-%d} 到期：{row.platform_name}",
                f"{row.programme.honour}，由{row.programme.recommender.name}复核确认，或者在新的年度重新申报。",
                reverse("province_register", args=[row.programme.recommender.code]),
            ),
            key=f"provincial-ending:{row.pk}:{row.valid_until}:{last_days[row.valid_until]}",
        )
    for (province, last), count in counts.items():
        tell(
            Message(
                people_of_recommender(province),
                f"{count} 家平台的省级称号将于 {last:%Y-%m-%d} 到期",
                "请办理复核确认或者终止。",
                reverse("province_titles") + "?view=ending",
            ),
            key=f"provincial-ending:{province.pk}:{last}:{last_days[last]}",
        )
