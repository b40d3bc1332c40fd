"""Importing lists: read and matched, decided row by row where unsure, written as a whole (undone: importing_undo)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction

from platforms.matching import Matched, Register
from platforms.models import (
    Designation,
    ImportBatch,
    ImportRow,
    Organisation,
    Platform,
    Programme,
    ProvincialTitle,
    Recommender,
    SupportRecord,
)
from platforms.models.designation import HISTORIC
from platforms.services import programmes
from platforms.services.support import giver_of, record_support
from platforms.services.titles import write_title
from platforms.sheets import SUPPORT_KINDS, Line, read_lines
from platforms.states import LIVE_TITLES, ImportState
from portal import audit, clock
from portal.intake import take_in
from portal.numbers import next_number
from portal.permissions import SYSTEM, allowed, holds
from portal.workflow import TransitionBlocked, perform

Decision, Match = ImportRow.Decision, ImportRow.Match
PREFIX = "GJPT"
ENDINGS = {"已撤销": "revoke", "已放弃": "surrender", "复核不合格": "end"}
MAX_BYTES = 20 * 1024 * 1024


@transaction.atomic
def preview_import(kind: str, content, *, name: str, by) -> ImportBatch:
    """Read a workbook; nothing is written but the preview. Raises Refused, UploadRefused."""
    if not holds(ImportBatch, by, f"start_{kind}"):
        raise PermissionDenied
    batch = ImportBatch.objects.create(kind=kind, giver=giver_of(by), created_by=by, created_at=clock.now())
    batch.file = take_in(content, name=name, owner=batch, by=by, allowed={"xlsx"}, max_bytes=MAX_BYTES)
    batch.save(update_fields=["file"])
    lines = read_lines(kind, content)
    match = _matcher(kind, batch, by)
    for line in lines:
        found = match(line)
        row = ImportRow.objects.create(
            batch=batch, number=line.number, cells=line.cells, findings=line.findings, match=found.match,
            decision=found.decision, platform=found.platform,
        )  # fmt: skip
        row.candidates.set(found.candidates)
    audit.record(action="preview", obj=batch, by=by, facts={"file": name, "rows": len(lines)})
    return batch


def _matcher(kind: str, batch: ImportBatch, by) -> Callable[[Line], Matched]:
    register = Register()
    if kind == ImportBatch.Kind.HISTORIC:
        return register.match_historic
    if kind == ImportBatch.Kind.PROVINCIAL:
        programme = programme_of(batch)
        register.read_programme(programme)
        return partial(register.match_provincial, programme=programme)
    register.read_support(batch.giver)
    reachable = set(Platform.objects.for_user(by, "support").values_list("pk", flat=True))
    return partial(register.match_support, reachable=reachable)


def programme_of(batch: ImportBatch) -> Programme:
    programme = Programme.objects.filter(recommender=batch.giver).first() if batch.giver_id else None
    if programme is None:
        raise PermissionDenied("请先由负责人设立省级认定，再导入名单。")
    return programme


@transaction.atomic
def decide_rows(batch: ImportBatch, decisions: Mapping[int, str], *, by) -> int:
    """`decisions`: row → "new", "skip", or a candidate's key. What the page did not offer is passed over."""
    if not allowed(by, "apply", batch):
        raise PermissionDenied
    locked = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.state != ImportState.PREVIEWED:
        raise TransitionBlocked([f"此批{locked.get_state_display()}，不能再改。"])
    changed = {}
    for row in locked.rows.filter(pk__in=decisions).prefetch_related("candidates"):
        if _decide(row, decisions[row.pk]):
            row.save(update_fields=["decision", "platform"])
            changed[str(row.number)] = decisions[row.pk]
    if changed:
        audit.record(action="decide", obj=locked, by=by, facts=changed)
    return len(changed)


def _decide(row: ImportRow, choice: str) -> bool:
    candidate = next((one for one in row.candidates.all() if str(one.pk) == choice), None)
    may_be_new = row.batch.kind != ImportBatch.Kind.SUPPORT and bool(row.cells["uscc"])
    before = (row.decision, row.platform_id)
    if choice == Decision.SKIP:
        row.decision = Decision.SKIP
    elif row.match == Match.WRONG:
        return False
    elif candidate:
        row.decision, row.platform = Decision.MATCH, candidate
    elif choice == Decision.NEW and may_be_new:
        row.decision, row.platform = Decision.NEW, None
    return before != (row.decision, row.platform_id)


@transaction.atomic
def apply_import(batch: ImportBatch, *, by, note: str = "") -> ImportBatch:
    done = perform(batch, "apply", by=by, note=note)
    write = _writer(done, by)
    for row in done.rows.exclude(decision=Decision.SKIP).select_related("platform__organisation"):
        write(row)
        row.save()
    return done


def _writer(batch: ImportBatch, by) -> Callable[[ImportRow], None]:
    if batch.kind == ImportBatch.Kind.HISTORIC:
        recommenders = {key: row for row in Recommender.objects.all() for key in (row.label, row.name)}
        return partial(_write_title, recommenders=recommenders, by=by)
    if batch.kind == ImportBatch.Kind.PROVINCIAL:
        return partial(_write_provincial, programme=programme_of(batch), by=by)
    return partial(_write_support, by=by)


def _write_provincial(row: ImportRow, programme: Programme, by) -> None:
    cells = row.cells
    try:
        row.provincial = programmes.list_title(
            programme, by=by, source=ProvincialTitle.Source.LIST, platform=row.platform, number=cells["number"],
            platform_name=cells["platform"], organisation_name=cells["organisation"], uscc=cells["uscc"],
            year=int(cells["year"]), document_title=cells["document_title"], document_number=cells["document"],
            granted_on=_day(cells["granted_on"]), valid_until=_day(cells["valid_until"]),
        )  # fmt: skip
    except TransitionBlocked as refusal:
        raise TransitionBlocked([f"第 {row.number} 行：{reason}" for reason in refusal.reasons]) from refusal


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _write_support(row: ImportRow, by) -> None:
    cells = row.cells
    kinds = dict(zip(SUPPORT_KINDS, SupportRecord.Kind.values, strict=True))
    row.support = record_support(
        row.platform, by=by, year=int(cells["year"]), kind=kinds[cells["kind"]], name=cells["name"],
        amount=Decimal(cells["amount"]) if cells["amount"] else None, document=cells["document"],
    )  # fmt: skip


def _write_title(row: ImportRow, recommenders: dict, by) -> None:
    cells = row.cells
    platform = row.platform or _write_platform(row, recommenders[cells["jurisdiction"]], by)
    ended = ENDINGS.get(cells["status"])
    if not ended and platform.designations.filter(state__in=LIVE_TITLES).exists():
        raise TransitionBlocked(
            [f"第 {row.number} 行：{platform.name}已有有效称号，此行应填终止状态，或者不导入。"]
        )
    year, on = int(cells["year"]), date.fromisoformat(cells["ended_on"]) if ended else None
    title = write_title(
        platform,
        by=by,
        action="import_title",
        number=cells["number"] or next_number(Designation, f"{PREFIX}-{year}-"),
        platform_name=cells["platform"],
        organisation_name=cells["organisation"],
        uscc=cells["uscc"] or platform.organisation.uscc,
        jurisdiction=recommenders[cells["jurisdiction"]],
        recommender=recommenders[cells["recommender"] or cells["jurisdiction"]],
        functions=cells["functions"].split("、"),
        kind=_kind(cells["kind"]),
        year=year,
        edition=HISTORIC,
        announcement_title=cells["announcement"],
        announcement_number=cells["document"],
        granted_on=date.fromisoformat(cells["granted_on"]),
        review_year=int(cells["review_year"] or year + 3),
        ended_on=on,
    )
    if ended:
        perform(title, ended, by=SYSTEM, note=cells["end_reason"], on=on, announcement=cells["end_reason"])
    row.title, row.platform = title, platform


def _kind(label: str) -> str:
    return (
        Platform.Kind.COMPREHENSIVE
        if label == Platform.Kind.COMPREHENSIVE.label
        else Platform.Kind.SPECIALISED
    )


def _write_platform(row: ImportRow, jurisdiction: Recommender, by) -> Platform:
    """Only what the list says; the unit completes it when it claims its code, before it files anything."""
    cells = row.cells
    organisation, row.made_organisation = Organisation.objects.get_or_create(
        uscc=cells["uscc"], defaults={"name": cells["organisation"], "kind": Organisation.Kind.OTHER}
    )
    platform, row.made_platform = Platform.objects.get_or_create(
        organisation=organisation,
        name=cells["platform"],
        defaults={
            "jurisdiction": jurisdiction, "kind": _kind(cells["kind"]), "functions": cells["functions"].split("、"),
        },
    )  # fmt: skip
    if row.made_organisation:
        audit.record(action="import_organisation", obj=organisation, by=by, facts=cells)
    if row.made_platform:
        audit.record(action="import_platform", obj=platform, by=by, facts=cells)
    return platform
