"""Zip packages (xlsx, docx, ofd) before they are kept: looked at entry by entry, never unpacked to disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import BinaryIO

from portal.files.inspect.addresses import is_program
from portal.files.inspect.heads import OLE, check_head
from portal.files.inspect.markup import inspect_drawing, inspect_markup
from portal.files.inspect.refusals import refuse
from portal.shared.refusal import UploadRefused

MEGABYTE = 1024 * 1024
MAX_ENTRIES, MAX_RATIO, MAX_PART, MAX_UNPACKED = 2000, 50, 64 * MEGABYTE, 512 * MEGABYTE
MAX_MARKUP, MAX_MARKUP_RATIO = 8 * MEGABYTE, 200
MAX_FIGURES = 8 * MEGABYTE
MAX_GAP = 1024  # bytes between two entries; more can hide a file of its own
MAX_DIRECTORY = MAX_ENTRIES * 600  # bytes; a million entries would be held in memory before they are counted
END = b"PK\x05\x06"
MAIN = {"ofd": "OFD.xml", "xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
# By their first bytes; the last is how every scanner is tried out.
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"\xca\xfe\xba\xbe", b"X5O!P%@AP")
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", OLE, b"%PDF-", b"{\\rtf", b"MIME-Ver")
PAINTED = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
MAX_PIXELS = 200_000_000  # of a picture inside: A0 at 300 dpi is 139 million
MARKUP = (".xml", ".rels", ".svg")

TRAPS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    UnicodeError,
    OverflowError,
)


def inspect_package(content: BinaryIO, head: bytes, extension: str, *, inside: bool = False) -> None:
    """`inside`: the figures of a chart, within its document. Raises UploadRefused."""
    check_head(head, extension)
    try:
        _check_directory(content)
        content.seek(0)
        with zipfile.ZipFile(content) as package:
            entries = package.infolist()
            _check_entries(content, entries)
            _check_parts({entry.filename for entry in entries}, extension, inside=inside)
            for entry in entries:
                _check_content(package, entry)
    except TRAPS as error:
        raise UploadRefused(
            "broken_package", f"{extension.upper()} 文件已损坏，请用原程序另存后重新上传。"
        ) from error


def _check_directory(content: BinaryIO) -> None:
    size = content.seek(0, 2)
    content.seek(max(0, size - 65_557))
    tail = content.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < 22:
        raise UploadRefused(
            "cut_package", "文件不完整，缺少结尾，可能没有传完或者没有保存完，请另存后重新上传。"
        )
    count, directory, _, comment = struct.unpack("<HLLH", tail[at + 10 : at + 22])
    if at + 22 + comment != len(tail):
        raise UploadRefused("trailing", "文件末尾附有其他数据，请用原程序另存后重新上传。")
    if count > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise UploadRefused("too_many_parts", f"文件内部超过 {MAX_ENTRIES} 个条目，请另存后重新上传。")


def _check_entries(content: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UploadRefused("too_many_parts", f"文件内部超过 {MAX_ENTRIES} 个条目，请另存后重新上传。")
    # Office reads part names without regard to case: two that differ only so are two of one name.
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise UploadRefused("duplicate_parts", "文件内部有重名条目，请用原程序另存后重新上传。")
    if entries and min(entry.header_offset for entry in entries):
        raise UploadRefused("prefix", "文件开头附有其他数据，请用原程序另存后重新上传。")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UploadRefused("unpacked", "文件展开后超过 512 MB，请删除多余内容后重新上传。")
    for entry in entries:
        _check_entry(entry)
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        # Entries that share bytes unpack to much more than the file could hold.
        if entry.header_offset < end or entry.header_offset - end > MAX_GAP:
            raise UploadRefused(
                "overlap", "文件内部的条目互相重叠或者夹有隐藏内容，请用原程序另存后重新上传。"
            )
        end = _check_local_header(content, entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if name.startswith("/") or ".." in name.split("/") or "\\" in name or "\x00" in name or ":" in name:
        raise UploadRefused("zip_slip", "文件内部路径异常，请用原程序另存后重新上传。")
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise UploadRefused("symlink", "文件内部含有指向别处的链接，请用原程序另存后重新上传。")
    if entry.flag_bits & 1:
        raise UploadRefused("encrypted", "文件设有口令，请去除口令后上传。")
    if entry.file_size > MAX_PART and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise bomb()
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UploadRefused("packing", "文件采用了少见的压缩方式，请用原程序另存后重新上传。")


def bomb() -> UploadRefused:
    return UploadRefused("bomb", "文件压缩得异常紧密，展开后过大，请删除多余内容后重新上传。")


def _check_local_header(content: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """The header before the content says the same as the directory; returns where the content ends."""
    content.seek(entry.header_offset)
    header = content.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    method = struct.unpack("<H", header[8:10])[0]
    length, extra = struct.unpack("<HH", header[26:30])
    encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    same_name = content.read(length).decode(encoding, "replace") == entry.orig_filename
    if not same_name or method != entry.compress_type:
        raise UploadRefused("mismatched_parts", "文件内部的目录与内容不一致，请用原程序另存后重新上传。")
    return entry.header_offset + 30 + length + extra + entry.compress_size


def _check_parts(names: set[str], extension: str, *, inside: bool) -> None:
    if MAIN[extension] not in names:
        kind = extension.upper()
        raise UploadRefused(
            "wrong_package", f"这不是 {kind} 文件，请用原程序另存为 {kind} 后上传，不要只改扩展名。"
        )
    lowered = {f"/{name.lower()}" for name in names}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
        raise refuse("macro")
    if any("/externallinks/" in name for name in lowered):
        raise refuse("external")
    charts = not inside and any("/charts/" in name for name in lowered)
    held = {name for name in lowered if "/embeddings/" in name and not (charts and name.endswith(".xlsx"))}
    if held or any("/activex/" in name or "oleobject" in name for name in lowered):
        raise refuse("ole_object")


def _check_content(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Reading a part to its end also proves its checksum and that its declared size is no lie."""
    lowered = entry.filename.lower()
    with package.open(entry) as part:
        before = part.read(16)
    if before.startswith(PROGRAMS) or is_program(lowered):
        raise UploadRefused("program", "文件内部夹带了程序，请查杀病毒并用原程序另存后重新上传。")
    if "/embeddings/" in lowered:
        _check_figures(package, entry)
        return
    if before.startswith(ARCHIVES):
        raise UploadRefused("nested", "文件内部夹带了压缩包或者其他文件，请删除后重新上传。")
    with package.open(entry) as part:
        if lowered.endswith(".vml"):
            inspect_drawing(part, lowered)
        elif lowered.endswith(MARKUP) or is_markup(before):
            if entry.file_size > MAX_MARKUP and entry.file_size > MAX_MARKUP_RATIO * entry.compress_size:
                raise bomb()
            inspect_markup(part, lowered)
        while part.read(MEGABYTE):
            pass
    if before.startswith(PAINTED):
        _check_picture(package, entry)


def _check_picture(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """A header of some bytes can announce more pixels than memory holds; what is no picture after all is left alone."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    with package.open(entry) as part:
        try:
            with Image.open(part, formats=["PNG", "JPEG", "GIF", "BMP", "TIFF"]) as picture:
                pixels = picture.width * picture.height
        except Exception:
            return
    if pixels > MAX_PIXELS:
        raise refuse("huge_picture")


def _check_figures(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """The workbook behind a chart, as text programs keep it: judged as a workbook of its own."""
    if entry.file_size > MAX_FIGURES:
        raise refuse("ole_object")
    content = package.read(entry)
    inspect_package(io.BytesIO(content), content[:1024], "xlsx", inside=True)


def is_markup(head: bytes) -> bool:
    """XML under a name that does not say so: an office program goes by the content type."""
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n")
    return text.startswith(b"<")
