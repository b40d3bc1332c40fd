"""JPEG files by their markers: how large, how many passes, and whether something else is carried along."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import BinaryIO

MAX_SCANS = 64  # passes over the whole picture; progressive files of cameras and tools have 10 to 20
MAX_WORK = 1_500_000_000  # pixels times passes
MAX_COEFFICIENTS = 200 * 1024 * 1024  # bytes held while a progressive picture is built up
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
ZEROS = bytes(1024)
ALONE = {0x01, *range(0xD0, 0xD9)}
MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
# What a server or a browser would run, and the text by which scanners are tried out: long enough to be no accident.
CODE = rb"<script[\s>/]|<\?php|<\?=\s*\$_|<%@\s*page|<%\s*(?:eval|execute)\b|<svg[\s>]|X5O!P%@AP\[4\\PZX54"
CARRIED = re.compile(
    CODE + rb"|%PDF-\d|<script|<html|PK\x05\x06|PK\x03\x04|\x7fELF|This program cannot be run", re.IGNORECASE
)


ARCHIVE = re.compile(
    rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|MSCF\x00\x00\x00\x00"
)


def is_program(body: bytes) -> bool:
    """A program for Windows or Linux: two letters alone say nothing, what follows or what they point to does."""
    if body.startswith((b"\x7fELF", b"MZ\x90\x00")):
        return True
    at = int.from_bytes(body[60:64], "little")
    return body.startswith(b"MZ") and body[at : at + 4] == b"PE\0\0"


class JpegRefused(Exception):
    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


@dataclass
class Jpeg:
    width: int = 0
    height: int = 0
    scans: int = 0
    is_progressive: bool = False
    end: int = 0  # where the first picture ends
    zeros_say_nothing: bool = False  # by its own tables a plain surface is a long row of zeros


def check_jpeg(content: BinaryIO, *, max_pixels: int = 200_000_000) -> Jpeg:
    """Walk from marker to marker. Raises JpegRefused: broken, pixels, scans, carried."""
    content.seek(0)
    data = content.read()
    if data[:2] != b"\xff\xd8":
        raise JpegRefused("broken")
    found, at = Jpeg(), 2
    while True:
        marker = MARKER.search(data, at)
        if marker is None:
            raise JpegRefused("broken")
        kind, at = data[marker.start() + 1], marker.end()
        if kind == 0xD9:
            found.end = at
            return found
        if kind in ALONE:
            continue
        if at + 2 > len(data):
            raise JpegRefused("broken")
        length = struct.unpack(">H", data[at : at + 2])[0]
        body = data[at + 2 : at + length]
        _note_segment(found, kind, body, max_pixels)
        at += max(length, 2)
        if kind == 0xDA:
            _check_zeros(found, data, at)


def _note_segment(found: Jpeg, kind: int, body: bytes, max_pixels: int) -> None:
    if kind in FRAMES:
        if len(body) < 6 or found.scans:  # a header amid the rows is noise
            raise JpegRefused("broken")
        found.height, found.width = struct.unpack(">HH", body[1:5])
        found.is_progressive = kind in PROGRESSIVE
        pixels = found.width * found.height
        if pixels > max_pixels or (found.is_progressive and _coefficients(body, pixels) > MAX_COEFFICIENTS):
            raise JpegRefused("pixels")
    elif kind == 0xC4:
        _note_tables(found, body)
    elif kind == 0xDA:
        found.scans += 1
        if found.scans > MAX_SCANS or found.scans * found.width * found.height > MAX_WORK:
            raise JpegRefused("scans")
    elif (0xE0 <= kind <= 0xEF or kind == 0xFE) and carries(body):
        raise JpegRefused("carried")


def _note_tables(found: Jpeg, body: bytes) -> None:
    """Zeros alone are a table's first code; where the first table of brightness ends a block by it, a plain surface is zeros."""
    at = 0
    while at + 17 < len(body):
        if body[at] == 0x10 and not body[at + 17]:
            found.zeros_say_nothing = True
        at += 17 + sum(body[at + 1 : at + 17])


def _check_zeros(found: Jpeg, data: bytes, at: int) -> None:
    """A copy that was broken off is filled up with zeros, which are rows to no picture but a plain one."""
    if found.is_progressive or found.zeros_say_nothing:
        return
    following = MARKER.search(data, at)
    if data.find(ZEROS, at, following.start() if following else len(data)) >= 0:
        raise JpegRefused("broken")


def carries(body: bytes) -> bool:
    return bool(CARRIED.search(body) or ARCHIVE.search(body) or is_program(body))


def _coefficients(frame: bytes, pixels: int) -> int:
    """Two bytes for each coefficient of each component, by its share of the full resolution."""
    shares = [frame[at] for at in range(7, 6 + 3 * frame[5], 3) if at < len(frame)]
    largest = max(((share >> 4) * (share & 15) for share in shares), default=1) or 1
    return sum(2 * pixels * (share >> 4) * (share & 15) // largest for share in shares)
