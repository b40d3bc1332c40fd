"""Undoing an import: what the batch wrote is marked and stays, in no list, total or register (docs/adr/0018)."""

from __future__ import annotations

from datetime import date

from django.db import models, transaction

from platforms.models import (
    AnnualSummary,
    Certificate,
    Designation,
    ImportBatch,
    ImportRow,
    Organisation,
    Platform,
    ProvincialTitle,
    SupportRecord,
    TitleEvent,
)
from platforms.programmes.services import register_changed
from platforms.states import LIVE_TITLES, DesignationState, SummaryState
from portal.kernel import audit, clock, signoff
from portal.kernel.workflow import TransitionBlocked, perform

WRITTEN = ("title", "support", "provincial")  # what a row of a batch led to
OWN = {AnnualSummary, Certificate, TitleEvent}  # what stands at a title from the beginning


@transaction.atomic
def carry_out_undo(signoff_row, *, batch: ImportBatch, by) -> ImportBatch:
    """Take back what the batch wrote, as two persons have signed. Refuses when something followed on it."""
    note = signoff_row.note
    done = perform(batch, "undo", by=by, note=note, signoff=signoff_row)
    rows = list(done.rows.select_related(*WRITTEN, "provincial__programme", "platform__organisation"))
    for row in rows:
        _refuse_what_was_followed(row)
        if row.support:
            _mark(row.support, by=by, note=note)
        elif row.provincial:
            perform(row.provincial, "take_back", by=by, note=note)
            register_changed(row.provincial, "take_back")
        elif row.title and row.made_title:
            perform(row.title, "take_back", by=by, note=note)
        elif row.title and "was" in row.cells:
            _go_back(row, by=by, note=note)
    for event in done.events.all():
        _mark(event, by=by, note=note)
    for row in rows:
        if row.made_platform and not _has(row.platform):
            _mark(row.platform, by=by, note=note)
    for row in rows:
        if row.made_organisation and not _has(row.platform.organisation):
            _mark(row.platform.organisation, by=by, note=note)
    return done


def _refuse_what_was_followed(row: ImportRow) -> None:
    title = row.title or row.provincial
    if row.title and not row.made_title and not _is_made_here(row):
        _refuse_what_stands_on_it(row)
        return
    if title and (_is_followed(title) or signoff.waiting_for(title).exists()):
        raise TransitionBlocked(
            [f"第 {row.number} 行：{title.platform_name}已有后续办理记录，不能撤销此批导入。"]
        )
    if row.support and row.support.voided_at:
        raise TransitionBlocked([f"第 {row.number} 行：{row.support.name}已作废，不能撤销此批导入。"])


def _refuse_what_stands_on_it(row: ImportRow) -> None:
    """A title that stood there before: it goes back only from this batch's own event, with nothing after it."""
    named = f"第 {row.number} 行：{row.title.platform_name}"
    granted = row.cells.get("event", TitleEvent.Kind.GRANTED) == TitleEvent.Kind.GRANTED
    if granted and "was" not in row.cells:
        raise TransitionBlocked(
            [f"{named}在此批公告时已经期满或者正在整改，再次认定不能整批撤销，请录入更正公告。"]
        )
    if row.cells.get("was", {}).get("state", DesignationState.ACTIVE) != DesignationState.ACTIVE:
        raise TransitionBlocked([f"{named}当时正在整改，不能整批撤销，请录入更正公告。"])
    if _has_a_later_title(row):
        raise TransitionBlocked([f"{named}所属平台已另有有效称号，不能整批撤销，请录入更正公告。"])
    own = row.title.history.filter(batch=row.batch)
    since = max((event.recorded_at for event in own), default=None)
    later = since and row.title.history.exclude(batch=row.batch).filter(recorded_at__gt=since)
    if (later and later.exists()) or signoff.waiting_for(row.title).exists():
        raise TransitionBlocked([f"{named}已有后续办理记录，不能撤销此批导入。"])


def _has_a_later_title(row: ImportRow) -> bool:
    others = Designation.objects.filter(platform=row.title.platform_id, state__in=LIVE_TITLES).exclude(
        pk=row.title.pk
    )
    return row.title.state not in LIVE_TITLES and others.exists()


def _go_back(row: ImportRow, *, by, note: str) -> None:
    """Once for a title, to what it was before the first row of the batch that changed it."""
    rows = [one for one in row.batch.rows.filter(title=row.title).order_by("number") if "was" in one.cells]
    if rows[0] != row or _is_made_here(row):
        return
    was = row.cells["was"]
    until = date.fromisoformat(was["valid_until"]) if was["valid_until"] else None
    perform(row.title, "undo_event", by=by, note=note, review_year=was["review_year"], valid_until=until)


def _is_made_here(row: ImportRow) -> bool:
    return row.batch.rows.filter(title=row.title, made_title=True).exists()


def _is_followed(title: Designation | ProvincialTitle) -> bool:
    if isinstance(title, ProvincialTitle):
        return not title.is_untouched or _has(title)
    filed = title.summaries.exclude(state=SummaryState.DUE, version=1)
    issued = title.certificates.exclude(file=None, issue=1)
    return _has(title) or filed.exists() or issued.exists()


def _has(row: models.Model) -> bool:
    """Whether any other record stands on this one (of a unit: its platforms, its people)."""
    relations = [one for one in row._meta.related_objects if one.related_model not in OWN]
    return any(
        one.related_model._default_manager.filter(**{one.field.name: row}).exists() for one in relations
    )


def _mark(row: Platform | Organisation | SupportRecord | TitleEvent, *, by, note: str) -> None:
    row.taken_back_at = clock.now()
    row.save(update_fields=["taken_back_at"])
    audit.record(action="take_back", obj=row, by=by, note=note)
