"""Batches of a notice: read, put right by a person line by line, matched with the register, then signed by two."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from platforms.functions import Function
from platforms.imports.matching import Matched, Register
from platforms.imports.services import open_batch, write_rows
from platforms.imports.sheets import HISTORIC, Line
from platforms.models import ImportBatch, ImportRow, Platform, TitleEvent
from platforms.notices.asking import OTHER
from platforms.notices.reader import Reading, read_notice, read_pasted
from platforms.notices.words import (
    CONFIRM,
    CORRECT,
    DUE,
    GRANT,
    LAPSE,
    PLAQUE,
    PUBLICITY,
    RECTIFY,
    RENAME,
    REVOKE,
    SURRENDER,
    is_of_other,
    is_provincial,
)
from portal.files.intake import Judged, given_back, judge, place
from portal.kernel import audit, clock
from portal.kernel.permissions import demand_role
from portal.shared.names import compare_key, tidy_name, tidy_text
from portal.shared.uploads import PAPER_BYTES

Kind, Match, Decision = TitleEvent.Kind, ImportRow.Match, ImportRow.Decision
EVENTS = {
    GRANT: Kind.GRANTED,
    CONFIRM: Kind.CONFIRMED,
    REVOKE: Kind.REVOKED,
    LAPSE: Kind.EXPIRED,
    RENAME: Kind.RENAMED,
    SURRENDER: Kind.SURRENDERED,
    RECTIFY: Kind.RECTIFIED,
    CORRECT: Kind.CORRECTED,
    PLAQUE: Kind.PLAQUE,
}
CHOICES = [(kind.value, kind.label) for kind in (*EVENTS.values(), Kind.ENDED)]
TYPES = {"docx", "xlsx", "pdf"}
EDITABLE = ("platform", "organisation", "uscc", "jurisdiction", "functions", "remark", "event")


def preview_notice(*, by, text: str = "", upload=None) -> ImportBatch:
    """Read a notice that was pasted or uploaded; nothing but the preview is written.

    Raises SourceUnreadable, UploadRefused.
    """
    demand_role(ImportBatch, by, "start_notice")
    with given_back() as judged:
        if upload:
            content = upload.read()
            judged.append(judge(io.BytesIO(content), name=upload.name, allowed=TYPES, max_bytes=PAPER_BYTES))
            reading = read_notice(content, upload.name)
        else:
            reading = read_pasted(text)
        return _preview(reading, judged, text=text, by=by)


@transaction.atomic
def _preview(reading: Reading, files: list[Judged], *, text: str, by) -> ImportBatch:
    batch = ImportBatch.objects.create(
        kind=ImportBatch.Kind.NOTICE, created_by=by, created_at=clock.now(), source_text=text
    )
    for file in files:
        batch.file = batch.notice_file = place(file, owner=batch, by=by)
    _keep_words(batch, reading)
    lines = lines_of(reading)
    write_rows(batch, lines, Matcher(batch).match)
    audit.record(action="preview", obj=batch, by=by, facts={"rows": len(lines), "title": batch.notice_title})
    return batch


def _keep_words(batch: ImportBatch, reading: Reading) -> None:
    words = reading.words
    batch.notice_kind, batch.notice_title = words.kind, words.title[:200]
    batch.notice_number, batch.notice_on, batch.valid_until = words.number[:64], words.on, words.valid_until
    batch.questions, batch.strangers = reading.questions[:200], reading.strangers
    batch.save()


def lines_of(reading: Reading) -> list[Line]:
    """A term that is the whole notice's stands with the notice, where a person puts it right once."""
    shared = reading.words.valid_until
    made = [line_of(number, row) for number, row in enumerate(reading.rows, start=1)]
    for line, row in zip(made, reading.rows, strict=True):
        line.cells["own_until"] = row.until.isoformat() if row.until and row.until != shared else ""
    return made


def line_of(number: int, row) -> Line:
    line = Line(number, place=row.place)
    line.cells = {column.code: "" for column in HISTORIC}
    line.cells |= {
        "platform": row.name,
        "organisation": row.unit or row.name,
        "uscc": row.uscc,
        "jurisdiction": row.province,
        "functions": "、".join(Function(code).value for code in _codes(row.functions)),
        "kind": _kind(row),
        "remark": _remark(row),
        "event": EVENTS.get(row.kind, ""),
        "before": row.before,
        "place": row.place,
        "confidence": str(row.confidence),
        "written": row.written.get("province", ""),
    }
    for doubt in row.doubts:
        line.findings.append({"cell": row.place, "problem": doubt, "mend": "", "level": "note"})
    return line


def _remark(row) -> str:
    """With the number that the list gives: it is the paper's, and no number of this register."""
    given = f"名单所列证书编号：{row.certificate}" if row.certificate else ""
    return "；".join(filter(None, (row.remark, given)))


def _codes(labels) -> list[str]:
    known = {label: code for code, label in Function.choices}
    return [known[label] for label in labels if label in known]


def _kind(row) -> str:
    comprehensive = "综合" in row.type or "综合服务" in row.functions
    return Platform.Kind.COMPREHENSIVE.label if comprehensive else ""


class Matcher:
    """Which platform a line speaks of, by its names of all times."""

    def __init__(self, batch: ImportBatch):
        self.batch = batch
        self.register = Register()
        self.seen: dict[tuple, int] = {}
        former = TitleEvent.objects.exclude(platform_name="").select_related("title__platform__organisation")
        for event in former:
            rows = self.register.by_name[compare_key(event.platform_name)]
            if event.title.platform not in rows:
                rows.append(event.title.platform)

    def match(self, line: Line) -> Matched:
        cells, batch = line.cells, self.batch
        day = batch.notice_on.isoformat() if batch.notice_on else ""
        cells |= {
            "announcement": batch.notice_title,
            "document": batch.notice_number,
            "granted_on": day,
            "year": day[:4],
            "valid_until": cells.get("own_until")
            or (batch.valid_until.isoformat() if batch.valid_until else ""),
        }
        line.findings = [one for one in line.findings if one.get("level") == "note" and not one.get("mend")]
        self._check(line)
        if line.is_wrong:
            return Matched(Match.WRONG)
        return self._grant(line) if cells["event"] == Kind.GRANTED else self._event(line)

    def _check(self, line: Line) -> None:
        cells, place = line.cells, line.cells.get("place", "")

        def wrong(problem: str, mend: str) -> None:
            line.findings.append({"cell": place, "problem": problem, "mend": mend})

        if len(cells["platform"]) < 2:
            wrong("没有平台名称", "请填写平台名称")
        if not cells["event"]:
            wrong("没有读出办理事项", "请选择授予、复核合格、撤销等")
        if cells["event"] in ("", Kind.GRANTED):
            office = self.register.departments.find(cells["jurisdiction"])
            if office is None or office.is_direct:
                written = cells.get("written") or cells["jurisdiction"]
                wrong(
                    f"地区“{written}”不是 37 个推荐地区之一" if written else "没有写明地区",
                    "请填写所在地区，例如 浙江、大连、兵团",
                )
            else:
                cells["jurisdiction"] = office.label
        key = (compare_key(cells["platform"]), compare_key(cells["organisation"]), cells["event"])
        first = self.seen.setdefault(key, line.number)
        if first != line.number:
            wrong(f"与第 {first} 行重复", "请核对两行，重复的选择不导入")

    def _grant(self, line: Line) -> Matched:
        found = self.register.platform_of(line)
        year = line.cells["year"]
        if found.platform and year and (found.platform.pk, int(year)) in self.register.years:
            return Matched(Match.KNOWN, Decision.SKIP, found.platform)
        return found

    def _event(self, line: Line) -> Matched:
        cells = line.cells
        name = cells["before"] or cells["platform"]
        named = list(self.register.by_name.get(compare_key(name), []))
        if not named and cells["event"] not in (Kind.RENAMED, Kind.CORRECTED):
            named = list(self.register.by_name.get(compare_key(cells["platform"]), []))
        if not named:
            unit = compare_key(cells["organisation"])
            named = [
                row
                for rows in self.register.by_organisation.values()
                for row in rows
                if compare_key(row.organisation.name) in (unit, compare_key(name))
            ]
        near = [row for row in named if row.jurisdiction.label == cells["jurisdiction"]] or named
        if len(near) == 1:
            return Matched(Match.NAME, Decision.MATCH, near[0], near)
        if near:
            return Matched(Match.UNSURE, candidates=near)
        line.findings.append(
            {
                "cell": cells.get("place", ""),
                "problem": f"名录中没有“{name}”",
                "mend": "请先录入授予称号的公告，或者改正名称，或者不导入此行",
            }
        )
        return Matched(Match.WRONG)


@transaction.atomic
def correct_notice(
    batch: ImportBatch, facts: Mapping, rows: Mapping[int, Mapping[str, str]], *, by
) -> ImportBatch:
    """What a person puts right: the notice's facts, cells of lines; all lines are matched again.

    Decisions that a person took (不导入, a candidate) stay where they still can be.
    """
    row = open_batch(batch, by)
    for name in ("notice_kind", "notice_title", "notice_number", "notice_on", "valid_until"):
        if name in facts:
            setattr(row, name, facts[name])
    row.save()
    matcher = Matcher(row)
    for entry in row.rows.order_by("number").prefetch_related("candidates"):
        posted = {code: value for code, value in rows.get(entry.pk, {}).items() if code in EDITABLE}
        tidy = {code: _tidied(code, value) for code, value in posted.items()}
        given = {code: value for code, value in tidy.items() if value != entry.cells.get(code, "")}
        entry.cells |= given
        entry.cells["typed"] = sorted({*entry.cells.get("typed", ()), *given})
        line = Line(
            entry.number, cells=entry.cells, findings=entry.findings, place=entry.cells.get("place", "")
        )
        found = matcher.match(line)
        skipped = entry.decision == Decision.SKIP and entry.match != Match.KNOWN
        entry.cells, entry.findings, entry.match = line.cells, line.findings, found.match
        entry.platform = found.platform
        entry.decision = Decision.SKIP if skipped else found.decision
        entry.save()
        entry.candidates.set(found.candidates)
    audit.record(action="correct", obj=row, by=by, facts={"rows": len(rows), "title": row.notice_title})
    return row


def _tidied(code: str, value: str) -> str:
    if code == "functions":
        known = {label: key for key, label in Function.choices} | {key: key for key in Function.values}
        names = tidy_text(value).replace("，", "、").replace(",", "、").split("、")
        return "、".join(known[name] for name in names if name in known)
    return tidy_name(value) if code in ("platform", "organisation") else tidy_text(value)


def obstacles_of(batch: ImportBatch) -> list[str]:
    """Why the notice as a whole can't be taken: not a decision, of a province's title, without title or day."""
    reasons = []
    if is_provincial(batch.notice_title):
        reasons.append("公告标题写的是省级示范平台，不能录入国家示范平台名录；省级名单由该省录入本省名录。")
    if is_of_other(batch.notice_title):
        reasons.append(OTHER)
    if batch.notice_kind == PUBLICITY:
        reasons.append("这是公示，不是授予称号的公告，不能据此录入称号。")
    if batch.notice_kind == DUE:
        reasons.append("这是应当复核的名单，不改变称号，不需要录入。")
    if not batch.notice_title:
        reasons.append("请填写公告标题。")
    if batch.notice_on is None:
        reasons.append("请填写公告日期。")
    elif batch.notice_on > date.fromisoformat(clock.today().isoformat()):
        reasons.append("公告日期还没有到，请核对。")
    return reasons
