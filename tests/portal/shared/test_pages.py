from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from portal.shared.pages import page_count, render_page
from portal.shared.pdf import render_pdf
from tests.portal.shared import samples as make

THREE = render_pdf("<p>一</p><p class='break'>二</p><p class='break'>三</p>")


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_pages_are_counted_and_drawn_at_the_asked_width():
    stream = io.BytesIO(THREE)
    assert page_count(stream) == 3
    picture = opened(render_page(stream, 3, 600))
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
    picture = opened(render_page(blank, 1, 600, watermark="王一 工业和信息化部"))
    width, height = picture.size
    for left in (0, width // 2):
        for top in (0, height // 2):
            darkest = (
                picture.crop((left, top, left + width // 2, top + height // 2)).convert("L").getextrema()[0]
            )
            assert 180 < darkest < 255
    assert opened(render_page(blank, 1, 600)).convert("L").getextrema() == (255, 255)


def test_a_narrow_and_tall_page_gives_no_huge_picture():
    picture = opened(render_page(io.BytesIO(make.pdf(size=(3, 5000))), 1, 1100))
    assert max(picture.size) <= 8000


def test_pages_are_drawn_in_threads():
    with ThreadPoolExecutor(4) as threads:
        pictures = list(threads.map(lambda n: render_page(io.BytesIO(THREE), n % 3 + 1, 200), range(12)))
    assert len(set(pictures)) == 3
