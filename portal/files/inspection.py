"""Looking at a file before it is kept: name and size here, the content in the sandbox's child."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from portal.shared import sandbox
from portal.shared.digests import Digester
from portal.shared.refusal import UploadRefused
from portal.shared.uploads import TYPES, clean_filename, too_large
from portal.shared.waiting import demand_no_transaction

CHUNK = 1024 * 1024
HEAVY = {
    "memory": "打开或者显示此文件需要的内存异常多，请用“打印为 PDF”或者另存的方式生成新文件后上传。",
    "time": "打开或者显示此文件需要的时间异常长，请用“打印为 PDF”或者另存的方式生成新文件后上传。",
    "wall": "打开或者显示此文件需要的时间异常长，请用“打印为 PDF”或者另存的方式生成新文件后上传。",
    "output": "此文件展开后异常大，请用“打印为 PDF”或者另存的方式生成新文件后上传。",
}


@dataclass(frozen=True)
class UploadReport:
    """`warnings` are sentences for the uploader; the file is taken all the same."""

    name: str
    extension: str
    content_type: str
    size: int
    sha256: str
    sm3: str
    pages: int | None
    warnings: tuple[str, ...] = ()
    pictures: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Verdict:
    """What the child found. `code` is empty for a good file; a file that broke the child is told as heavy."""

    code: str = ""
    sentence: str = ""
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    pictures: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False, compare=False)
    seconds: float = 0.0
    peak_mb: float = 0.0


def inspect_upload(content: BinaryIO, *, name: str, allowed: Collection[str], max_bytes: int) -> UploadReport:
    """Look at a file before it is stored. Raises UploadRefused with what to do."""
    name, extension = clean_filename(name, allowed)
    digester = measure(content, max_bytes)
    known = (digester.sha256, extension)
    found = _judged.get(known) or judge(content, extension)
    if found.code:
        raise UploadRefused(found.code, found.sentence)
    _remember(known, found)
    return UploadReport(
        name,
        extension,
        TYPES[extension],
        digester.size,
        digester.sha256,
        digester.sm3,
        found.pages,
        found.warnings,
        found.pictures,
    )


# Good files that came a moment ago, without their pictures, which are kept by digest: the same bytes come again with
# every year's dossier and in every story of the demonstration.
_judged: dict[tuple[str, str], Verdict] = {}


def _remember(known: tuple[str, str], found: Verdict) -> None:
    while len(_judged) >= 256:
        _judged.pop(next(iter(_judged)), None)
    _judged[known] = replace(found, pictures={})


def judge(content: BinaryIO, extension: str) -> Verdict:
    """The content alone, in a child. Never raises for what the file does."""
    demand_no_transaction("an inspection")
    answer = sandbox.run("inspect", content, extension=extension)
    content.seek(0)
    spent: dict[str, Any] = {"seconds": answer.seconds, "peak_mb": answer.peak_mb}
    told = answer.first("verdict") or {}
    if told.get("verdict") == "refused":
        return Verdict(str(told.get("code")), str(told.get("sentence")), **spent)
    if not answer.ended or told.get("verdict") != "clean":
        why = answer.why if answer.why in HEAVY else "memory"
        return Verdict(f"heavy_{why}", HEAVY[why], **spent)
    pictures = {(told["page"], told["width"]): drawn for told, drawn in answer.frames if "page" in told}
    return Verdict(
        pages=told.get("pages"), warnings=tuple(told.get("remarks") or ()), pictures=pictures, **spent
    )


def measure(content: BinaryIO, max_bytes: int) -> Digester:
    """Size and digests of a stream. Raises UploadRefused for an empty or too large one."""
    digester = Digester()
    content.seek(0)
    while chunk := content.read(CHUNK):
        digester.update(chunk)
        if digester.size > max_bytes:
            raise too_large(max_bytes)
    content.seek(0)
    if not digester.size:
        raise UploadRefused("empty", "文件是空的，请检查后重新上传。")
    return digester
