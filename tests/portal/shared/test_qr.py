from __future__ import annotations

import base64
import io
import re

from PIL import Image

from portal.shared.qr import qr_data_uri, qr_svg

ADDRESS = "https://portal.example.gov.cn/verify/2026-01-33-0001/"


def test_the_svg_passes_the_content_policy():
    svg = qr_svg(ADDRESS)
    assert svg.startswith("<svg")
    assert not re.search(r"\s(style|on\w+)=|<script|href=", svg)
    assert "viewBox" in svg


def test_the_picture_for_a_pdf_is_a_square_png_of_two_colours():
    head, _, body = qr_data_uri(ADDRESS).partition(",")
    picture = Image.open(io.BytesIO(base64.b64decode(body)))
    assert head == "data:image/png;base64"
    assert picture.width == picture.height
    assert set(picture.convert("L").tobytes()) == {0, 255}


def test_codes_of_two_addresses_differ():
    assert qr_svg(ADDRESS) != qr_svg(ADDRESS + "2")
