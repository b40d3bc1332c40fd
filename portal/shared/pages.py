"""Pages of a PDF as pictures, so that a reader needs no plug-in and sees whose copy it is."""

from __future__ import annotations

import io
import threading
from functools import cache
from pathlib import Path
from typing import BinaryIO

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps

MAX_SIDE = 8000  # pixels of a picture's longer side, whatever the page's proportions
# PDFium is not safe in threads, not even with separate documents.
ENGINE = threading.Lock()
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def page_count(content: BinaryIO) -> int:
    content.seek(0)
    with ENGINE, pypdfium2.PdfDocument(content) as document:
        return len(document)


def render_page(content: BinaryIO, number: int, width: int, *, watermark: str = "") -> bytes:
    """PNG of page `number` (from 1) at `width` pixels, with the watermark across it.

    Raises IndexError when the document has no such page.
    """
    content.seek(0)
    # Read where it lies: a document of 200 MB is never held in memory for one of its pages.
    with ENGINE, pypdfium2.PdfDocument(content) as document:
        if not 1 <= number <= len(document):
            raise IndexError(f"page {number} of {len(document)}")
        # Seals of signed documents are form fields: without this they would be missing from the picture.
        document.init_forms()
        page = document[number - 1]
        scale = width / max(page.get_width(), 1)
        scale = min(scale, 4, MAX_SIDE / max(page.get_height(), 1))
        picture = page.render(scale=scale).to_pil().convert("RGB")
    if watermark:
        picture = _marked(picture, watermark)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()


def render_picture(content: BinaryIO, width: int, *, watermark: str) -> bytes:
    """JPEG of an uploaded picture, no wider than asked, with the watermark across it."""
    content.seek(0)
    with Image.open(content, formats=["JPEG", "PNG"]) as source:
        source.draft("RGB", (width, width))
        picture = ImageOps.exif_transpose(source).convert("RGB")
    picture.thumbnail((width, MAX_SIDE))
    out = io.BytesIO()
    _marked(picture, watermark).save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(FONT), size) if FONT.exists() else ImageFont.load_default(size)


def _marked(picture: Image.Image, text: str) -> Image.Image:
    layer = Image.new("RGBA", (picture.width * 2, picture.height * 2), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    step = max(260, picture.width // 3)
    for y in range(0, layer.height, step):
        for x in range(0, layer.width, step):
            draw.text((x, y), text, font=_font(max(16, picture.width // 40)), fill=(26, 74, 133, 34))
    turned = layer.rotate(30, resample=Image.Resampling.BILINEAR)
    left, top = (turned.width - picture.width) // 2, (turned.height - picture.height) // 2
    turned = turned.crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), turned).convert("RGB")
