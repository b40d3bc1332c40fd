"""A document handed to a limited process, and what to tell a person when it could not be read."""

from __future__ import annotations

import io
import json
from collections.abc import Collection

from portal.files.documents.blocks import Block, DocumentUnreadable, decode, from_json, read_text
from portal.shared import sandbox
from portal.shared.waiting import demand_no_transaction

HINTS = {
    "doc": "旧版 Word 文件，请用 Word 或者 WPS 另存为 .docx 后重新上传。",
    "wps": "WPS 文字文件，请在 WPS 中另存为 .docx 后重新上传。",
    "et": "WPS 表格文件，请在 WPS 中另存为 .xlsx 后重新上传。",
    "xls": "旧版 Excel 文件，请另存为 .xlsx 后重新上传。",
    "ofd": "OFD 版式文件，请在阅读器中复制文字后粘贴，或者另存为 PDF 后上传。",
}
OPENED = ("docx", "xlsx", "xlsm", "pdf", "html", "htm")
LIMITS = sandbox.Limits(memory=480 * sandbox.MEGABYTE, cpu=40, wall=60.0)


def read_document(
    content: bytes, name: str, *, headings: Collection[str] = (), limits: sandbox.Limits = LIMITS
) -> list[Block]:
    """The blocks of a file by its name's ending; `headings` tell a PDF's table without rules from its words.

    Raises DocumentUnreadable.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else "txt"
    if ending in HINTS:
        raise DocumentUnreadable(f"这是{HINTS[ending]}")
    if ending not in OPENED:
        return read_text(decode(content))
    demand_no_transaction("a document's reading")
    answer = sandbox.run(
        "read_document", io.BytesIO(content), limits=limits, ending=ending, headings=sorted(headings)
    )
    told, said = answer.frames[0] if answer.frames else ({}, b"")
    if "refused" in told:
        raise DocumentUnreadable(str(told["refused"]))
    if answer.why in ("time", "wall", "output"):
        raise DocumentUnreadable(
            "文件过大或者结构异常，没有在限定的时间内读完，请复制文字后粘贴，或者拆分后上传。"
        )
    try:
        return from_json(json.loads(said)) if answer.ended else _unread(ending)
    except (ValueError, TypeError) as error:
        raise DocumentUnreadable(_sentence(ending)) from error


def _unread(ending: str) -> list[Block]:
    raise DocumentUnreadable(_sentence(ending))


def _sentence(ending: str) -> str:
    return f"文件无法读取（{ending}），请另存后重新上传，或者复制文字后粘贴。"
