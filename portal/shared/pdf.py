"""Official documents: HTML and CSS to PDF in this process, fetching nothing but our own static files."""

from __future__ import annotations

import re
import threading
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from PIL import ImageFile

STYLES = Path(__file__).parent / "styles"
IMAGES = ("data:image/png;", "data:image/jpeg;", "data:image/svg+xml;")
STATIC = "static:"
TITLES = re.compile("小标宋|XiaoBiaoSong", re.IGNORECASE)
# One document at a time: Pango's font map, which every document shares, is not safe in threads.
ENGINE = threading.Lock()


def _font_files() -> list[Path]:
    """Licensed faces (方正小标宋, 仿宋_GB2312) that an operator has put into DOC_FONT_DIR."""
    if not settings.DOC_FONT_DIR:
        return []
    return sorted(f for f in Path(settings.DOC_FONT_DIR).glob("*") if f.suffix.lower() in (".ttf", ".otf"))


@cache
def _tools():
    """WeasyPrint is slow to load and its font configuration is worth keeping: once per process."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    # WeasyPrint has Pillow take cut pictures for whole in the entire process, uploads included.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class OwnFilesOnly(URLFetcher):
        """Left to itself WeasyPrint attaches /etc/passwd and calls any address that a document names."""

        def fetch(self, url, headers=None):
            return super().fetch(_own_address(url), headers)

    fonts = FontConfiguration()
    sheets = {
        file.stem: CSS(string=style_text(file.stem), font_config=fonts, url_fetcher=OwnFilesOnly())
        for file in sorted(STYLES.glob("*.css"))
    }
    return HTML, fonts, sheets, OwnFilesOnly


def warm() -> None:
    """Load the engine and its fonts before somebody waits for them."""
    render_pdf("<p>预热</p>")


def _own_address(url: str) -> str:
    """The address to read, for what is ours; ValueError for everything else."""
    if url.startswith(IMAGES) or url in {file.as_uri() for file in _font_files()}:
        return url
    if url.startswith(STATIC):
        found = finders.find(url.removeprefix(STATIC).partition("?")[0])
        if found:
            return Path(found).as_uri()
    raise ValueError(f"address refused: {url[:80]}")


def style_text(name: str) -> str:
    # The faces for titles are heavy as they are: said to be bold, they are not thickened once more.
    faces = [
        f'@font-face{{font-family:"{f.stem}";src:url("{f.as_uri()}");'
        f"font-weight:{'bold' if TITLES.search(f.stem) else 'normal'}}}"
        for f in _font_files()
    ]
    return "\n".join([*faces, (STYLES / f"{name}.css").read_text(encoding="utf-8")])


def render_pdf(html: str, *, style: str = "official") -> bytes:
    """PDF of a whole HTML text; `style` is official (GB/T 9704), form (A4 tables), report, certificate, plaque, book.

    Title, author and dates come from the HTML's head, so that one text always gives the same bytes.
    """
    with ENGINE:
        html_class, fonts, sheets, fetcher = _tools()
        document = html_class(string=html, url_fetcher=fetcher(), base_url="about:blank")
        return document.write_pdf(stylesheets=[sheets[style]], font_config=fonts)


def render_template_pdf(template: str, context: dict, *, style: str = "official") -> bytes:
    return render_pdf(render_to_string(template, context), style=style)
