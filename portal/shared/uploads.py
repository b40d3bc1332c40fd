"""What may come in: name, size, type by content, and what hides inside; each refusal in its own sentence."""

from __future__ import annotations

import re
import socket
import struct
import unicodedata
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from portal.shared.digests import Digester
from portal.shared.inspect_package import inspect_package
from portal.shared.inspect_pdf import inspect_pdf
from portal.shared.refusal import UploadRefused

__all__ = ["UploadRefused", "UploadReport", "clean_filename", "inspect_upload", "scan"]

CHUNK = 1024 * 1024
MAX_NAME, MAX_PIXELS = 120, 50_000_000
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)", re.IGNORECASE)
# Only in file names do these deceive: elsewhere they are ordinary letters of other scripts.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
IMAGES = {"jpg": ("JPEG", b"\xff\xd8\xff"), "png": ("PNG", b"\x89PNG\r\n\x1a\n")}
POLYGLOT = re.compile(rb"PK\x05\x06|<script|<html|<svg|%PDF-|<\?php", re.IGNORECASE)
GPS = 0x8825


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


def inspect_upload(content: BinaryIO, *, name: str, allowed: Collection[str], max_bytes: int) -> UploadReport:
    """Look at a file before it is stored. Raises UploadRefused with what to do."""
    name, extension = clean_filename(name, allowed)
    digester = _digest(content, max_bytes)
    content.seek(0)
    head = content.read(16)
    pages, remarks = None, ()
    if extension == "pdf":
        pages = inspect_pdf(content, head)
    elif extension in IMAGES:
        remarks = _inspect_image(content, head, extension)
    else:
        inspect_package(content, head, extension)
    content.seek(0)
    return UploadReport(
        name, extension, TYPES[extension], digester.size, digester.sha256, digester.sm3, pages, remarks
    )


def clean_filename(name: str, allowed: Collection[str]) -> tuple[str, str]:
    """The name in NFC and its extension; refuses what deceives a reader or a file system."""
    name = unicodedata.normalize("NFC", name or "").strip(" ")
    if not name:
        raise UploadRefused("no_name", "文件没有名称，请重新命名后上传。")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or c in BLANKS for c in name):
        raise UploadRefused("hidden_characters", "文件名含有看不见的控制字符，请重新命名后上传。")
    if "/" in name or "\\" in name or ".." in name:
        raise UploadRefused("path", "文件名不能含有斜杠或者连续的点，请重新命名后上传。")
    if re.search(r'[<>:"|?*]', name):
        raise UploadRefused("forbidden_characters", '文件名不能含有 < > : " | ? *，请重新命名后上传。')
    if len(name) > MAX_NAME:
        raise UploadRefused("long_name", f"文件名超过 {MAX_NAME} 个字，请缩短后上传。")
    if name[0] in ".-":
        raise UploadRefused("leading_mark", "文件名不能以点或者横线开头，请重新命名后上传。")
    if RESERVED.match(name):
        raise UploadRefused("reserved_name", "此文件名为操作系统保留，请重新命名后上传。")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    extension = "jpg" if extension == "jpeg" else extension
    if extension not in allowed:
        words = "、".join(kind.upper() for kind in sorted(allowed))
        raise UploadRefused("extension", f"文件格式应为 {words}，请转换后上传。")
    return name, extension


def too_large(max_bytes: int) -> UploadRefused:
    limit = f"{max_bytes // CHUNK} MB" if max_bytes >= CHUNK else f"{max_bytes // 1024} KB"
    return UploadRefused("too_large", f"文件不能超过 {limit}，请压缩或者拆分后重新上传。")


def _digest(content: BinaryIO, max_bytes: int) -> Digester:
    digester = Digester()
    content.seek(0)
    while chunk := content.read(CHUNK):
        digester.update(chunk)
        if digester.size > max_bytes:
            raise too_large(max_bytes)
    if not digester.size:
        raise UploadRefused("empty", "文件是空的，请检查后重新上传。")
    return digester


def _inspect_image(content: BinaryIO, head: bytes, extension: str) -> tuple[str, ...]:
    kind, magic = IMAGES[extension]
    if not head.startswith(magic):
        raise UploadRefused(
            "not_image", f"文件内容不是 {kind} 图片，请用图片程序另存后上传，不要只改扩展名。"
        )
    content.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the pixel limit here is lower than the one Pillow warns of
            return _look_at_picture(content, kind)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        struct.error,
        EOFError,
    ) as error:
        raise UploadRefused("broken_image", "图片已损坏或者不完整，请重新扫描或者另存后上传。") from error


def _too_many_pixels() -> UploadRefused:
    return UploadRefused("pixels", "图片超过 5000 万像素，请缩小后上传。")


def _look_at_picture(content: BinaryIO, kind: str) -> tuple[str, ...]:
    # Phones store a second frame (depth, gain map) in a JPEG: only in a PNG do frames mean movement.
    with Image.open(content, formats=[kind]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_many_pixels()
        if kind == "PNG" and getattr(picture, "n_frames", 1) > 1:
            raise UploadRefused("animated", "图片是动画，请上传静态图片。")
        placed = bool(picture.getexif().get_ifd(GPS))
        picture.load()
    _check_image_end(content, kind)
    return ("照片中含有拍摄位置，公开前请确认是否合适。",) if placed else ()


def _check_image_end(content: BinaryIO, kind: str) -> None:
    size = content.seek(0, 2)
    content.seek(max(0, size - 65_557))
    tail = content.read()
    mark = b"IEND\xaeB`\x82" if kind == "PNG" else b"\xff\xd9"
    at = tail.rfind(mark)
    if at < 0:
        raise EOFError("no end mark")
    behind = tail[at + len(mark) :]
    # Cameras append padding and notes of their own; a page, an archive or a document is another matter.
    if (kind == "PNG" and behind.strip(b"\r\n \x00")) or POLYGLOT.search(behind):
        raise UploadRefused("trailing", "图片末尾附有其他数据，请用图片程序另存后上传。")


def scan(content: BinaryIO) -> str:
    """clean, unscanned (no scanner is configured) or quarantined (it does not answer). Raises when infected."""
    if not settings.CLAMAV_ADDRESS:
        return "unscanned"
    host, _, port = settings.CLAMAV_ADDRESS.partition(":")
    try:
        answer = _ask_clamd(content, host, int(port or 3310))
    except OSError:
        return "quarantined"
    finally:
        content.seek(0)
    if answer.endswith(b"FOUND"):
        raise UploadRefused("infected", "文件含有病毒，请查杀后重新上传。")
    return "clean" if answer.endswith(b"OK") else "quarantined"


def _ask_clamd(content: BinaryIO, host: str, port: int) -> bytes:
    content.seek(0)
    with socket.create_connection((host, port), timeout=20) as link:
        link.sendall(b"zINSTREAM\0")
        while chunk := content.read(CHUNK):
            link.sendall(struct.pack(">I", len(chunk)) + chunk)
        link.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := link.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\r\n ")
