"""What a PDF's streams hold, by a glance at their beginning: programs, broken fonts, drawings of absurd size or depth."""

from __future__ import annotations

import re
import zlib

import pikepdf

from portal.files.inspect.jpegs import is_program
from portal.shared.refusal import INFECTED, UploadRefused

MEGABYTE = 1024 * 1024
GLANCE = MEGABYTE
MAX_SAMPLES = 512 * MEGABYTE  # bits of a table that a function looks its values up in
MAX_ROW = 16 * MEGABYTE  # bytes of one row as a predictor counts it
MAX_INLINE = 100_000_000  # pixels of a picture written in the page's own text
DEEP = (b"[" * 200, b"[ " * 200, b"<<" * 100)
VIRUS_TEST = rb"X5O!P%@AP[4\PZX54"  # how every scanner is tried out
INLINE = re.compile(rb"\bBI\s([^\x00-\x08\x80-\xff]{1,500}?)\sID\s")
SIDE = re.compile(rb"/(?:W|Width|H|Height)\s+(\d{1,10})")

PROGRAM = ("program", "PDF 内部夹带了程序，请查杀病毒后用“打印为 PDF”生成新文件上传。")
FONT = ("font", "PDF 内嵌的字体已损坏，他人可能无法显示，请用“打印为 PDF”生成新文件后上传。")
COSTLY = ("costly", "PDF 中的图形尺寸或者层次异常，显示它会耗尽内存，请用“打印为 PDF”生成新文件后上传。")


def check_glance(stream: pikepdf.Stream, filters: list[str], raw: bytes) -> None:
    """Raises UploadRefused."""
    told = stream.stream_dict
    _check_figures(told)
    if not filters:
        begins = raw[:GLANCE]
    elif filters[0] in ("/FlateDecode", "/Fl") and len(filters) == 1:
        begins = _unpacked(raw)
    else:
        return
    if begins.startswith(VIRUS_TEST):
        raise UploadRefused(*INFECTED)
    if is_program(begins[:4096]):
        raise UploadRefused(*PROGRAM)
    named = "/Length1" in told or told.get("/Subtype") == pikepdf.Name.OpenType
    if begins.startswith(b"\0\1\0\0") or (named and begins.startswith((b"OTTO", b"true"))):
        _check_font(begins, len(raw) if not filters else _length(raw, begins))
    if any(run in begins for run in DEEP):
        raise UploadRefused(*COSTLY)
    for picture in INLINE.finditer(begins):
        sides = [int(side) for side in SIDE.findall(picture[1])]
        if len(sides) > 1 and sides[0] * sides[1] > MAX_INLINE:
            raise UploadRefused(*COSTLY)


def _check_figures(told: pikepdf.Dictionary) -> None:
    """Numbers by which a reader reserves memory before it has seen a byte."""
    size = told.get("/Size")
    if "/FunctionType" in told and isinstance(size, pikepdf.Array):
        samples = int(told.get("/BitsPerSample", 8))
        for side in size:
            samples *= max(1, int(side))
        if samples > MAX_SAMPLES:
            raise UploadRefused(*COSTLY)
    parms = told.get("/DecodeParms", told.get("/DP"))
    for one in parms if isinstance(parms, pikepdf.Array) else [parms]:
        if isinstance(one, pikepdf.Dictionary):
            row = [int(one.get(key, least)) for key, least in (("/Columns", 1), ("/Colors", 1))]
            if abs(row[0] * row[1]) * int(one.get("/BitsPerComponent", 8)) // 8 > MAX_ROW:
                raise UploadRefused(*COSTLY)


def _unpacked(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, GLANCE)
    except zlib.error:
        return b""


def _length(raw: bytes, begins: bytes) -> int:
    """Bytes unpacked; what fills the glance is counted to its end."""
    if len(begins) < GLANCE:
        return len(begins)
    unpacker, length = zlib.decompressobj(), 0
    while raw and not unpacker.eof:
        length += len(unpacker.decompress(raw, GLANCE))
        raw = unpacker.unconsumed_tail
    return length


def _check_font(font: bytes, length: int) -> None:
    """Every table that the directory names begins within the font."""
    count = int.from_bytes(font[4:6], "big")
    if 12 + 16 * count > length:
        raise UploadRefused(*FONT)
    for at in range(12, 12 + 16 * count, 16):
        place, size = (int.from_bytes(font[at + n : at + n + 4], "big") for n in (8, 12))
        if size and (place > length or size > length):
            raise UploadRefused(*FONT)


def check_run_length(raw: bytes, most: int) -> bool:
    """Whether runs unpack to more than `most`, by their lengths alone."""
    at = unpacked = 0
    while at < len(raw) and raw[at] != 128 and unpacked <= most:
        code = raw[at]
        unpacked += code + 1 if code < 128 else 257 - code
        at += code + 2 if code < 128 else 2
    return unpacked > most
