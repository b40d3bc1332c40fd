"""The reader's name across a page picture, so that a photograph of the screen tells where it came from."""

from __future__ import annotations

import io
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
COLOUR, STRENGTH = (26, 74, 133), 34


def mark(picture: bytes, text: str) -> bytes:
    """A picture of ours, PNG or JPEG, with the text across it, in its own format."""
    with Image.open(io.BytesIO(picture), formats=["JPEG", "PNG"]) as source:
        kind, page = source.format, source.convert("RGB")
    page.paste(COLOUR, (0, 0), _layer(page.size, text))
    out = io.BytesIO()
    page.save(out, kind, **({"compress_level": 3} if kind == "PNG" else {"quality": 85}))
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(FONT), size) if FONT.exists() else ImageFont.load_default(size)


@lru_cache(maxsize=8)
def _layer(size: tuple[int, int], text: str) -> Image.Image:
    width, height = size
    layer = Image.new("L", (width * 2, height * 2), 0)
    draw = ImageDraw.Draw(layer)
    step = max(260, width // 3)
    for y in range(0, layer.height, step):
        for x in range(0, layer.width, step):
            draw.text((x, y), text, font=_font(max(16, width // 40)), fill=STRENGTH)
    turned = layer.rotate(30, resample=Image.Resampling.BILINEAR)
    left, top = (turned.width - width) // 2, (turned.height - height) // 2
    return turned.crop((left, top, left + width, top + height))
