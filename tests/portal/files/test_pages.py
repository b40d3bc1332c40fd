from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from portal.files.pages import CannotDraw, draw_page
from portal.files.watermark import mark
from portal.shared.pdf import render_pdf
from tests.portal.shared import samples as make

THREE = render_pdf("<p>一</p><p class='break'>二</p><p class='break'>三</p>")


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def render_page(stream, number, width):
    return draw_page(stream, "pdf", number, width)


def test_pages_are_drawn_at_the_asked_width():
    picture = opened(render_page(io.BytesIO(THREE), 3, 600))
    assert (picture.format, picture.width) == ("PNG", 600)
    assert abs(picture.height - 849) <= 1


def test_pages_differ():
    assert render_page(io.BytesIO(THREE), 1, 300) != render_page(io.BytesIO(THREE), 2, 300)


@pytest.mark.parametrize("number", [0, 4, -1])
def test_there_is_no_other_page(number):
    with pytest.raises(IndexError):
        render_page(io.BytesIO(THREE), number, 300)


def test_the_seal_of_a_signed_document_is_on_its_picture():
    picture = opened(render_page(io.BytesIO(make.pdf(make.signed)), 1, 595))
    assert picture.getpixel((200, 842 - 200)) == (255, 0, 0)
    assert picture.getpixel((500, 100)) == (255, 255, 255)


def test_a_watermark_is_faint_and_reaches_every_quarter_of_the_page():
    blank = io.BytesIO(make.pdf())
    plain = render_page(blank, 1, 600)
    picture = opened(mark(plain, "王一 工业和信息化部"))
    width, height = picture.size
    for left in (0, width // 2):
        for top in (0, height // 2):
            darkest = (
                picture.crop((left, top, left + width // 2, top + height // 2)).convert("L").getextrema()[0]
            )
            assert 180 < darkest < 255
    assert opened(plain).convert("L").getextrema() == (255, 255)


def test_a_narrow_and_tall_page_gives_no_huge_picture():
    picture = opened(render_page(io.BytesIO(make.pdf(size=(3, 5000))), 1, 1100))
    assert max(picture.size) <= 8000


def test_pages_are_drawn_in_threads():
    with ThreadPoolExecutor(4) as threads:
        pictures = list(threads.map(lambda n: render_page(io.BytesIO(THREE), n % 3 + 1, 200), range(12)))
    assert len(set(pictures)) == 3


def test_a_page_that_takes_too_much_is_told_and_not_drawn():
    """A tiling of many small cells: each page of it is minutes of work."""
    with pytest.raises(CannotDraw):
        render_page(io.BytesIO(make.pdf(make.with_endless_drawing)), 1, 1100)


def test_a_photograph_is_shown_upright_and_a_transparent_seal_on_white():
    turned = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40), "red").save(turned, "JPEG", exif=exif)
    picture = opened(draw_page(turned, "jpg", 1, 1100))
    assert (picture.format, picture.size) == ("JPEG", (40, 60))
    seal = io.BytesIO()
    Image.new("RGBA", (3000, 3000), (0, 0, 0, 0)).save(seal, "PNG")
    assert opened(draw_page(seal, "png", 1, 1100)).getpixel((5, 5)) == (255, 255, 255)
