"""The two-person act that lets the log go on after a restore."""

from __future__ import annotations

from portal.accounts.changes import OFFICE
from portal.kernel.signoff import register_act
from portal.kernel.workflow import perform
from portal.models import LogContinuation
from portal.shared.digests import sha256_hex
from portal.trail.continuing import go_on, name_of_next
from portal.trail.tlog import Head, Note
from portal.trail.witnesses import cosigners_of

NAMED = 20  # lost entries that a signer reads one by one; the digest binds all


def describe(objects, facts) -> dict:
    row = objects[0]
    head, lost = Head.parse(Note.parse(row.note).text), row.lost_lines
    return {
        "title": f"续立公开日志：{name_of_next(row)}",
        "basis": "",
        "rows": [
            ["原日志", f"{head.origin}，已公布 {head.size} 条"],
            ["最后一次公布的检查点", row.note],
            ["会签的见证方", "、".join(cosigners_of(row.note)) or "无"],
            ["由已公布文件补回", f"{row.recovered} 条"],
            ["只剩摘要、内容已失的", f"{len(lost)} 条"],
            *(["", entry] for entry in lost[:NAMED]),
            ["全部失去条目的摘要（SHA-256）", sha256_hex(row.lost.encode())],
        ],
        "effects": [
            "原日志照已公布的文件补齐，此后不再增加；已签发的证明继续有效",
            f"新日志 {name_of_next(row)} 的首条载明上述检查点和失去的条目，供任何人核对",
            "失去的操作记录不能恢复，须由经办单位依纸质材料重新办理",
        ],
    }


def execute(signoff, objects, by) -> None:
    for row in objects:
        perform(row, "carry_on", by=by, note=signoff.note, signoff=signoff)
        go_on(row)


def returned(signoff, objects, by) -> None:
    for row in objects:
        perform(row, "drop", by=by, note=signoff.answer)


register_act(
    LogContinuation,
    "carry_on",
    describe=describe,
    execute=execute,
    returned=returned,
    office=lambda row: OFFICE,
    page=lambda row: "",  # the host's command proposes it: nothing stands on a page but what is described
)
