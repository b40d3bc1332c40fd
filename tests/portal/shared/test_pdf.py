from __future__ import annotations

import io
import shutil
import socket
from pathlib import Path

import pikepdf
import pypdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import ImageFile

from portal.shared import pdf
from portal.shared.pdf import render_pdf
from portal.shared.qr import qr_data_uri
from tests.portal.shared.samples import picture

NOTICE = (
    "<html lang='zh'><head><title>公示</title></head><body><h1>关于公示名单的公告</h1>"
    + "<p>按照规定，现予公示。</p>" * 60
)


def text_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def fonts_of(content: bytes) -> dict[str, bool]:
    """Name of each font and whether it is embedded."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return {
            str(thing.FontName): any(key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == pikepdf.Name.FontDescriptor
        }


def test_chinese_text_can_be_read_back_and_its_glyphs_are_embedded():
    content = render_pdf("<h1>关于公示２０２６年名单的通告</h1><p>〔2026〕第 1 号，“公示”——乜鄠</p>")
    assert "关于公示２０２６年名单的通告" in text_of(content)[0]
    fonts = fonts_of(content)
    assert fonts and all(fonts.values())
    assert all("CJK" in name for name in fonts)  # a fallback font would draw boxes


def test_page_numbers_stand_on_every_page_between_dashes():
    pages = text_of(render_pdf(NOTICE))
    assert len(pages) > 2
    assert [f"— {n} —" in text for n, text in enumerate(pages, start=1)] == [True] * len(pages)


def test_page_numbers_stand_outside():
    def place(page):
        at = []
        page.extract_text(visitor_text=lambda text, cm, tm, *_: at.append((cm[0] * tm[4] + cm[4], text)))
        return next(x for x, text in at if "—" in text)

    reader = pypdf.PdfReader(io.BytesIO(render_pdf(NOTICE)))
    assert place(reader.pages[0]) > 297 > place(reader.pages[1])


def test_pages_are_a4_with_twenty_two_lines():
    reader = pypdf.PdfReader(io.BytesIO(render_pdf("<p>行</p>" * 45)))
    assert [round(float(v)) for v in reader.pages[0].mediabox] == [0, 0, 595, 842]
    assert [page.extract_text().count("行") for page in reader.pages] == [22, 22, 1]


@pytest.mark.parametrize("style", ["official", "form"])
def test_the_head_of_a_table_repeats(style):
    rows = "<tr><td>平台</td></tr>" * 90
    pages = text_of(render_pdf(f"<table><thead><tr><th>名称甲</th></tr></thead>{rows}</table>", style=style))
    assert len(pages) > 1
    assert all("名称甲" in text for text in pages)


def test_one_text_gives_the_same_bytes_and_its_title():
    first = render_pdf(NOTICE)
    assert first == render_pdf(NOTICE)
    assert pypdf.PdfReader(io.BytesIO(first)).metadata.title == "公示"


HOSTILE = [
    '<link rel="attachment" href="{}">',
    '<a rel="attachment" href="{}">a</a>',
    '<img src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<style>@import url("{}");</style>',
    '<style>body {{ background: url("{}") }}</style>',
    '<style>@font-face {{ font-family: a; src: url("{}") }} p {{ font-family: a }}</style>',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<iframe src="{}"></iframe>',
    '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{0}" href="{0}"/><use href="{0}#a"/></svg>',
    '<img src=\'data:image/svg+xml;utf8,<svg xmlns="http://www.w3.org/2000/svg"><image href="{}"/></svg>\'>',
    '<base href="{}"><img src="passwd">',
]
TARGETS = [
    "file://{secret}",
    "{secret}",
    "http://127.0.0.1:{port}/a",
    "//127.0.0.1:{port}/a",
    "static:../../{secret}",
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_reads_no_file_and_calls_nobody(html, target, tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("p::before { content: 'SECRET-CANARY' }")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        address = target.format(secret=secret, port=listener.getsockname()[1])
        content = render_pdf(f"<html><head></head><body>{html.format(address)}<p>正文</p></body></html>")
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert "正文" in text_of(content)[0]
    with pikepdf.open(io.BytesIO(content)) as document:
        assert not document.attachments
        assert not any(
            b"SECRET-CANARY" in thing.read_bytes()
            for thing in document.objects
            if isinstance(thing, pikepdf.Stream) and "/Length1" not in thing
        )


def images_in(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as document:
        return sum(
            isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == pikepdf.Name.Image
            for thing in document.objects
        )


def test_our_own_pictures_are_drawn(tmp_path, settings):
    assert images_in(render_pdf(f'<img src="{qr_data_uri("https://a.cn/")}">')) == 1
    (tmp_path / "seal.png").write_bytes(picture())
    settings.STATICFILES_DIRS = [tmp_path]
    assert images_in(render_pdf('<img src="static:seal.png">')) == 1
    assert images_in(render_pdf('<img src="static:missing.png">')) == 0


def _font(folder: Path, name: str) -> None:
    """A face with one glyph, 公 as a plain square."""
    pen = TTGlyphPen(None)
    for number, corner in enumerate([(0, 0), (0, 700), (700, 700), (700, 0)]):
        (pen.lineTo if number else pen.moveTo)(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "gong"])
    builder.setupCharacterMap({ord("公"): "gong"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "gong": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (800, 0), "gong": (800, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Official Song", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(folder / f"{name}.ttf")


def test_licensed_fonts_of_the_operator_are_used(tmp_path, settings):
    _font(tmp_path, "方正小标宋简体")
    shutil.copy(tmp_path / "方正小标宋简体.ttf", tmp_path / "说明.txt")
    settings.DOC_FONT_DIR = str(tmp_path)
    pdf._tools.cache_clear()
    try:
        names = fonts_of(render_pdf("<h1>公</h1>"))
    finally:
        pdf._tools.cache_clear()
    assert any(name.endswith("+方正小标宋简体-Bold") for name in names)


def test_rendering_leaves_pillow_strict_about_cut_pictures():
    render_pdf("<p>一</p>")
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
