"""A notice read again once a person has said what its unknown columns are; what was put right by hand stays."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from platforms.imports.services import open_batch, open_same_batch, write_rows
from platforms.models import ImportBatch, ImportRow
from platforms.notices.batches import Matcher, lines_of
from platforms.notices.headings import COLUMNS
from platforms.notices.reader import Reading, read_notice, read_pasted
from portal.kernel import audit
from portal.shared.sheets import IGNORE
from portal.shared.storage import open_private

Decision, Match = ImportRow.Decision, ImportRow.Match


def choose_notice_columns(batch: ImportBatch, chosen: Mapping[str, str], *, by) -> ImportBatch:
    """`chosen` is a heading's key to a column's code, or that it isn't needed; it holds for this notice alone."""
    with transaction.atomic():
        row = open_batch(batch, by)  # the lock is let go: reading takes seconds
    known = {one["key"] for one in row.strangers}
    codes = {column.code for column in COLUMNS} | {IGNORE}
    answers = {key: code for key, code in chosen.items() if key in known and code in codes}
    before, after = row.chosen, {**row.chosen, **answers}
    reading = _reading_of(row, after)
    with transaction.atomic():
        row = open_same_batch(batch, by, chosen=before)
        row.chosen = after
        _keep_reading(row, reading)
        audit.record(action="choose_columns", obj=row, by=by, facts=answers)
    return row


def _keep_reading(row: ImportBatch, reading: Reading) -> None:
    told = [one for one in row.strangers if one["key"] in row.chosen]
    row.strangers = told + [one for one in reading.strangers if one["key"] not in row.chosen]
    row.questions = reading.questions[:200]
    row.save(update_fields=["chosen", "strangers", "questions"])
    _write_again(row, reading)


def _reading_of(batch: ImportBatch, chosen: Mapping[str, str]) -> Reading:
    if not batch.file_id:
        return read_pasted(batch.source_text, chosen=chosen)
    with open_private(batch.file.key) as content:
        return read_notice(content.read(), batch.file.name, chosen=chosen)


def _write_again(batch: ImportBatch, reading: Reading) -> None:
    before = list(batch.rows.order_by("number"))
    lines = lines_of(reading)
    same = len(before) == len(lines)
    by_place = {one.number if same else one.cells.get("place", ""): one for one in before}
    for line in lines:
        if old := by_place.get(line.number if same else line.cells["place"]):
            typed = old.cells.get("typed", [])
            line.cells |= {code: old.cells[code] for code in typed} | {"typed": typed}
    batch.rows.all().delete()
    write_rows(batch, lines, Matcher(batch).match)
    for entry in batch.rows.prefetch_related("candidates"):
        if old := by_place.get(entry.number if same else entry.cells["place"]):
            _keep_decision(entry, old)


def _keep_decision(entry: ImportRow, old: ImportRow) -> None:
    """What a person decided, where it still can be decided so."""
    if old.decision == Decision.SKIP and old.match != Match.KNOWN:
        entry.decision = Decision.SKIP
    elif entry.match == Match.UNSURE and old.platform in list(entry.candidates.all()):
        entry.decision, entry.platform = Decision.MATCH, old.platform
    elif entry.match == Match.UNSURE and old.decision == Decision.NEW:
        entry.decision = Decision.NEW
    entry.save(update_fields=["decision", "platform"])
