"""Zip packages (xlsx, docx, ofd) before they are kept: looked at entry by entry, never unpacked to disk."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import BinaryIO

from portal.shared.refusal import UploadRefused

MEGABYTE = 1024 * 1024
MAX_ENTRIES, MAX_RATIO, MAX_PART, MAX_UNPACKED = 2000, 50, 64 * MEGABYTE, 512 * MEGABYTE
MAX_DIRECTORY = MAX_ENTRIES * 600  # bytes; a million entries would be held in memory before they are counted
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = b"PK\x05\x06"
MAIN = {"ofd": "OFD.xml", "xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", OLE)
DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)|<\x00!\x00D\x00O\x00C|\x00<\x00!\x00D\x00O\x00C")
DDE = re.compile(
    rb"(?:instrText[^>]{0,200}>|instr=[\"'])\s*DDE(?:AUTO)?\b|<f[^>]{0,200}>[^<\"&]{0,200}\w\|[^<\"]{1,200}!",
    re.IGNORECASE,
)
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
OVERLAP = 4096

TRAPS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, KeyError, UnicodeError, OverflowError, MemoryError,
)  # fmt: skip


def inspect_package(content: BinaryIO, head: bytes, extension: str) -> None:
    """Raises UploadRefused."""
    kind = extension.upper()
    if head.startswith(OLE):
        raise UploadRefused(
            "ole", f"文件设有口令或者是旧版格式（.xls、.doc），请去除口令并另存为 {kind} 后上传。"
        )
    if not head.startswith(b"PK\x03\x04"):
        raise UploadRefused(
            "not_package", f"文件内容不是 {kind}，请用原程序另存为 {kind} 后上传，不要只改扩展名。"
        )
    try:
        _check_directory(content)
        content.seek(0)
        with zipfile.ZipFile(content) as package:
            entries = package.infolist()
            _check_entries(content, entries)
            _check_parts({entry.filename for entry in entries}, extension)
            for entry in entries:
                _check_content(package, entry)
    except TRAPS as error:
        raise UploadRefused("broken_package", f"{kind} 文件已损坏，请用原程序另存后重新上传。") from error


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
        _check_local_name(content, entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if name.startswith("/") or ".." in name.split("/") or "\\" in name or "\x00" in name or ":" in name:
        raise UploadRefused("zip_slip", "文件内部路径异常，请用原程序另存后重新上传。")
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise UploadRefused("symlink", "文件内部含有指向别处的链接，请用原程序另存后重新上传。")
    if entry.flag_bits & 1:
        raise UploadRefused("encrypted", "文件设有口令，请去除口令后上传。")
    if entry.file_size > MAX_PART and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise UploadRefused("bomb", "文件压缩得异常紧密，展开后过大，请删除多余内容后重新上传。")


def _check_local_name(content: BinaryIO, entry: zipfile.ZipInfo) -> None:
    content.seek(entry.header_offset)
    header = content.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    length = struct.unpack("<H", header[26:28])[0]
    encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    if content.read(length).decode(encoding, "replace") != entry.orig_filename:
        raise UploadRefused("mismatched_parts", "文件内部的目录与内容不一致，请用原程序另存后重新上传。")


def _check_parts(names: set[str], extension: str) -> None:
    if MAIN[extension] not in names:
        kind = extension.upper()
        raise UploadRefused(
            "wrong_package", f"这不是 {kind} 文件，请用原程序另存为 {kind} 后上传，不要只改扩展名。"
        )
    lowered = {f"/{name.lower()}" for name in names}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
        raise UploadRefused("macro", "文件含有宏，请另存为不含宏的格式后上传。")
    if any("/externallinks/" in name for name in lowered):
        raise UploadRefused("external", "文件引用了其他工作簿，请断开链接、粘贴为数值后上传。")
    if any("/embeddings/" in name or "/activex/" in name or "oleobject" in name for name in lowered):
        raise UploadRefused("ole_object", "文件嵌入了其他文件或者控件，请删除或者粘贴为图片后上传。")


def _check_content(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Reading a part to its end also proves its checksum and that its declared size is no lie."""
    lowered = entry.filename.lower()
    text = lowered.endswith((".xml", ".rels", ".vml"))
    with package.open(entry) as part:
        before = part.read(8)
        if before.startswith(PROGRAMS):
            raise UploadRefused("program", "文件内部夹带了程序，请查杀病毒并用原程序另存后重新上传。")
        if before.startswith(ARCHIVES):
            raise UploadRefused("nested", "文件内部夹带了压缩包或者其他文件，请删除后重新上传。")
        while chunk := part.read(MEGABYTE):
            if text:
                _check_text(before + chunk, lowered)
            before = chunk[-OVERLAP:]
        if text:
            _check_text(before, lowered)


def _check_text(text: bytes, name: str) -> None:
    if DTD.search(text):
        raise UploadRefused("entities", "文件内部含有实体定义，可能被改动过，请用原程序另存后重新上传。")
    if name.startswith(("xl/worksheets/", "word/")) and DDE.search(text):
        raise UploadRefused("dde", "文件含有调用其他程序的字段（DDE），请删除后上传。")
    if name == "[content_types].xml" and re.search(rb"macroEnabled|vbaProject|macrosheet", text, re.I):
        raise UploadRefused("macro", "文件含有宏，请另存为不含宏的格式后上传。")
    if name.endswith(".rels"):
        _check_relations(text)


def _check_relations(text: bytes) -> None:
    for relation in RELATION.findall(text):
        # A link that a reader may click is ordinary; what is fetched on opening is not.
        if re.search(rb"TargetMode\s*=\s*[\"']External", relation) and b"/hyperlink" not in relation:
            raise UploadRefused("remote", "文件打开时会从别处取内容（外部图片或者模板），请断开链接后上传。")
