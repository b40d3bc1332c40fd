"""PDF files before they are kept: openable by anyone for good, nothing hidden, nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf

from portal.shared.refusal import UploadRefused

MAX_PAGES = 2000
MAX_SIDE = 5000  # points; the long side of A0 is 3,371
TAIL = 2048
MEGABYTE = 1024 * 1024

# A few kilobytes of Flate can stand for gigabytes; qpdf unpacks object streams merely to list the objects.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=256 * MEGABYTE,
    run_length_max_memory=256 * MEGABYTE,
    png_max_memory=256 * MEGABYTE,
    tiff_max_memory=256 * MEGABYTE,
    parser_max_container_size=500_000,
)

RUNNING = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/Rendition",
    "/RichMediaExecute",
    "/GoToE",
}
ATTACHED = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/3D", "/Screen"}
SUSPECT = re.compile(
    rb"/(JavaScript|JS|Launch|ImportData|SubmitForm|Rendition|RichMedia|RichMediaExecute|GoToE"
    rb"|FileAttachment|Movie|Sound|3D|Screen|EmbeddedFiles?|EF|XFA)(?![A-Za-z0-9])"
)

ACTIVE = ("active_pdf", "PDF 含有脚本或者自动执行的动作，请用“打印为 PDF”生成新文件后上传。")
EMBEDDED = ("embedded", "PDF 内嵌有附件或者音视频，请去除后上传；附件需要的，请单独上传。")
XFA = ("xfa", "PDF 是动态表单（XFA），他人可能无法打开，请打印为普通 PDF 后上传。")
BROKEN = ("broken_pdf", "PDF 已损坏，无法完整打开，请用原程序重新导出后上传。")
TRAPS = (
    pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    RecursionError, RuntimeError, OverflowError, NotImplementedError, MemoryError,
)  # fmt: skip


def inspect_pdf(content: BinaryIO, head: bytes) -> int:
    """The number of pages. Raises UploadRefused."""
    if not head.startswith(b"%PDF-"):
        raise UploadRefused("not_pdf", "文件内容不是 PDF，请用原程序另存为 PDF 后上传，不要只改扩展名。")
    _check_tail(content)
    content.seek(0)
    try:
        # Readers differ in how they mend a damaged index, so a file that needs mending is no evidence.
        with pikepdf.open(content, attempt_recovery=False, suppress_warnings=True) as pdf:
            return _check_document(pdf)
    except pikepdf.PasswordError as error:
        raise UploadRefused("password", "PDF 设有打开口令，请去除口令后上传。") from error
    except TRAPS as error:
        raise UploadRefused(*BROKEN) from error


def _check_tail(content: BinaryIO) -> None:
    content.seek(0, 2)
    content.seek(max(0, content.tell() - TAIL))
    tail = content.read()
    marker = tail.rfind(b"%%EOF")
    if marker < 0:
        raise UploadRefused("cut_pdf", "PDF 不完整，缺少结尾，可能没有传完或者没有保存完，请重新导出后上传。")
    if tail[marker + 5 :].strip(b"\r\n \t\x00"):
        raise UploadRefused("trailing", "PDF 末尾附有其他数据，请用“打印为 PDF”生成新文件后上传。")


def _check_document(pdf: pikepdf.Pdf) -> int:
    if pdf.is_encrypted:
        raise UploadRefused("encrypted", "PDF 限制了打印、复制等权限，请解除限制后上传。")
    count = len(pdf.pages)
    if not count:
        raise UploadRefused("no_pages", "PDF 没有页面，请检查后重新上传。")
    if count > MAX_PAGES:
        raise UploadRefused("too_many_pages", f"PDF 共 {count} 页，不能超过 {MAX_PAGES} 页，请拆分后上传。")
    for page in pdf.pages:
        box = [float(value) for value in page.mediabox]
        unit = float(page.obj.get("/UserUnit", 1))
        if max(box[2] - box[0], box[3] - box[1]) * unit > MAX_SIDE:
            raise UploadRefused("page_size", "PDF 页面尺寸过大，请按 A4 重新导出后上传。")
    for thing in pdf.objects:
        _refuse_active(thing)
    return count


def _refuse_active(thing: pikepdf.Object) -> None:
    """Every object is looked at, since an action can hang on a page, a field, a bookmark or a name."""
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
        return
    stream = isinstance(thing, pikepdf.Stream)
    if stream:
        thing = thing.stream_dict
    # Text first, because it is a hundred times quicker than walking; a hit may be words inside a string.
    if not SUSPECT.search(thing.unparse(resolved=True)):
        return
    for part in _dictionaries(thing):
        kind, what = str(part.get("/S", "")), str(part.get("/Subtype", ""))
        if kind in RUNNING or "/JavaScript" in part or "/JS" in part:
            raise UploadRefused(*ACTIVE)
        attached = (
            "/EmbeddedFiles" in part or str(part.get("/Type", "")) == "/EmbeddedFile" or _holds_file(part)
        )
        if attached or (what in ATTACHED and not stream):
            raise UploadRefused(*EMBEDDED)
        if "/XFA" in part:
            raise UploadRefused(*XFA)


def _holds_file(part: pikepdf.Dictionary) -> bool:
    held = part.get("/EF")
    return isinstance(held, pikepdf.Dictionary) and ("/F" in held or "/UF" in held)


def _dictionaries(thing: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """The dictionaries written inside one object; what it refers to is visited as an object of its own."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Dictionary):
            yield part
            waiting.extend(part[key] for key in part.keys() if not part[key].is_indirect)  # noqa: SIM118
        elif isinstance(part, pikepdf.Array):
            waiting.extend(item for item in part if getattr(item, "is_indirect", True) is False)
