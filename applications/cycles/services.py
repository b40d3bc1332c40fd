"""The yearly round: made from last year's, published with a frozen edition, changed with a reason.

Carries out Art. 11.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from applications.cycles.models import keep_edition
from applications.cycles.named import register_named
from applications.editions import DEFAULT, Edition, get_edition
from applications.models import Application, Cycle, CycleChange
from applications.rereviews.cohort import due_titles
from applications.states import LIVE, ApplicationState, CycleState, Procedure
from platforms.models import Recommender
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import calendar
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, column_of, perform

QUOTAS = ("quota_department", "quota_city", "quota_association")
DATES = ("filing_from", "filing_until", "handling_from", "handling_until", "review_until", "closes_on")
RULES = (
    "supplement_days",
    "correction_days",
    "second_look_days",
    "remedies",
    "panel_size",
    "quota_department",
    "quota_city",
    "quota_association",
    "associations",
    "ministry_units",
    "special_slots",
    "priorities",
    "attachments",
    "same_province_conflict",
    "publicise_rereview",
    "edition_ground",
    "notice_number",
    "contact_office",
    "contact_address",
    "contact_phone",
    "contact_fax",
    "contact_email",
    "supervision_phone",
)


def proposed_dates(year: int, last: Cycle | None = None) -> dict[str, date]:
    """Last year's dates moved to this year's working days; the handling is the edition's (Art. 11)."""
    days = calendar()
    base = {
        "filing_from": date(year, 2, 1),
        "filing_until": date(year, 3, 27),
        "review_until": date(year, 6, 30),
        "closes_on": date(year, 12, 31),
    }
    if last:
        base = {name: _same_day(getattr(last, name), year) for name in base}
    window = _template_after(last).window_in(year)
    if window is None:
        window = (_same_day(last.handling_from, year), _same_day(last.handling_until, year))
    return {
        "filing_from": days.next_workday(base["filing_from"]),
        "filing_until": days.previous_workday(base["filing_until"]),
        "handling_from": window[0],
        "handling_until": window[1],
        "review_until": days.previous_workday(base["review_until"]),
        "closes_on": base["closes_on"],
    }


def _template_after(last: Cycle | None) -> Edition:
    """The code's edition that the next year begins with; a default one knows its window."""
    return get_edition(last.edition_code if last else DEFAULT)


def proposed_rules(last: Cycle | None = None) -> dict:
    """Last year's operating rules but for its notice, else what the edition proposes."""
    if last:
        return {name: getattr(last, name) for name in RULES if name not in ("notice_number", "attachments")}
    return dict(_template_after(None).proposed)


def _same_day(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)


@transaction.atomic
def create_cycle(*, by, **fields) -> Cycle:
    fields.setdefault("edition_code", DEFAULT)
    fields = {**get_edition(fields["edition_code"]).proposed, **fields}
    cycle = Cycle.objects.create(**fields)
    register_named(cycle, by=by)
    audit.record(
        action="create", obj=cycle, by=by, facts={name: str(value) for name, value in fields.items()}
    )
    return cycle


@transaction.atomic
def publish_cycle(cycle: Cycle, *, by, note: str = "") -> Cycle:
    """Keep the whole edition and the list of titles that fall due (Art. 14), and open the year."""
    frozen: dict[str, Any] = {"digest": keep_edition(cycle.edition)}
    if cycle.programme_id is None:
        frozen["announced"] = [
            str(key) for key in due_titles(cycle).order_by("number").values_list("pk", flat=True)
        ]
    return perform(cycle, "publish", by=by, note=note, **frozen)


@transaction.atomic
def extend_review(cycle: Cycle, *, until: date, reason: str, by) -> Cycle:
    """A head gives a year's review more time, with a reason, also after its close: no dossier is left without a day."""
    demand_scope(by, "extend_review", cycle, f"延长评审办理期由{cycle.edition.authority}负责人决定。")
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if row.state not in (CycleState.PUBLISHED, CycleState.CLOSED):
        raise TransitionBlocked([f"{row}{row.get_state_display()}，没有需要延长的办理期。"])
    if not reason.strip():
        raise TransitionBlocked(["请写明延长的理由。"])
    if until <= max(row.review_until, clock.today()):
        raise TransitionBlocked(["新的截止日期应晚于今天和原定日期。"])
    changed = {"review_until": [str(row.review_until), str(until)]}
    row.review_until = until
    row.save(update_fields=["review_until"])
    record_change(row, changed, reason=reason, by=by)
    return row


def record_change(row: Cycle, changed: dict, *, reason: str, by) -> None:
    """The change on the year's page and in the trail; whoever works with its dates is told."""
    CycleChange.objects.create(
        cycle=row, changes=changed, reason=reason, changed_by=by, changed_at=clock.now()
    )
    audit.record(action="change", obj=row, by=by, note=reason, facts=changed)
    if set(DATES) & set(changed):
        event = audit.record(action="announce_change", obj=row, by=by, note=_in_words(changed, reason))
        outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))
    if quotas := {name: changed[name] for name in QUOTAS if name in changed}:
        outbox.send_event(audit.record(action="announce_quota", obj=row, by=by, note=reason, facts=quotas))


@transaction.atomic
def change_cycle(cycle: Cycle, *, by, reason: str, **fields) -> Cycle:
    """Change dates or operating rules; of a published cycle with a reason that stays on record."""
    demand_scope(by, "edit", cycle, "您没有修改年度安排的权限。")
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    changed = {
        name: [_shown(getattr(row, name)), _shown(value)]
        for name, value in fields.items()
        if getattr(row, name) != value
    }
    if not changed:
        return row
    if row.state in (CycleState.CLOSED, CycleState.ENDED):
        raise TransitionBlocked(
            [
                f"{row}申报已经结束，其日期和规则是当年办理的依据，不再修改；评审办理期可由负责人说明理由后延长。"
            ]
        )
    if row.state != "DRAFT" and not reason.strip():
        raise TransitionBlocked(["年度安排已发布，修改须写明理由。"])
    if row.state != "DRAFT" and {"edition_code", "edition_overlay"} & set(changed):
        raise TransitionBlocked(["年度已发布，适用办法不能再改。"])
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    register_named(row, by=by)
    if row.state == "DRAFT":
        audit.record(action="change", obj=row, by=by, note=reason, facts=changed)
    else:
        record_change(row, changed, reason=reason, by=by)
    return row


def _in_words(changed: dict[str, list[str]], reason: str) -> str:
    moved = [
        f"{label_of(name)}由 {before} 改为 {after}"
        for name, (before, after) in changed.items()
        if name in DATES
    ]
    return f"{reason}（{'，'.join(moved)}）"


def label_of(field: str) -> str:
    return str(column_of(Cycle, field).verbose_name)


def affected_by(cycle: Cycle) -> int:
    """How many dossiers under way a change of the cycle touches."""
    return Application.objects.filter(cycle=cycle, state__in=LIVE).count()


def under_evaluation(cycle: Cycle) -> int:
    return Application.objects.filter(cycle=cycle, state=ApplicationState.UNDER_EVALUATION).count()


# Which dossiers a change of a field reaches, in the words of who holds them.
REACH = {
    "filing_from": ("填写中的草稿", ("DRAFT",)),
    "filing_until": ("填写中的草稿", ("DRAFT",)),
    "handling_from": ("待报送和测评中的申报", ("SUBMITTED", "RETURNED", "UNDER_EVALUATION", "RECOMMENDED")),
    "handling_until": ("待报送和测评中的申报", ("SUBMITTED", "RETURNED", "UNDER_EVALUATION", "RECOMMENDED")),
    "review_until": ("形式审查和待评审的申报", ("REPORTED", "SUPPLEMENTING", "ACCEPTED")),
    "closes_on": ("全部未报送的申报", ("SUBMITTED", "RETURNED", "UNDER_EVALUATION", "RECOMMENDED")),
    "panel_size": ("待组成评审组和评审中的申报", ("ACCEPTED", "UNDER_REVIEW")),
    "same_province_conflict": ("待组成评审组的申报", ("ACCEPTED",)),
    "quota_department": ("测评中的申报", ("UNDER_EVALUATION",)),
    "quota_city": ("测评中的申报", ("UNDER_EVALUATION",)),
    "quota_association": ("测评中的申报", ("UNDER_EVALUATION",)),
}


def reach_of(cycle: Cycle, fields: dict) -> list[dict]:
    """What would change, from what to what, and whom it reaches; shown before anything is stored."""
    row = Cycle.objects.get(pk=cycle.pk)
    lines = []
    for name, value in fields.items():
        before = getattr(row, name)
        if before == value:
            continue
        who, states = REACH.get(name, ("此后办理的事项", ()))
        touched = Application.objects.filter(cycle=row, state__in=states)
        if name.startswith("quota_"):
            offices = [one.pk for one in Recommender.objects.all() if row.quota_field(one) == name]
            touched = touched.filter(procedure=Procedure.DESIGNATION, recommender__in=offices)
        lines.append(
            {
                "name": name,
                "label": label_of(name),
                "before": _shown(before),
                "after": _shown(value),
                "who": who,
                "count": touched.count() if states else None,
                "recommenders": touched.values("recommender").distinct().count() if states else None,
            }
        )
    return lines


def _shown(value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "不限" if value is None else str(value) or "（空）"


@transaction.atomic
def admit_late_filing(application: Application, *, until: date, reason: str, by) -> Application:
    """A justified late filing: a lead allows one draft to be submitted until a day, with the reason on record."""
    demand_scope(
        by, "publish", application.cycle, f"准予逾期提交由{application.cycle.edition.authority}负责人决定。"
    )
    if not reason.strip():
        raise TransitionBlocked(["请写明准予逾期提交的理由。"])
    application.late_filing_until = until
    application.save(update_fields=["late_filing_until"])
    event = audit.record(
        action="admit_late", obj=application, by=by, note=reason, facts={"until": until.isoformat()}
    )
    outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))
    return application
