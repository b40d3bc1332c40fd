"""What must hold at every moment of a simulated life; each check yields sentences about what is broken."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count, F

from applications.models import Application
from applications.states import LIVE, UNREPORTED, ApplicationState, CycleState, Procedure
from platforms.models import Designation, Suspension
from platforms.states import LIVE_TITLES
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.workflow import is_ready, missing, stateful_models, verbs_of
from review.models import Notice, NoticeItem
from review.requirements import running_line

DECIDED = (ApplicationState.DESIGNATED, ApplicationState.CONFIRMED, ApplicationState.FAILED)


def broken(*, since: int = 0) -> list[str]:
    """Everything that does not hold now; an empty list is the only good answer.

    Of the record only the streams that have grown since the event `since` are walked.
    """
    return [
        *one_live_dossier(),
        *one_live_title(),
        *full_publicity(),
        *one_event_per_change(since),
        *suspended_report_nothing(),
        *nobody_knows_what_is_next(),
    ]


def one_live_dossier() -> Iterator[str]:
    rows = (
        Application.objects.filter(state__in=LIVE)
        .values("platform__name", "cycle__year", "procedure")
        .annotate(n=Count("*"), platforms=Count("platform", distinct=True))
        .filter(n__gt=F("platforms"))
    )
    for row in rows:
        yield f"{row['platform__name']} {row['cycle__year']} 有 {row['n']} 件在办申报"


def one_live_title() -> Iterator[str]:
    rows = (
        Designation.objects.filter(state__in=LIVE_TITLES)
        .values("platform")
        .annotate(n=Count("*"))
        .filter(n__gt=1)
    )
    for row in rows:
        yield f"平台 {row['platform']} 有 {row['n']} 个有效称号"


def full_publicity() -> Iterator[str]:
    """Art. 9, counted again from the calendar and not from what the portal wrote down."""
    days = calendar()
    for notice in Notice.objects.filter(kind=Notice.Kind.PUBLICITY):
        counted = len(days.workdays_between(notice.published_on, notice.ends_on))
        if counted < notice.cycle.edition.publicity_days:
            yield f"{notice.title}只公示了 {counted} 个工作日"
    decided = Application.objects.filter(state__in=DECIDED)
    shown = NoticeItem.objects.filter(notice__kind="publicity", notice__state="PUBLISHED")
    for row in decided.filter(cycle__publicise_rereview=True).exclude(pk__in=shown.values("application")):
        yield f"{row.number} 未经公示即作出决定"
    early = NoticeItem.objects.filter(
        notice__kind="announcement",
        application__state__in=DECIDED,
        application__notice_items__notice__kind="publicity",
        application__notice_items__notice__state="PUBLISHED",
        application__notice_items__notice__ends_on__gte=F("notice__published_on"),
    )
    for item in early:
        yield f"{item.platform_name}在公示期满前作出决定"


LAST_EVENT = """
SELECT count(*) FROM {table} row
LEFT JOIN portal_auditevent event ON event.uuid = row.state_event
WHERE (row.state_event IS NOT NULL AND (event.uuid IS NULL OR event.after <> row.state))
   OR (row.state_event IS NULL AND row.state <> %s)
"""
BROKEN_LINKS = """
SELECT count(*) FROM (
  SELECT before, lag(after) OVER (PARTITION BY stream ORDER BY sequence) AS earlier
  FROM portal_auditevent WHERE after <> '' AND stream IN (
    SELECT stream FROM portal_auditevent WHERE id > %s AND stream LIKE %s
  )
) steps WHERE earlier IS NOT NULL AND before <> earlier
"""


def one_event_per_change(since: int) -> Iterator[str]:
    """Each state is the end of its last event, and each event begins where the one before it ended:
    a change without an event, or with two, breaks one or the other."""
    with connection.cursor() as cursor:
        for model in stateful_models():
            table, label = model._meta.db_table, model._meta.label_lower
            cursor.execute(LAST_EVENT.format(table=table), [str(model._meta.get_field("state").default)])
            if count := cursor.fetchone()[0]:
                yield f"{label} 有 {count} 行的状态与操作记录不符"
            cursor.execute(BROKEN_LINKS, [since, f"{label}:%"])
            if count := cursor.fetchone()[0]:
                yield f"{label} 有 {count} 处操作记录不衔接"


def suspended_report_nothing() -> Iterator[str]:
    """Art. 15: nothing is filed or reported for 认定 while the suspension is in force."""
    for suspension in Suspension.objects.filter(state="IN_FORCE").select_related("recommender"):
        filed = Application.objects.filter(
            platform__jurisdiction=suspension.recommender,
            cycle__year=suspension.year,
            procedure=Procedure.DESIGNATION,
            submitted_at__isnull=False,
        )
        if filed.exists():
            yield f"{suspension}期间仍有 {filed.count()} 件认定申报"


# After the year's review a head extends it; of a sheet that is out, its expert is reminded or replaced.
EXTENDED = (ApplicationState.REPORTED, ApplicationState.ACCEPTED, ApplicationState.UNDER_REVIEW)
# What only gives a dossier up, or is the clock's; these keep nothing alive.
GIVING_UP = {"withdraw", "leave_round", "discontinue", "lapse"}


def nobody_knows_what_is_next() -> Iterator[str]:
    """Liveness: of every dossier that is not ended somebody has a verb now, or a day is known on which one opens."""
    live = [state for state in LIVE if state != ApplicationState.DRAFT]
    verbs = [name for name in verbs_of(Application) if name not in GIVING_UP]
    for row in Application.objects.filter(state__in=live).select_related("cycle", "platform"):
        if row.state in UNREPORTED and row.cycle.state == CycleState.PUBLISHED:
            continue  # at the latest on the year's last day
        if row.state not in UNREPORTED and row.cycle.state != CycleState.ENDED and _goes_on(row, verbs):
            continue
        yield f"{row.cycle}{row.platform.name}停在“{row.get_state_display()}”，没有可办的下一步"


def _goes_on(row: Application, verbs: list[str]) -> bool:
    """A term, the last day of a publicity, the year's review, a verb; or, when that is over, a head extends it."""
    line = running_line(row) if row.state == ApplicationState.PUBLICISED else None
    days = [row.due_on, line and line.last_day, row.cycle.review_until]
    if any(day and day >= clock.today() for day in days):
        return True
    if any(not missing(row, verb) for verb in verbs if is_ready(row, verb)):
        return True
    return row.state in EXTENDED
