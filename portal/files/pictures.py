"""Uploaded pictures as pictures of ours: upright, flat, no wider than asked. Runs in the sandbox's child."""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image

MAX_SIDE = 8000  # pixels of a picture's longer side, whatever its proportions
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


LIGHT = (
    30_000_000  # pixels of a PNG, which is unpacked whole; a larger one is drawn when somebody asks for it
)


def is_light(content: BinaryIO, extension: str) -> bool:
    content.seek(0)
    with Image.open(content, formats=["JPEG", "PNG"]) as picture:
        return extension == "jpg" or picture.width * picture.height <= LIGHT


def draw_picture(content: BinaryIO, width: int) -> bytes:
    """JPEG of an uploaded picture, upright and no wider than asked."""
    Image.MAX_IMAGE_PIXELS = None  # the inspection has its own, lower limit
    content.seek(0)
    with Image.open(content, formats=["JPEG", "PNG"]) as source:
        source.draft("RGB", (width, width))
        orientation = source.getexif().get(0x0112)
        picture = smaller(source, width)
    if orientation in TURNS:
        picture = picture.transpose(TURNS[orientation])
    picture.thumbnail((width, MAX_SIDE))
    out = io.BytesIO()
    flat(picture).save(out, "JPEG", quality=85)
    return out.getvalue()


def smaller(source: Image.Image, width: int) -> Image.Image:
    """By whole steps first, so that a large picture is never held twice."""
    factor = source.width // (2 * width)
    if factor < 2:
        source.load()
        return source.copy()
    if source.mode in ("1", "P", "PA"):
        size = (source.width // factor, max(1, source.height // factor))
        picture = source.resize(size, Image.Resampling.NEAREST)
        picture.info = dict(source.info)
        return picture
    return source.reduce(factor)


def flat(picture: Image.Image) -> Image.Image:
    """On white where it is transparent."""
    if "transparency" in picture.info or picture.mode in ("LA", "RGBA", "PA"):
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")
