"""What may come in: name, size, type by content, and what hides inside; each refusal in its own sentence."""

from __future__ import annotations

import re
import socket
import struct
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
from django.conf import settings
from PIL import Image, UnidentifiedImageError

from portal.shared.digests import Digester

CHUNK = 1024 * 1024
MAX_NAME, MAX_PAGES, MAX_PIXELS = 120, 2000, 50_000_000
MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED = 2000, 50, 64 * CHUNK
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class UploadRefused(Exception):
    def __init__(self, code: str, sentence: str):
        self.code, self.sentence = code, sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class UploadReport:
    name: str
    extension: str
    content_type: str
    size: int
    sha256: str
    sm3: str
    pages: int | None


def inspect_upload(content: BinaryIO, *, name: str, allowed: Collection[str], max_bytes: int) -> UploadReport:
    """Look at a file before it is stored. Raises UploadRefused with what to do."""
    name, extension = clean_filename(name, allowed)
    digester = Digester()
    content.seek(0)
    while chunk := content.read(CHUNK):
        digester.update(chunk)
        if digester.size > max_bytes:
            raise UploadRefused(
                "too_large", f"文件应小于 {max_bytes // CHUNK} MB，请压缩或者拆分后重新上传。"
            )
    if not digester.size:
        raise UploadRefused("empty", "文件是空的，请检查后重新上传。")
    content.seek(0)
    head = content.read(16)
    pages = None
    if extension == "pdf":
        pages = _inspect_pdf(content, head)
    elif extension in ("jpg", "png"):
        _inspect_image(content, head, extension)
    else:
        _inspect_package(content, head, extension)
    content.seek(0)
    return UploadReport(
        name, extension, TYPES[extension], digester.size, digester.sha256, digester.sm3, pages
    )


def clean_filename(name: str, allowed: Collection[str]) -> tuple[str, str]:
    """The name in NFC and its extension; refuses what deceives a reader or a file system."""
    name = unicodedata.normalize("NFC", name or "").strip()
    if not name:
        raise UploadRefused("no_name", "文件没有名称，请重新命名后上传。")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name):
        raise UploadRefused("hidden_characters", "文件名含有不可见的控制字符，请重新命名后上传。")
    if "/" in name or "\\" in name or ".." in name:
        raise UploadRefused("path", "文件名不能含有斜杠或者连续的点，请重新命名后上传。")
    if len(name) > MAX_NAME:
        raise UploadRefused("long_name", f"文件名超过 {MAX_NAME} 个字，请缩短后上传。")
    if RESERVED.match(name) or name[0] in ".-":
        raise UploadRefused("reserved_name", "此文件名为系统保留或者以点、横线开头，请重新命名后上传。")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    extension = "jpg" if extension == "jpeg" else extension
    if extension not in allowed:
        words = "、".join(kind.upper() for kind in sorted(allowed))
        raise UploadRefused("extension", f"文件格式应为 {words}，请转换后上传。")
    return name, extension


def _inspect_pdf(content: BinaryIO, head: bytes) -> int:
    if not head.startswith(b"%PDF-"):
        raise UploadRefused("not_pdf", "文件内容不是 PDF，请用原程序另存为 PDF 后上传，不要只改扩展名。")
    content.seek(0, 2)
    content.seek(max(0, content.tell() - 2048))
    tail = content.read()
    marker = tail.rfind(b"%%EOF")
    if marker < 0 or tail[marker + 5 :].strip(b"\r\n \t\x00"):
        raise UploadRefused("trailing", "PDF 末尾不完整或者附有其他数据，请重新导出后上传。")
    content.seek(0)
    try:
        with pikepdf.open(content) as pdf:
            if pdf.is_encrypted:
                raise UploadRefused("encrypted", "PDF 设有密码或者权限限制，请去除后上传。")
            pages = len(pdf.pages)
            if not pages:
                raise UploadRefused("no_pages", "PDF 没有页面，请检查后重新上传。")
            if pages > MAX_PAGES:
                raise UploadRefused("too_many_pages", f"PDF 超过 {MAX_PAGES} 页，请拆分后上传。")
            _refuse_active(pdf)
            return pages
    except pikepdf.PasswordError as error:
        raise UploadRefused("encrypted", "PDF 设有打开口令，请去除后上传。") from error
    except (pikepdf.PdfError, ValueError, RecursionError, RuntimeError) as error:
        raise UploadRefused("broken_pdf", "PDF 已损坏，无法打开，请重新导出后上传。") from error


def _refuse_active(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    names = root.get("/Names", {})
    action = root.get("/OpenAction")
    active = isinstance(action, pikepdf.Dictionary) and str(action.get("/S")) not in ("/GoTo", "None")
    if active or "/JavaScript" in names or "/AA" in root:
        raise UploadRefused("active_pdf", "PDF 含有自动执行的脚本或者动作，请打印为新的 PDF 后上传。")
    if "/EmbeddedFiles" in names:
        raise UploadRefused("embedded", "PDF 内嵌有其他文件，请去除附件后上传。")
    if "/XFA" in root.get("/AcroForm", {}):
        raise UploadRefused("xfa", "PDF 是动态表单（XFA），请打印为普通 PDF 后上传。")
    for page in pdf.pages[:MAX_PAGES]:
        box = [float(value) for value in page.mediabox]
        if max(box[2] - box[0], box[3] - box[1]) > 5000:
            raise UploadRefused("page_size", "PDF 页面尺寸过大，请按 A4 重新导出后上传。")
        if "/AA" in page.obj:
            raise UploadRefused("active_pdf", "PDF 含有自动执行的脚本或者动作，请打印为新的 PDF 后上传。")
        for note in page.obj.get("/Annots", []):
            kind = str(note.get("/A", {}).get("/S", "")) if "/A" in note else ""
            if kind in ("/JavaScript", "/Launch") or str(note.get("/Subtype")) == "/FileAttachment":
                raise UploadRefused("active_pdf", "PDF 含有自动执行的脚本或者动作，请打印为新的 PDF 后上传。")


def _inspect_image(content: BinaryIO, head: bytes, extension: str) -> None:
    magic = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}[extension]
    if not head.startswith(magic):
        raise UploadRefused("not_image", "文件内容与扩展名不符，请用图片程序另存为 JPG 或者 PNG 后上传。")
    content.seek(0)
    try:
        with Image.open(content) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise UploadRefused("pixels", "图片超过 5000 万像素，请缩小后上传。")
            if getattr(picture, "n_frames", 1) > 1:
                raise UploadRefused("animated", "请上传静态图片。")
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UploadRefused("broken_image", "图片已损坏或者不完整，请重新扫描后上传。") from error
    if extension == "png":
        content.seek(-12, 2)
        if content.read()[4:8] != b"IEND":
            raise UploadRefused("trailing", "图片末尾附有其他数据，请用图片程序另存后上传。")


def _inspect_package(content: BinaryIO, head: bytes, extension: str) -> None:
    if head.startswith(OLE):
        raise UploadRefused(
            "ole", "文件设有口令或者是旧版格式（.xls、.doc），请另存为新格式并去除口令后上传。"
        )
    if not head.startswith(b"PK\x03\x04"):
        raise UploadRefused(
            "not_package", f"文件内容不是 {extension.upper()}，请用原程序另存后上传，不要只改扩展名。"
        )
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as package:
            entries = package.infolist()
            _check_entries(content, entries)
            _check_parts(package, {entry.filename for entry in entries}, extension)
    except (
        zipfile.BadZipFile,
        struct.error,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        KeyError,
    ) as error:
        raise UploadRefused("broken_package", "文件已损坏，请用原程序另存后重新上传。") from error


def _check_entries(content: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise UploadRefused("too_many_parts", "文件内部条目过多，请另存后重新上传。")
    if len(set(names)) != len(names):
        raise UploadRefused("duplicate_parts", "文件内部有重名条目，请另存后重新上传。")
    for entry in entries:
        if entry.filename.startswith("/") or ".." in entry.filename.split("/") or "\\" in entry.filename:
            raise UploadRefused("zip_slip", "文件内部路径异常，请另存后重新上传。")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise UploadRefused("symlink", "文件内部含有链接，请另存后重新上传。")
        if entry.flag_bits & 1:
            raise UploadRefused("encrypted", "文件设有口令，请去除后上传。")
        if entry.file_size > MAX_UNPACKED and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise UploadRefused("bomb", "文件展开后过大，请删除多余内容后重新上传。")
        _check_local_name(content, entry)


def _check_local_name(content: BinaryIO, entry: zipfile.ZipInfo) -> None:
    content.seek(entry.header_offset)
    header = content.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise UploadRefused("broken_package", "文件已损坏，请用原程序另存后重新上传。")
    length = struct.unpack("<H", header[26:28])[0]
    local = content.read(length)
    encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    if local.decode(encoding, "replace") != entry.orig_filename:
        raise UploadRefused("mismatched_parts", "文件内部目录不一致，请另存后重新上传。")


def _check_parts(package: zipfile.ZipFile, names: set[str], extension: str) -> None:
    wanted = {"ofd": "OFD.xml", "xlsx": "xl/workbook.xml", "docx": "word/document.xml"}[extension]
    if wanted not in names:
        raise UploadRefused(
            "wrong_package", f"文件内容不是 {extension.upper()}，请用原程序另存后上传，不要只改扩展名。"
        )
    lowered = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") for name in lowered):
        raise UploadRefused("macro", "文件含有宏，请另存为不含宏的格式后上传。")
    if any("/externallinks/" in f"/{name}" for name in lowered):
        raise UploadRefused("external", "文件引用了外部工作簿，请断开链接后上传。")
    if any("/embeddings/" in f"/{name}" or "/activex/" in f"/{name}" for name in lowered):
        raise UploadRefused("ole_object", "文件嵌入了其他对象，请删除后上传。")
    if "[Content_Types].xml" in names and b"macroEnabled" in package.read("[Content_Types].xml"):
        raise UploadRefused("macro", "文件含有宏，请另存为不含宏的格式后上传。")


def scan(content: BinaryIO) -> str:
    """clean, unscanned (no scanner is configured) or quarantined (it does not answer). Raises when infected."""
    if not settings.CLAMAV_ADDRESS:
        return "unscanned"
    host, _, port = settings.CLAMAV_ADDRESS.partition(":")
    try:
        with socket.create_connection((host, int(port or 3310)), timeout=20) as link:
            link.sendall(b"zINSTREAM\0")
            content.seek(0)
            while chunk := content.read(CHUNK):
                link.sendall(struct.pack(">I", len(chunk)) + chunk)
            link.sendall(struct.pack(">I", 0))
            answer = link.recv(4096)
    except OSError:
        return "quarantined"
    if b"FOUND" in answer:
        raise UploadRefused("infected", "文件含有病毒，请查杀后重新上传。")
    return "clean" if b"OK" in answer else "quarantined"
