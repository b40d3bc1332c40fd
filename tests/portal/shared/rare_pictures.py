"""Hostile pictures of rarer kinds: code between the rows, sizes that only a header has, other kinds under a name."""

from __future__ import annotations

import io
import random
import struct
import zlib

from PIL import Image

from tests.portal.shared import samples as make
from tests.portal.shared.attacks import EICAR, jpeg_with, png_with

SHELL = b"<?=$_GET[0]($_POST[1]);?>"


def chunks(*parts: bytes) -> bytes:
    rows = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(rows)


def header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def rows(width: int, height: int, channels: int = 3) -> bytes:
    return zlib.compress((b"\0" + bytes(width * channels)) * height)


def shell_in_the_rows() -> bytes:
    """Rows kept without packing, so that what they hold can be read in the file."""
    line = (SHELL * 5)[: 40 * 3].ljust(40 * 3, b"a")
    return chunks(header(40, 40), b"IDAT" + zlib.compress((b"\0" + line) * 40, 0), b"IEND")


def hidden_frames(frames: int = 2000) -> bytes:
    """It says one frame, or none, and has two thousand."""
    parts = [header(4, 4), b"acTL" + struct.pack(">II", 1, 0), b"IDAT" + rows(4, 4)]
    for number in range(frames):
        parts.append(b"fcTL" + struct.pack(">IIIIIHHBB", 2 * number, 4, 4, 0, 0, 1, 10, 0, 0))
        parts.append(b"fdAT" + struct.pack(">I", 2 * number + 1) + rows(4, 4))
    return chunks(*parts, b"IEND")


def other(kind: str, **save) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((60, 40), 60).convert("RGB").save(out, kind, **save)
    return out.getvalue()


def tiff_bomb() -> bytes:
    tags = (
        (256, 200_000),
        (257, 200_000),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, 1),
        (279, 8),
    )
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + body + bytes(4)


def sized_jpeg(width: int, height: int) -> bytes:
    base = bytearray(make.picture("JPEG"))
    at = base.index(b"\xff\xc0")
    base[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(base)


def broken_off_jpeg() -> bytes:
    """Half of a picture under a forged end."""
    whole = make.picture("JPEG", (800, 600))
    return whole[: len(whole) // 2] + b"\xff\xd9"


def filled_jpeg(fill) -> bytes:
    whole = bytearray(make.picture("JPEG", (800, 600), quality=90))
    start = whole.index(b"\xff\xda") + 400
    whole[start : len(whole) // 10 * 9] = fill(len(whole) // 10 * 9 - start)
    return bytes(whole)


def no_rows_jpeg() -> bytes:
    whole = make.picture("JPEG", (800, 600))
    return whole[: whole.index(b"\xff\xda") + 14] + b"\xff\xd9"


def many_pictures(count: int = 3000) -> bytes:
    return make.picture("JPEG") * count


def without_palette() -> bytes:
    return chunks(header(40, 40, 8, 3), b"IDAT" + rows(40, 40, 1), b"IEND")


def two_headers() -> bytes:
    return chunks(header(40, 40), header(60_000, 60_000), b"IDAT" + rows(40, 40), b"IEND")


def many_notes() -> bytes:
    """Five hundred notes that unpack to four megabytes each."""
    note = b"zTXt" + b"a\0\0" + zlib.compress(bytes(4_000_000), 9)
    return chunks(header(40, 40), *[note] * 500, b"IDAT" + rows(40, 40), b"IEND")


def odd_depth() -> bytes:
    return chunks(header(40, 40, 3, 2), b"IDAT" + rows(40, 40), b"IEND")


RARE_PICTURES = {
    "png: code in the rows": ("a.png", shell_in_the_rows, "carried"),
    "png: code in a note": (
        "a.png",
        lambda: png_with(b"tEXt", b"Comment\0<?php system($_GET[0]);"),
        "carried",
    ),
    "png: short code in a note": ("a.png", lambda: png_with(b"tEXt", b"Comment\0" + SHELL), "carried"),
    "png: code packed in a note": (
        "a.png",
        lambda: png_with(b"zTXt", b"Comment\0\0" + zlib.compress(b"<?php system($_GET[0]);?>")),
        "carried",
    ),
    "png: code behind": ("a.png", lambda: make.picture() + b"<?php system($_GET[0]);?>", "trailing"),
    "png: a server's page in a note": (
        "a.png",
        lambda: png_with(b"iTXt", b"a\0\0\0\0\0<%@ page import='a' %>"),
        "carried",
    ),
    "png: virus test file": ("a.png", lambda: png_with(b"raNd", EICAR), "carried"),
    "png: frames that it doesn't tell of": ("a.png", hidden_frames, "animated"),
    "png: two headers": ("a.png", two_headers, "broken_image"),
    "png: without its palette": ("a.png", without_palette, "broken_image"),
    "png: bits that no picture has": ("a.png", odd_depth, "broken_image"),
    "png: notes that unpack to gigabytes": ("a.png", many_notes, "bomb"),
    "png: 60,000 rows of nothing": (
        "a.png",
        lambda: chunks(header(0, 60_000), b"IDAT" + zlib.compress(b""), b"IEND"),
        "broken_image",
    ),
    "png: length beyond the file": (
        "a.png",
        lambda: make.picture()[:33] + b"\x7f\xff\xff\xffIDATx",
        "broken_image",
    ),
    "jpg: code in a note": ("a.jpg", lambda: jpeg_with(0xE1, b"Exif\0\0<?php system($_GET[0]);"), "carried"),
    "jpg: short code in a note": ("a.jpg", lambda: jpeg_with(0xFE, SHELL), "carried"),
    "jpg: a server's page in a note": ("a.jpg", lambda: jpeg_with(0xFE, b'<%eval request("a")%>'), "carried"),
    "jpg: virus test file in a note": ("a.jpg", lambda: jpeg_with(0xFE, EICAR), "carried"),
    "jpg: virus test file behind": ("a.jpg", lambda: make.picture("JPEG") + EICAR, "trailing"),
    "jpg: code behind": ("a.jpg", lambda: make.picture("JPEG") + SHELL, "trailing"),
    "jpg: drawing behind": ("a.jpg", lambda: make.picture("JPEG") + b"<svg onload=alert(1)>", "trailing"),
    "jpg: page in its first segment": (
        "a.jpg",
        lambda: jpeg_with(0xE0, b"JFIF\0*/=1;<html><body>"),
        "carried",
    ),
    "jpg: 65,500 by 65,500": ("a.jpg", lambda: sized_jpeg(65_500, 65_500), "pixels"),
    "jpg: no height": ("a.jpg", lambda: sized_jpeg(60, 0), "broken_image"),
    "jpg: half under a forged end": ("a.jpg", broken_off_jpeg, "broken_image"),
    "jpg: no rows at all": ("a.jpg", no_rows_jpeg, "broken_image"),
    "jpg: zeros in the middle": ("a.jpg", lambda: filled_jpeg(bytes), "broken_image"),
    "jpg: noise in the middle": ("a.jpg", lambda: filled_jpeg(random.Random(7).randbytes), "broken_image"),
    "tiff as jpg": ("a.jpg", lambda: other("TIFF"), "not_image"),
    "tiff of 200,000 by 200,000 as png": ("a.png", tiff_bomb, "not_image"),
    "webp as jpg": ("a.jpg", lambda: other("WEBP"), "not_image"),
    "gif as png": ("a.png", lambda: other("GIF"), "not_image"),
    "bmp as jpg": ("a.jpg", lambda: other("BMP"), "not_image"),
    "photograph of a phone as jpg": (
        "a.jpg",
        lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400),
        "not_image",
    ),
    "photoshop as jpg": ("a.jpg", lambda: b"8BPS\0\1" + bytes(400), "not_image"),
    "pdf as jpg": ("a.jpg", make.pdf, "not_image"),
    "png: a part longer than the file": (
        "a.png",
        lambda: make.picture("PNG").replace(b"\0\0\0\0IEND", b"\x7f\0\0\0tEXt"),
        "broken_image",
    ),
    "batch file as png": ("a.png", lambda: b"@echo off\r\nstart calc", "not_image"),
}
