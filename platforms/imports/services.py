"""Importing lists: read and matched, decided row by row where unsure, written as a whole (undone: importing_undo)."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from django.db import transaction

from platforms.departments import Departments
from platforms.imports.matching import Matched, Register
from platforms.imports.sheets import SHEETS, SUPPORT_KINDS, Line, Sheet, read_sheet
from platforms.models import (
    ImportBatch,
    ImportRow,
    Platform,
    Programme,
    ProvincialTitle,
    SupportPlan,
    SupportRecord,
)
from platforms.programmes import services as programmes
from platforms.querysets import office_of
from platforms.register.rows import write_title_row
from platforms.states import ImportState
from platforms.support.services import record_support
from portal.files.intake import given_back, judge, place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, signoff
from portal.kernel.permissions import demand_role, demand_scope, forbid
from portal.kernel.workflow import TransitionBlocked, perform
from portal.shared.sheets import IGNORE, heading_key, propose_column
from portal.shared.storage import open_private
from portal.shared.uploads import PAPER_BYTES

Decision, Match = ImportRow.Decision, ImportRow.Match
GRANT = "granted"
PROOF_TYPES = {"pdf", "ofd", "docx", "jpg", "png", "xlsx"}


def preview_import(kind: str, content, *, name: str, by) -> ImportBatch:
    """Read a workbook; nothing is written but the preview. Raises Refused, UploadRefused."""
    demand_role(ImportBatch, by, f"start_{kind}")
    with given_back() as judged:
        judged.append(judge(content, name=name, allowed={"xlsx"}, max_bytes=PAPER_BYTES))
        sheet = read_sheet(kind, content)
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                kind=kind, giver=office_of(by), created_by=by, created_at=clock.now()
            )
            batch.file = place(judged[0], owner=batch, by=by)
            batch.save(update_fields=["file"])
            _keep_reading(batch, sheet, by)
            audit.record(action="preview", obj=batch, by=by, facts={"file": name, "rows": len(sheet.lines)})
    return batch


def _keep_reading(batch: ImportBatch, sheet: Sheet, by) -> None:
    """The workbook's lines as rows of the batch, and what was not read of it."""
    columns = SHEETS[batch.kind]
    batch.strangers = [
        {
            "cell": cell,
            "label": label,
            "key": heading_key(label),
            "proposal": propose_column(label, columns, sheet.headings.places),
        }
        for cell, label in sheet.headings.strangers.items()
    ] + [one for one in batch.strangers if one["key"] in batch.chosen]
    batch.asides = {str(number): text for number, text in sheet.asides.items()}
    batch.save(update_fields=["strangers", "asides"])
    write_rows(batch, sheet.lines, _matcher(batch.kind, batch, by))


def write_rows(batch: ImportBatch, lines: list[Line], match: Callable[[Line], Matched]) -> None:
    for line in lines:
        found = match(line)
        row = ImportRow.objects.create(
            batch=batch,
            number=line.number,
            cells=line.cells,
            findings=line.findings,
            match=found.match,
            decision=found.decision,
            platform=found.platform,
        )
        row.candidates.set(found.candidates)


def choose_columns(batch: ImportBatch, chosen: Mapping[str, str], *, by) -> ImportBatch:
    """What a person says of headings that nobody knows, for this file; the file is read again with it."""
    with transaction.atomic():
        row = open_batch(batch, by)  # the lock is let go: reading takes seconds
    known = {one["key"] for one in row.strangers}
    codes = {column.code for column in SHEETS[row.kind]} | {IGNORE}
    answers = {key: code for key, code in chosen.items() if key in known and code in codes}
    before = row.chosen
    with open_private(row.file.key) as content:
        sheet = read_sheet(row.kind, io.BytesIO(content.read()), chosen={**before, **answers})
    with transaction.atomic():
        row = open_same_batch(batch, by, chosen=before)
        row.chosen = {**before, **answers}
        row.save(update_fields=["chosen"])
        row.rows.all().delete()
        _keep_reading(row, sheet, by)
        audit.record(action="choose_columns", obj=row, by=by, facts=answers)
    return row


@takes_files(upload=Papers(PROOF_TYPES, PAPER_BYTES))
def name_notice(batch: ImportBatch, *, by, address: str = "", upload=None) -> ImportBatch:
    """Where the notice can be read that a list of titles was taken from. Raises UploadRefused."""
    row = open_batch(batch, by)
    row.notice_address = address or row.notice_address
    if upload:
        row.notice_file = place(upload, owner=row, by=by)
    row.save(update_fields=["notice_address", "notice_file"])
    audit.record(action="name_notice", obj=row, by=by, facts={"address": row.notice_address})
    return row


def open_batch(batch: ImportBatch, by) -> ImportBatch:
    demand_scope(by, "edit", batch)
    row = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.state != ImportState.PREVIEWED:
        raise TransitionBlocked([f"此批{row.get_state_display()}，不能再改。"])
    if signoff.waiting_for(row).exists():
        raise TransitionBlocked(["此批正在等待审签，退回后才能再改。"])
    return row


def open_same_batch(batch: ImportBatch, by, *, chosen: Mapping[str, str]) -> ImportBatch:
    """Locked for what was read meanwhile with what people had said of its headings until then."""
    row = open_batch(batch, by)
    if row.chosen != chosen:
        raise TransitionBlocked(["表头的对应关系刚被他人修改，请核对后重新选择。"])
    return row


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
        forbid("请先由负责人设立省级认定，再导入名单。")
    return programme


@transaction.atomic
def decide_rows(batch: ImportBatch, decisions: Mapping[int, str], *, by) -> int:
    """`decisions`: row → "new", "skip", or a candidate's key. What the page did not offer is passed over."""
    locked = open_batch(batch, by)
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
    may_be_new = row.batch.kind != ImportBatch.Kind.SUPPORT and row.cells.get("event", GRANT) == GRANT
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
def carry_out_import(signoff_row, *, batch: ImportBatch, by) -> ImportBatch:
    """What two persons have signed: every row that is not passed over is written."""
    done = perform(batch, "apply", by=by, note=signoff_row.note, signoff=signoff_row)
    write = _writer(done, by)
    for row in done.rows.exclude(decision=Decision.SKIP).select_related("platform__organisation"):
        try:
            write(row)
        except TransitionBlocked as refusal:
            reasons = [f"第 {row.number} 行：{reason}" for reason in refusal.reasons]
            raise TransitionBlocked(reasons) from refusal
        row.save()
    return done


def _writer(batch: ImportBatch, by) -> Callable[[ImportRow], None]:
    if batch.is_of_titles:
        return partial(write_title_row, departments=Departments(), batch=batch, by=by)
    if batch.kind == ImportBatch.Kind.PROVINCIAL:
        return partial(_write_provincial, programme=programme_of(batch), by=by)
    return partial(_write_support, by=by)


def _write_provincial(row: ImportRow, programme: Programme, by) -> None:
    cells = row.cells
    row.provincial = programmes.list_title(
        programme,
        by=by,
        source=ProvincialTitle.Source.LIST,
        platform=row.platform,
        number=cells["number"],
        platform_name=cells["platform"],
        organisation_name=cells["organisation"],
        uscc=cells["uscc"],
        year=int(cells["year"]),
        document_title=cells["document_title"],
        document_number=cells["document"],
        granted_on=_day(cells["granted_on"]),
        valid_until=_day(cells["valid_until"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _write_support(row: ImportRow, by) -> None:
    cells = row.cells
    plan = (
        cells.get("plan")
        and SupportPlan.objects.filter(
            giver=office_of(by), year=int(cells["year"]), name=cells["plan"], closed_at=None
        ).first()
    )
    kinds = dict(zip(SUPPORT_KINDS, SupportRecord.Kind.values, strict=True))
    row.support = record_support(
        row.platform,
        by=by,
        plan=plan or None,
        year=int(cells["year"]),
        kind=kinds[cells["kind"]],
        name=cells["name"],
        amount=Decimal(cells["amount"]) if cells["amount"] else None,
        document=cells["document"],
    )
