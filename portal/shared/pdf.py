"""Official documents: HTML and CSS to PDF in this process, fetching nothing but our own static files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

STYLES = Path(__file__).parent / "styles"
OURS = ("data:image/png;", "data:image/svg+xml;")


@cache
def _tools():
    """WeasyPrint is slow to load and its font configuration is worth keeping: once per process."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class OwnImagesOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if not url.startswith(OURS):
                raise ValueError(f"address refused: {url[:80]}")
            return super().fetch(url, headers)

    fonts = FontConfiguration()
    sheets = {
        name: CSS(string=_style(name), font_config=fonts, url_fetcher=OwnImagesOnly())
        for name in ("official", "form", "certificate")
    }
    return HTML, fonts, sheets, OwnImagesOnly


def _style(name: str) -> str:
    text = (STYLES / f"{name}.css").read_text(encoding="utf-8")
    if settings.DOC_FONT_DIR:
        faces = [
            f'@font-face{{font-family:"{file.stem}";src:url("file://{file}")}}'
            for file in sorted(Path(settings.DOC_FONT_DIR).glob("*.ttf"))
        ]
        text = "\n".join(faces) + text
    return text


def render_pdf(html: str, *, style: str = "official") -> bytes:
    """PDF of a whole HTML text; `style` is official (GB/T 9704), form (A4 tables) or certificate."""
    html_class, fonts, sheets, fetcher = _tools()
    document = html_class(string=html, url_fetcher=fetcher(), base_url="about:blank")
    return document.write_pdf(stylesheets=[sheets[style]], font_config=fonts)


def render_template_pdf(template: str, context: dict, *, style: str = "official") -> bytes:
    return render_pdf(render_to_string(template, context), style=style)
