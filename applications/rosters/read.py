"""Reading a roster: scan, open in a limited process, check every cell. It never raises on a bad file."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from applications.rosters.checks import check_rows
from applications.rosters.columns import ROSTERS
from applications.rosters.finding import Finding
from applications.rosters.scan import SheetRefused, scan_sheet
from applications.rosters.templates import EXAMPLE_MARK

TIMEOUT = 30  # seconds
CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class RosterResult:
    """`rows` are dicts of the accepted cells with the row's number in the sheet under "_row"."""

    rows: list[dict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "error"]


def read_roster(code: str, content: BinaryIO) -> RosterResult:
    """Read a workbook of the template `code`."""
    roster = ROSTERS[code]
    try:
        facts = scan_sheet(content)
        table = _open(content)
        start = _heading(roster, table)
    except SheetRefused as refusal:
        return RosterResult(findings=[Finding("", "", str(refusal), "请使用本系统的模板")])
    findings = [
        Finding(cell, "公式", "单元格是公式", "请粘贴为数值", "warning") for cell in facts.formulas[:20]
    ]
    if facts.merged:
        findings.append(Finding("", f"{facts.merged} 处", "有合并单元格", "请取消合并，每格填写", "warning"))
    if facts.hidden_rows:
        findings.append(
            Finding("", f"{facts.hidden_rows} 行", "有隐藏行，同样计入", "请取消隐藏后核对", "warning")
        )
    body = [
        (number, row)
        for number, row in enumerate(table[start:], start=start + 1)
        if any(value not in (None, "") for value in row) and not str(row[0]).startswith(EXAMPLE_MARK)
    ]
    if not body:
        return RosterResult(findings=[*findings, Finding("A3", "", "名册没有内容", "请从第 3 行起填写")])
    rows, problems = check_rows(roster, body)
    return RosterResult(rows, findings + problems)


def _open(content: BinaryIO) -> list[list]:
    content.seek(0)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        while chunk := content.read(1024 * 1024):
            copy.write(chunk)
        copy.flush()
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(CHILD), copy.name],
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise SheetRefused("读取超过 30 秒，请删除名册以外的内容后重新上传。") from slow
    try:
        return json.loads(done.stdout)
    except ValueError as broken:
        raise SheetRefused("文件内容无法读取，请用 Excel 或者 WPS 另存为 .xlsx 后重新上传。") from broken


def _heading(roster, table: list[list]) -> int:
    """The index of the first row below the headings; the columns must stand in the template's order."""
    labels = [column.label for column in roster.columns]
    for index, row in enumerate(table[:5]):
        texts = [str(value or "").strip() for value in row[: len(labels)]]
        if texts == labels:
            return index + 1
    raise SheetRefused(f"没有找到表头（{'、'.join(labels[:3])}……），请使用本系统的模板，不要改动列的顺序。")
