"""The two-person acts on an import: what is written, or taken back, is read by both line by line."""

from __future__ import annotations

from django.db.models import Q

from platforms.imports.services import carry_out_import
from platforms.imports.undo import carry_out_undo
from platforms.models import ImportBatch, ImportRow, TitleEvent
from portal.kernel.signoff import office_at, page_at, register_act
from portal.shared.digests import sha256_hex
from portal.trail.watching import register_signal

Decision = ImportRow.Decision
KINDS = dict(TitleEvent.Kind.choices)


SILENT = "不向所列单位另发通知"


def _described(objects, what: str, effects: list[str]) -> dict:
    batch = objects[0]
    taken = batch.rows.exclude(decision__in=(Decision.SKIP, Decision.PENDING)).order_by("number")
    rows = [
        ["类别", batch.get_kind_display()],
        ["文件", f"{batch.file.name}（SHA-256 {batch.file.sha256}）" if batch.file_id else "粘贴的公告文字"],
        ["行数", f"{batch.rows.count()} 行，其中导入 {taken.count()} 行"],
        ["经办人", batch.created_by.name],
    ]
    if batch.kind == ImportBatch.Kind.NOTICE and batch.source_text:
        rows.append(["公告文字摘要（SHA-256）", sha256_hex(batch.source_text.encode())])
    if batch.is_of_titles:
        notices = {(row.cells["announcement"], row.cells["document"]) for row in taken}
        rows += [["公告", f"{title} {number}".strip()] for title, number in sorted(notices)]
        rows += [
            [
                "公告原文",
                batch.notice_file.name if batch.notice_file_id else batch.notice_address or "粘贴的文字",
            ]
        ]
    return {
        "title": f"{what}：{batch}",
        "basis": "操作规则",
        "rows": rows,
        "header": ["行", "平台", "运营单位", "地区" if batch.is_of_titles else "信用代码", "所写内容"],
        "items": [_line(row, batch) for row in taken],
        "effects": effects,
    }


def _line(row: ImportRow, batch: ImportBatch) -> list[str]:
    cells = row.cells
    where = row.platform.name if row.platform_id else "按新平台建立"
    if batch.is_of_titles:
        what = KINDS.get(cells.get("event", "granted"), "")
        until = cells.get("valid_until") if cells.get("event", "granted") == "granted" else ""
        term = f"有效期至 {until}" if until else ""
        told = "，".join(
            part
            for part in (what, cells["granted_on"], term, cells["status"], cells.get("remark", ""))
            if part
        )
        return [f"第 {row.number} 行", cells["platform"], cells["organisation"], cells["jurisdiction"], told]
    told = " ".join(cells.get(code, "") for code in ("year", "kind", "amount", "document") if cells.get(code))
    return [
        f"第 {row.number} 行",
        cells["platform"] or where,
        cells.get("organisation", ""),
        cells["uscc"],
        told,
    ]


def describe_apply(objects, facts) -> dict:
    effects = ["所列各行写入系统，可以由两人整批撤销", SILENT]
    if objects[0].is_of_titles:
        effects += [
            "称号列入名录和核验，注明所依据的公告；不编本系统证书编号，不颁本系统证书",
            "在本系统复核确认或者再次认定后，才编号并颁发证书",
            "本次导入和审签列入纪检监督的提示",
        ]
    return _described(objects, "导入名单", effects)


def describe_undo(objects, facts) -> dict:
    return _described(
        objects,
        "撤销导入",
        ["此批写入的内容标为已撤销导入，不再列入名录、统计和任何名单；记录保留", SILENT],
    )


def execute_apply(signoff, objects, by) -> None:
    carry_out_import(signoff, batch=objects[0], by=by)


def execute_undo(signoff, objects, by) -> None:
    carry_out_undo(signoff, batch=objects[0], by=by)


register_act(
    ImportBatch,
    "apply",
    describe=describe_apply,
    execute=execute_apply,
    office=office_at("giver_id"),
    page=page_at("import_batch"),
)
register_act(
    ImportBatch,
    "undo",
    describe=describe_undo,
    execute=execute_undo,
    office=office_at("giver_id"),
    page=page_at("import_batch"),
)
register_signal(
    "imports",
    "名单导入",
    "由名单写入的称号和记录，以及谁审签了它们",
    Q(
        action__in=[
            "importbatch.prepare_apply",
            "importbatch.apply",
            "importbatch.prepare_undo",
            "importbatch.undo",
            "designation.import_title",
        ]
    ),
)
