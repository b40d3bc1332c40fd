"""Pictures before they are kept: one still picture of a size that anybody can open, and nothing behind it."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from portal.files.inspect.heads import PICTURES, check_head
from portal.files.inspect.jpegs import ARCHIVE, CODE, JpegRefused, carries, check_jpeg, is_program
from portal.shared.refusal import UploadRefused

MAX_PIXELS, MAX_SIDE = 50_000_000, 30_000
MAX_CHUNKS, MAX_NOTE = 100_000, 4 * 1024 * 1024
MAX_SPARE = 256 * 1024  # bytes behind the last row; passes of an interlaced picture add less
MAX_PACKED_NOTE = 8 * 1024
NOTES = {b"zTXt", b"iTXt"}
FILLER = bytes(range(1, 255)) * 16  # what a decoder that still waits for rows takes for some
MAX_PROGRESSIVE = 16_000_000  # pixels: a larger one is held in memory whole while it is built up
POLYGLOT = re.compile(
    CODE + rb"|PK\x05\x06|<(html|body|iframe|object|embed)[\s>/]|%PDF-|This program cannot be run",
    re.IGNORECASE,
)
RUNS = re.compile(CODE, re.IGNORECASE)
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
        end = _check_jpeg(content) if kind == "JPEG" else _check_png(content)
        return _look(content, kind, end)
    except Image.DecompressionBombError as error:
        raise UploadRefused(*PIXELS) from error
    except TRAPS as error:
        bomb = isinstance(error, ValueError) and "too large" in str(error)
        raise UploadRefused(*(TIGHT if bomb else BROKEN)) from error


def _check_jpeg(content: BinaryIO) -> int | None:
    """Where the rows end, when it is still to be seen whether all are there."""
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
    if not found.is_progressive or found.width * found.height <= MAX_PROGRESSIVE:
        return found.end - 2
    return None


class Chunks:
    """What the chunks of a PNG say so far."""

    def __init__(self):
        self.rows, self.expected, self.coloured, self.palette, self.frames = 0, None, False, False, 0
        self.unpacker = zlib.decompressobj()

    def note(self, kind: bytes, body: bytes) -> None:
        if kind == b"IHDR":
            if self.expected is not None:
                raise ValueError("two headers")
            self.expected, self.coloured = _expected(body), body[9] == 3
        elif kind == b"acTL":
            self.frames = max(self.frames, struct.unpack(">I", body[:4])[0])
        elif kind in (b"fcTL", b"fdAT"):  # whatever the number says
            self.frames = max(self.frames, 2 if kind == b"fdAT" else 1)
        elif kind == b"PLTE":
            self.palette = True
        elif carries(body) or (kind in NOTES and carries(_unpacked_note(body))):
            raise UploadRefused(*CARRIES)

    def judge(self) -> None:
        if self.frames > 1:
            raise UploadRefused("animated", "图片是动画，请上传静态图片。")
        if self.expected is None or self.rows < self.expected or (self.coloured and not self.palette):
            raise EOFError("rows or their colours are missing")
        if self.rows > _most(self.expected):
            raise UploadRefused(*CARRIES)


def _check_png(content: BinaryIO) -> None:
    """Every chunk's checksum, and that the rows are as many as the header says, without keeping them."""
    content.seek(8)
    found = Chunks()
    for _ in range(MAX_CHUNKS):
        length, kind = struct.unpack(">I4s", content.read(8))
        if kind == b"IDAT":
            room = _most(found.expected or 0) - found.rows
            found.rows += _unpack(content, length, found.unpacker, kind, room)
            continue
        body = _chunk(content, length, kind)
        if kind == b"IEND":
            break
        found.note(kind, body)
    found.judge()
    if content.read().strip(b"\r\n \x00"):
        raise _trailing()


def _unpacked_note(body: bytes) -> bytes:
    """The text of a packed note, as far as a note of ordinary length goes."""
    at = body.find(b"\x78")
    while 0 <= at < 200:
        try:
            return zlib.decompressobj().decompress(body[at:], MAX_PACKED_NOTE)
        except zlib.error:
            at = body.find(b"\x78", at + 1)
    return b""


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
        # A length that goes beyond the file is damage, not something that is carried along.
        at = content.tell()
        if at + length > content.seek(0, 2):
            raise EOFError("cut or changed")
        raise UploadRefused(*CARRIES)
    body = content.read(length)
    if len(body) < length or zlib.crc32(kind + body) != struct.unpack(">I", content.read(4))[0]:
        raise EOFError("cut or changed")
    return body


def _unpack(content: BinaryIO, length: int, unpacker, kind: bytes, room: int) -> int:
    """Bytes that a chunk of the picture unpacks to; more than the picture has room for is not unpacked."""
    checksum, unpacked, last = zlib.crc32(kind), 0, b""
    while length:
        piece = content.read(min(length, 65536))
        if not piece:
            raise EOFError("cut")
        length -= len(piece)
        checksum = zlib.crc32(piece, checksum)
        if RUNS.search(last + piece):
            raise UploadRefused(*CARRIES)
        last = piece[-32:]
        while piece and unpacked <= room and not unpacker.eof:
            unpacked += len(unpacker.decompress(piece, 1024 * 1024))
            piece = unpacker.unconsumed_tail
    if checksum != struct.unpack(">I", content.read(4))[0]:
        raise EOFError("changed")
    return unpacked


def _look(content: BinaryIO, kind: str, end: int | None) -> tuple[str, ...]:
    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower than the one Pillow warns of, and was checked
    content.seek(0)
    with Image.open(content, formats=[kind]) as picture:
        placed = bool(picture.getexif().get_ifd(GPS))
        if kind == "JPEG":
            _check_rows(content, _sketch(picture), end)
        elif picture.width * picture.height <= MAX_PIXELS // 2:
            picture.load()
    return ("照片中含有拍摄位置，公开前请确认是否合适。",) if placed else ()


def _check_rows(content: BinaryIO, drawn: bytes, end: int | None) -> None:
    """A decoder paints what is missing grey and says nothing: then it draws what stands behind the rows as well."""
    if end is None:
        return
    content.seek(0)
    with Image.open(io.BytesIO(content.read(end) + FILLER + b"\xff\xd9"), formats=["JPEG"]) as longer:
        if _sketch(longer) != drawn:
            raise EOFError("rows are missing")


def _sketch(picture: Image.Image) -> bytes:
    """An eighth of the size reads every byte of the picture and holds a sixty-fourth of it."""
    picture.draft("RGB", (max(1, picture.width // 8), max(1, picture.height // 8)))
    return picture.tobytes()
