"""Pictures before they are kept: one still picture of a size that anybody can open, and nothing behind it."""

from __future__ import annotations

import re
import struct
import zlib
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from portal.files.inspect.heads import PICTURES, check_head
from portal.files.inspect.jpegs import ARCHIVE, JpegRefused, carries, check_jpeg, is_program
from portal.shared.refusal import UploadRefused

MAX_PIXELS, MAX_SIDE = 50_000_000, 30_000
MAX_CHUNKS, MAX_NOTE = 100_000, 4 * 1024 * 1024
MAX_SPARE = 256 * 1024  # bytes behind the last row; passes of an interlaced picture add less
POLYGLOT = re.compile(
    rb"PK\x05\x06|<(script|html|svg|body|iframe|object|embed)[\s>/]|%PDF-|<\?php|This program cannot be run",
    re.IGNORECASE,
)
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
GPS = 0x8825
BROKEN = ("broken_image", "图片已损坏或者不完整，请重新扫描或者另存后上传。")
CARRIES = ("carried", "图片中夹带了其他文件或者网页，请用图片程序另存后上传。")
TIGHT = ("bomb", "图片中有压缩得异常紧密的附加内容，请用图片程序另存后上传。")
SCANS = ("scans", "图片分成异常多的层次，打开它会耗尽时间，请用图片程序另存后上传。")
PIXELS = ("pixels", "图片超过 5000 万像素，请缩小后上传。")
LONG = ("long_side", f"图片的一边超过 {MAX_SIDE} 像素，请裁剪或者缩小后上传。")
TRAPS = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    struct.error,
    zlib.error,
    EOFError,
)


def inspect_picture(content: BinaryIO, head: bytes, extension: str) -> tuple[str, ...]:
    """Remarks for the uploader. Raises UploadRefused."""
    check_head(head, extension)
    kind = PICTURES[extension][0]
    try:
        if kind == "JPEG":
            _check_jpeg(content)
        else:
            _check_png(content)
        return _look(content, kind)
    except Image.DecompressionBombError as error:
        raise UploadRefused(*PIXELS) from error
    except TRAPS as error:
        bomb = isinstance(error, ValueError) and "too large" in str(error)
        raise UploadRefused(*(TIGHT if bomb else BROKEN)) from error


def _check_jpeg(content: BinaryIO) -> None:
    try:
        found = check_jpeg(content, max_pixels=MAX_PIXELS)
    except JpegRefused as refused:
        raise UploadRefused(
            *{"pixels": PIXELS, "scans": SCANS, "carried": CARRIES}.get(refused.code, BROKEN)
        ) from None
    if max(found.width, found.height) > MAX_SIDE:
        raise UploadRefused(*LONG)
    content.seek(found.end)
    # Cameras append padding, films and notes of their own; a page, an archive or a document is another matter.
    behind = content.read()
    if POLYGLOT.search(behind) or ARCHIVE.search(behind) or is_program(behind.lstrip(b"\r\n \x00")):
        raise _trailing()


def _check_png(content: BinaryIO) -> None:
    """Every chunk's checksum, and that the rows are as many as the header says, without keeping them."""
    content.seek(8)
    unpacker, rows, expected, frames = zlib.decompressobj(), 0, None, 0
    for _ in range(MAX_CHUNKS):
        length, kind = struct.unpack(">I4s", content.read(8))
        if kind == b"IDAT":
            rows += _unpack(content, length, unpacker, kind, _most(expected or 0) - rows)
            continue
        body = _chunk(content, length, kind)
        if kind == b"IHDR":
            expected = _expected(body)
        elif kind == b"acTL":
            frames = struct.unpack(">I", body[:4])[0]
        elif kind == b"IEND":
            break
        elif carries(body):
            raise UploadRefused(*CARRIES)
    if frames > 1:
        raise UploadRefused("animated", "图片是动画，请上传静态图片。")
    if expected is None or rows < expected:
        raise EOFError("rows are missing")
    if rows > _most(expected):
        raise UploadRefused(*CARRIES)
    if content.read().strip(b"\r\n \x00"):
        raise _trailing()


def _most(expected: int) -> int:
    return expected + expected // 4 + MAX_SPARE


def _trailing() -> UploadRefused:
    return UploadRefused("trailing", "图片末尾附有其他数据，请用图片程序另存后上传。")


def _expected(header: bytes) -> int:
    """Bytes of all rows; a row has one byte more for its filter. Interlaced ones have at least as many."""
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    if not width or not height or colour not in CHANNELS:
        raise ValueError("no picture")
    if max(width, height) > MAX_SIDE and width * height <= MAX_PIXELS:
        raise UploadRefused(*LONG)
    if width * height > MAX_PIXELS:
        raise UploadRefused(*PIXELS)
    return height * ((width * depth * CHANNELS[colour] + 7) // 8 + 1)


def _chunk(content: BinaryIO, length: int, kind: bytes) -> bytes:
    if length > MAX_NOTE:
        raise UploadRefused(*CARRIES)
    body = content.read(length)
    if len(body) < length or zlib.crc32(kind + body) != struct.unpack(">I", content.read(4))[0]:
        raise EOFError("cut or changed")
    return body


def _unpack(content: BinaryIO, length: int, unpacker, kind: bytes, room: int) -> int:
    """Bytes that a chunk of the picture unpacks to; more than the picture has room for is not unpacked."""
    checksum, unpacked = zlib.crc32(kind), 0
    while length:
        piece = content.read(min(length, 65536))
        if not piece:
            raise EOFError("cut")
        length -= len(piece)
        checksum = zlib.crc32(piece, checksum)
        while piece and unpacked <= room and not unpacker.eof:
            unpacked += len(unpacker.decompress(piece, 1024 * 1024))
            piece = unpacker.unconsumed_tail
    if checksum != struct.unpack(">I", content.read(4))[0]:
        raise EOFError("changed")
    return unpacked


def _look(content: BinaryIO, kind: str) -> tuple[str, ...]:
    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower than the one Pillow warns of, and was checked
    content.seek(0)
    with Image.open(content, formats=[kind]) as picture:
        placed = bool(picture.getexif().get_ifd(GPS))
        # An eighth of the size reads every byte of the picture and holds a sixty-fourth of it.
        if kind == "JPEG":
            picture.draft("RGB", (max(1, picture.width // 8), max(1, picture.height // 8)))
            picture.load()
        elif picture.width * picture.height <= MAX_PIXELS // 2:
            picture.load()
    return ("照片中含有拍摄位置，公开前请确认是否合适。",) if placed else ()
