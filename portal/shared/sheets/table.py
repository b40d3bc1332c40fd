"""A workbook's scan and its cells, each in a process of its own, with little memory and little time."""

from __future__ import annotations

import json
from typing import BinaryIO

from portal.shared import sandbox
from portal.shared.sheets.scan import SheetFacts, SheetUnreadable
from portal.shared.waiting import demand_no_transaction

TIMEOUT = 30.0  # seconds
MEMORY = 224 * 1024 * 1024


def scan_sheet(content: BinaryIO, *, timeout: float = TIMEOUT) -> SheetFacts:
    """Refuse what is too large by its cell references; note formulas, merged and hidden parts."""
    told, said = _ask("scan_sheet", content, timeout)
    if "unreadable" in told:
        raise SheetUnreadable(str(told["unreadable"]), **told["words"])
    try:
        return SheetFacts(**json.loads(said))
    except (ValueError, TypeError) as broken:
        raise SheetUnreadable("unreadable") from broken


def read_table(content: BinaryIO, sheet: str, *, timeout: float = TIMEOUT) -> list[list]:
    """The cells of a scanned sheet as rows of plain values. Raises SheetUnreadable."""
    try:
        return json.loads(_ask("read_sheet", content, timeout, sheet=sheet)[1])
    except ValueError as broken:
        raise SheetUnreadable("unreadable") from broken


def _ask(job: str, content: BinaryIO, timeout: float, **told) -> tuple[dict, bytes]:
    demand_no_transaction("a workbook's reading")
    limits = sandbox.Limits(memory=MEMORY, cpu=int(timeout) + 1, wall=timeout)
    answer = sandbox.run(job, content, limits=limits, **told)
    if answer.why in ("time", "wall"):
        raise SheetUnreadable("too_slow", seconds=f"{timeout:g}")
    if not answer.ended or not answer.frames:
        raise SheetUnreadable("unreadable")
    return answer.frames[0]
