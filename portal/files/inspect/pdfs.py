"""PDF files before they are kept: openable by anyone for good, nothing hidden, nothing that runs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf

from portal.files.inspect.addresses import is_unsafe_link
from portal.files.inspect.heads import BEFORE, BEHIND, check_head
from portal.files.inspect.pdf_streams import (
    EMBEDDED,
    check_attachment,
    check_nesting,
    check_specification,
    check_stream,
    note_form,
)
from portal.files.inspect.pdf_trees import check_trees
from portal.shared.refusal import UploadRefused

MAX_PAGES = 2000
MAX_SIDE = 5000  # points; the long side of A0 is 3,371
MIN_SIDE = 3  # below it no reader shows a page
MAX_OBJECTS = 200_000
LARGE = 32 * 1024 * 1024
MAX_PADDING = 1024 * 1024
TAIL = 2048
MEGABYTE = 1024 * 1024

# A few kilobytes of Flate can stand for gigabytes; qpdf unpacks object streams merely to list the objects.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=48 * MEGABYTE,
    run_length_max_memory=48 * MEGABYTE,
    png_max_memory=48 * MEGABYTE,
    tiff_max_memory=48 * MEGABYTE,
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
    "/Movie",
    "/Sound",
}
ATTACHED = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/3D", "/Screen"}
SUSPECT = re.compile(
    rb"/(JavaScript|JS|Launch|ImportData|SubmitForm|Rendition|RichMedia|RichMediaExecute|GoToE|GoToR|Thread|URI|Ref"
    rb"|AA|FileAttachment|Movie|Sound|3D|Screen|EmbeddedFiles?|EF|XFA|PS)(?![A-Za-z0-9])"
)

# Numbers that a reader reckons with; words among them are code for the reader's own script.
RECKONED = re.compile(rb"/(FontMatrix|Matrix|BBox|FontBBox)\s*\[[^\]]*[(<]")
DAMAGED = (
    "non-dictionary object; ignoring",
    "expected n n obj",
)  # a page, or anything else, that is not there
ACTIVE = ("active_pdf", "PDF 含有脚本或者自动执行的动作，请用“打印为 PDF”生成新文件后上传。")
ELSEWHERE = ("elsewhere", "PDF 引用了别处的文件（其他文档或者网络共享文件夹），请去除链接后上传。")
XFA = ("xfa", "PDF 是动态表单（XFA），他人可能无法打开，请打印为普通 PDF 后上传。")
LOCKED = ("locked", "PDF 用证书或者版权软件加了锁，他人无法打开，请用未加锁的原文件重新导出后上传。")
BROKEN = ("broken_pdf", "PDF 已损坏，无法完整打开，请用原程序重新导出后上传。")
TRAPS = (
    pikepdf.PdfError,
    pikepdf.ForeignObjectError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    RuntimeError,
    OverflowError,
    NotImplementedError,
)


class Window(io.RawIOBase):
    """A file without the blanks around it, read where it lies."""

    def __init__(self, content: BinaryIO, start: int, end: int):
        self.content, self.start, self.end, self.at = content, start, end, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, self.end - self.start)[whence]
        return self.at

    def readinto(self, buffer) -> int:
        self.content.seek(self.start + self.at)
        piece = self.content.read(max(0, min(len(buffer), self.end - self.start - self.at)))
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)


def inspect_pdf(content: BinaryIO, head: bytes) -> int:
    """The number of pages. Raises UploadRefused."""
    start = len(head) - len(head.lstrip(BEFORE))
    check_head(head, "pdf")
    end = _check_tail(content)
    whole = start == 0 and end + TAIL // 2 > content.seek(0, 2)
    try:
        return _look(content if whole else Window(content, start, end), mended=False)
    except pikepdf.PasswordError as error:
        raise UploadRefused("password", "PDF 设有打开口令，请去除口令后上传。") from error
    except TRAPS as error:
        # Readers differ in how they mend a damaged index, so a file that needs mending is no evidence.
        # Blank lines before the header shift the whole index: there all readers mend in one way.
        if start and isinstance(error, pikepdf.PdfError):
            return _look_again(content)
        raise UploadRefused(*(LOCKED if "encryption filter" in str(error) else BROKEN)) from error


def _look_again(content: BinaryIO) -> int:
    try:
        return _look(content, mended=True)
    except TRAPS as error:
        raise UploadRefused(*BROKEN) from error


def is_large(content: BinaryIO) -> bool:
    """A large file is read piece by piece; a small one lies in memory, which is many times quicker."""
    return content.seek(0, 2) > LARGE


def _look(content: BinaryIO, *, mended: bool) -> int:
    mode = (
        pikepdf.AccessMode.stream
        if isinstance(content, Window) or is_large(content)
        else pikepdf.AccessMode.mmap
    )
    content.seek(0)
    with pikepdf.open(content, attempt_recovery=mended, suppress_warnings=True, access_mode=mode) as pdf:
        return _check_document(pdf)


def _check_tail(content: BinaryIO) -> int:
    """Where the document ends. Mail and tape programs fill a file up with zeros: those are passed over."""
    end, tail = content.seek(0, 2), b""
    least = max(0, end - MAX_PADDING)
    while end > least and not tail:
        start = max(least, end - TAIL)
        content.seek(start)
        tail = content.read(end - start).rstrip(BEHIND)
        end = start + len(tail)
    content.seek(max(0, end - TAIL))
    tail = content.read(min(TAIL, end))
    marker = tail.rfind(b"%%EOF")
    if marker < 0:
        raise UploadRefused("cut_pdf", "PDF 不完整，缺少结尾，可能没有传完或者没有保存完，请重新导出后上传。")
    if tail[marker + 5 :] or _ends_an_archive(content, end):
        raise UploadRefused("trailing", "PDF 末尾附有其他数据，请用“打印为 PDF”生成新文件后上传。")
    return end


def _ends_an_archive(content: BinaryIO, end: int) -> bool:
    """The same bytes as a zip whose remark is the end of the document: two programs would see two files."""
    start = max(0, end - 65_557)
    content.seek(start)
    tail = content.read(end - start)
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        remark = int.from_bytes(tail[at + 20 : at + 22], "little")
        listed = int.from_bytes(tail[at + 12 : at + 16], "little")
        if abs(len(tail) - at - 22 - remark) <= 2:  # with or without the last line's end
            return True
        # What stands behind the end of an archive does not keep a program from opening it.
        if listed and tail[max(0, at - listed) : at].startswith(b"PK\x01\x02"):
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def _check_document(pdf: pikepdf.Pdf) -> int:
    if int(pdf.trailer.get("/Size", 0)) > MAX_OBJECTS:
        raise UploadRefused(
            "too_many_objects",
            f"PDF 内部对象超过 {MAX_OBJECTS // 10_000} 万个，请用“打印为 PDF”生成新文件后上传。",
        )
    count = len(pdf.pages)
    if not count:
        raise UploadRefused("no_pages", "PDF 没有页面，请检查后重新上传。")
    if count > MAX_PAGES:
        raise UploadRefused("too_many_pages", f"PDF 共 {count} 页，不能超过 {MAX_PAGES} 页，请拆分后上传。")
    for page in pdf.pages:
        box = [float(value) for value in page.mediabox]
        unit = float(page.obj.get("/UserUnit", 1))
        width, height = abs(box[2] - box[0]) * unit, abs(box[3] - box[1]) * unit
        if max(width, height) > MAX_SIDE:
            raise UploadRefused("page_size", "PDF 页面尺寸过大，请按 A4 重新导出后上传。")
        if min(width, height) < MIN_SIDE:
            raise UploadRefused("page_size", "PDF 有页面没有尺寸，无法显示，请按 A4 重新导出后上传。")
    _check_opening(pdf.Root)
    forms: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for thing in pdf.objects:
        _refuse_active(thing)
        if isinstance(thing, pikepdf.Stream):
            check_stream(thing)
            note_form(thing, forms)
    check_nesting(forms)
    check_trees(pdf.Root)
    # A part that cannot be read is left out by some readers and ends the others.
    if any(words in str(warning) for warning in pdf.get_warnings() for words in DAMAGED):
        raise UploadRefused(*BROKEN)
    return count


def _check_opening(root: pikepdf.Dictionary) -> None:
    """What happens by itself when the document is opened: a jump to a page, nothing that leads elsewhere."""
    _refuse_leading(root.get("/OpenAction"))


def _refuse_by_itself(additional: pikepdf.Object | None) -> None:
    """What happens when a page, a field or a note is only looked at or left."""
    if isinstance(additional, pikepdf.Dictionary):
        for trigger in additional.keys():  # noqa: SIM118
            _refuse_leading(additional[trigger])


def _refuse_leading(action: pikepdf.Object | None) -> None:
    waiting, seen = [action], 0
    while waiting and seen < 100:
        action, seen = waiting.pop(), seen + 1
        if isinstance(action, pikepdf.Dictionary):
            if str(action.get("/S", "")) in ("/URI", "/GoToR", "/Thread"):
                raise UploadRefused(*ACTIVE)
            follow = action.get("/Next")
            waiting.extend(follow if isinstance(follow, pikepdf.Array) else [follow])


def _refuse_active(thing: pikepdf.Object) -> None:
    """Every object is looked at, since an action can hang on a page, a field, a bookmark or a name."""
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
        return
    stream = isinstance(thing, pikepdf.Stream)
    if stream:
        if _is_attachment(thing):
            check_attachment(thing)
        thing = thing.stream_dict
        if isinstance(thing.get("/F"), pikepdf.Dictionary | pikepdf.String):
            raise UploadRefused(*ELSEWHERE)  # the content of such a stream lies in another file
    # Text first, because it is a hundred times quicker than walking; a hit may be words inside a string.
    text = thing.unparse(resolved=True)
    if RECKONED.search(text):
        raise UploadRefused(*ACTIVE)
    if not SUSPECT.search(text):
        return
    for part in _dictionaries(thing):
        _refuse_part(part, stream)


def _refuse_part(part: pikepdf.Dictionary, stream: bool) -> None:
    kind, what = str(part.get("/S", "")), str(part.get("/Subtype", ""))
    if kind in RUNNING or "/JavaScript" in part or "/JS" in part:
        raise UploadRefused(*ACTIVE)
    _refuse_by_itself(part.get("/AA"))
    if kind in ("/GoToR", "/Thread", "/URI") and leads_elsewhere(part, kind):
        raise UploadRefused(*ELSEWHERE)
    if stream and isinstance(part.get("/Ref"), pikepdf.Dictionary):
        raise UploadRefused(*ELSEWHERE)
    if stream and what == "/PS":
        raise UploadRefused(*ACTIVE)  # a program for a printer
    if what in ATTACHED and not stream:
        raise UploadRefused(*EMBEDDED)
    if "/XFA" in part:
        raise UploadRefused(*XFA)
    held = part.get("/EF")
    if isinstance(held, pikepdf.Dictionary):
        check_specification(part, held)


def leads_elsewhere(part: pikepdf.Dictionary, kind: str) -> bool:
    """A web address that a reader may click is ordinary; another file or a shared folder is not."""
    if kind == "/URI":
        return is_unsafe_link(str(part.get("/URI", "")))
    target = part.get("/F")
    if isinstance(target, pikepdf.Dictionary):
        target = " ".join(str(target.get(key, "")) for key in ("/UF", "/F", "/Unix", "/DOS", "/Mac"))
    text = str(target or "").replace("\\", "/")
    return text.startswith("/") or "//" in text or ":" in text


def _is_attachment(stream: pikepdf.Stream) -> bool:
    return str(stream.stream_dict.get("/Type", "")) == "/EmbeddedFile"


def _dictionaries(thing: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """The dictionaries written inside one object; what it refers to is visited as an object of its own."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Dictionary):
            yield part
            held = (part[key] for key in part.keys())  # noqa: SIM118
            waiting.extend(item for item in held if getattr(item, "is_indirect", True) is False)
        elif isinstance(part, pikepdf.Array):
            waiting.extend(item for item in part if getattr(item, "is_indirect", True) is False)
