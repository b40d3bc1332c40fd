"""Reading a roster: scan, open in a limited process, run the checks. It never raises on a bad file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO

from applications.rosters import checks_book, checks_cell, checks_code, checks_row
from applications.rosters.cells import Cell, plain_text, read_value, usual_words
from applications.rosters.checks import (
    BOOK,
    CELL,
    CHECKS,
    ERROR,
    ROSTER,
    ROW,
    Check,
    RosterContext,
    SheetRefused,
    of_scope,
    words_of,
)
from applications.rosters.checks_book import Book
from applications.rosters.columns import ROSTERS, Column, Roster
from applications.rosters.finding import Finding
from applications.rosters.templates import EXAMPLE_MARK
from portal.shared.sheets import (
    Headings,
    SheetUnreadable,
    aside,
    fill_merged,
    find_headings,
    read_table,
    scan_sheet,
)
from portal.shared.sheets import column_letter as letter

__all__ = ["RosterResult", "checks_book", "checks_cell", "checks_code", "checks_row", "read_roster"]
TIMEOUT = 30  # seconds


@dataclass(frozen=True)
class RosterResult:
    """`rows` are dicts of the accepted cells with the row's number in the sheet under "_row"."""

    rows: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheet: str = ""

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == ERROR]

    def tally(self) -> list[dict]:
        """How many of each kind, errors first."""
        counts = Counter((finding.level, finding.kind) for finding in self.findings)
        return [
            {"level": level, "kind": kind, "count": count}
            for (level, kind), count in sorted(counts.items(), key=lambda item: (item[0][0], -item[1]))
        ]


def read_roster(
    code: str, content: BinaryIO, *, context: RosterContext | None = None, timeout: float = TIMEOUT
) -> RosterResult:
    """Read a workbook of the template `code`."""
    roster, context, sheet = ROSTERS[code], context or RosterContext(), ""
    try:
        facts = scan_sheet(content)
        sheet = facts.sheet
        other = facts.meta.get("template")
        if other in ROSTERS and other != code:
            raise SheetRefused("other_template", other=ROSTERS[other].title, title=roster.title)
        table = fill_merged(read_table(content, facts.sheet, timeout=timeout), facts.ranges)
        headings = _headings(roster, table)
        start, places = headings.start, headings.places
        body, asides = _body(table, start, min(places.values()))
    except SheetRefused as refusal:
        return RosterResult(findings=refusal.findings, sheet=sheet)
    except SheetUnreadable as refusal:
        return RosterResult(findings=[CHECKS[refusal.code].finding("", "", **refusal.words)])
    blank = _blank(table, start, {number for number, *_ in body} | set(asides), min(places.values()))
    book = Book(roster, facts, context, places, headings.strangers, blank, asides)
    findings = [
        check.finding(cell, value, **words)
        for check in of_scope(BOOK, code)
        for cell, value, words in check.judge(book)
    ]
    if not body:
        return RosterResult(findings=[*findings, CHECKS["no_rows"].finding(f"A{start + 1}")])
    rows = []
    for number, cells, texts in body:
        row, found = _read_row(roster, number, cells, texts, places, context)
        rows.append(row)
        findings += found
    findings += _over_all(code, rows, places, context, roster)
    return RosterResult(rows, sorted(findings, key=lambda one: one.level), facts.sheet)


def _headings(roster: Roster, table: list[list]) -> Headings:
    found = find_headings(roster.columns, table)
    if found is None or len(found.places) * 2 < len(roster.columns) - 2:
        labels = "、".join(column.label for column in roster.columns[:3])
        raise SheetRefused("no_heading", labels=labels)
    if found.repeated:
        raise SheetRefused("heading_repeated", label=found.repeated[0])
    if missing := found.missing(roster.columns):
        further = [CHECKS["heading_missing"].finding(label=label) for label in missing[1:]]
        further += [
            CHECKS["heading_unknown"].finding(
                cell, label, label=label[:20], headings=checks_book.free_columns(roster, found.places, label)
            )
            for cell, label in found.strangers.items()
        ]
        raise SheetRefused("heading_missing", label=missing[0], further=further)
    return found


def _body(
    table: list[list], start: int, first: int
) -> tuple[list[tuple[int, list, list[str]]], dict[int, tuple[str, str]]]:
    """Filled rows below the headings with their number in the sheet, and the lines beside the list.

    The example does not count, totals and signatures are told as passed over.
    """
    rows, asides = [], {}
    for number, row in enumerate(table[start:], start=start + 1):
        texts = [*map(plain_text, row)]
        if not any(texts) or _is_example(row[first:]):
            continue
        if kind := aside(row):
            asides[number] = (kind, next(filter(None, texts)))
        else:
            rows.append((number, row, texts))
    return rows, asides


def _blank(table: list[list], start: int, filled: set[int], first: int) -> tuple[int, ...]:
    """Empty rows that lie between filled ones."""
    return tuple(
        number
        for number in range(start + 1, max(filled, default=0))
        if number not in filled and not _is_example(table[number - 1][first:])
    )


def _is_example(row: list) -> bool:
    return bool(row) and str(row[0]).startswith(EXAMPLE_MARK)


def _read_row(
    roster: Roster, number: int, cells: list, texts: list[str], places: dict[str, int], context: RosterContext
):
    row, findings = {"_row": number}, []
    for column in roster.columns:
        if column.code not in places:
            continue
        at = places[column.code]
        raw, typed = (cells[at], texts[at]) if at < len(cells) else ("", "")
        cell = Cell(column, raw, usual_words(column, typed), context, typed)
        accepted = True
        for check, words in _check_cell(cell):
            findings.append(
                check.finding(
                    f"{letter(at)}{number}",
                    column.shown(cell.typed),
                    column=column.code,
                    number=number,
                    label=column.label,
                    **words,
                )
            )
            accepted = accepted and check.level != ERROR
        if accepted:
            row[column.code] = read_value(column, cell.text)
    for check in of_scope(ROW, roster.code):
        for code, words in check.judge(row, context):
            findings.append(_at(check, roster, row, code, words, places))
    return row, findings


def _check_cell(cell: Cell):
    for check in _cell_checks(cell.column):
        found = check.judge(cell)
        if found:
            yield check, words_of(found)
            if check.level == ERROR:
                return


def _cell_checks(column: Column) -> list[Check]:
    return of_scope(CELL, column.kind)


def _over_all(code: str, rows: list[dict], places, context, roster: Roster) -> list[Finding]:
    return [
        _at(check, roster, row, column, words, places) if row else check.finding("", "", **words)
        for check in of_scope(ROSTER, code)
        for row, column, words in check.judge(rows, context)
    ]


def _at(check: Check, roster: Roster, row: dict, code: str, words, places: dict[str, int]) -> Finding:
    column = roster.column(code)
    place = f"{letter(places[code])}{row['_row']}" if code in places else ""
    return check.finding(
        place, column.shown(row.get(code, "")), column=code, number=row["_row"], label=column.label, **words
    )
