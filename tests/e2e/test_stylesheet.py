"""What the stylesheet owes the paper and the phone, measured on small pages of its own."""

from __future__ import annotations

import pytest
from django.conf import settings

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
TWO = '<div class="two"><section class="panel">长</section><aside class="panel">旁</aside></div>'
GRID = """<table class="grid"><thead><tr><th>甲</th><th class="right">记录</th></tr></thead>
<tbody><tr><td>甲</td><td class="right">1</td></tr></tbody></table>"""
PUBS = """<section class="panel"><div class="tscroll"><table class="pubs"><thead><tr><th>平台</th><th>地区</th></tr></thead>
<tbody><tr><td>甲平台</td><td data-label="2017 年">浙江</td></tr></tbody></table></div></section>"""

LONG = "石家庄云帆中小企业综合服务集团有限责任公司（河北省中小企业公共服务与数字化转型促进中心）"
BAR = f"""<header class="bar"><a class="name" href="/">示范平台申报</a><div class="ctx"><b>{LONG}</b><span>2026 年度</span></div>
<div class="right"><a href="/help/">帮助</a><div class="who"><span><b>杨婷</b>{LONG}</span>
<form><button class="logout">退出</button></form></div></div></header>"""


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    style = (settings.BASE_DIR / "static/css/portal.css").read_text(encoding="utf-8")

    def show(body: str):
        page.set_content(f"<style>{style}</style>{body}")
        return page

    yield show
    page.close()


def test_on_paper_the_text_has_the_whole_width(page):
    shown = page(TWO)
    shown.emulate_media(media="print")
    whole, text, aside = (shown.locator(one).bounding_box() for one in (".two", "section", "aside"))
    assert text["width"] == whole["width"] and aside["y"] > text["y"]


def test_the_heading_of_a_column_of_numbers_stands_over_them(page):
    align = page(GRID).locator("th.right").evaluate("cell => getComputedStyle(cell).textAlign")
    assert align == "right"


def test_on_a_phone_a_table_keeps_off_its_frame_and_says_which_column_it_is(page):
    shown = page(PUBS)
    shown.set_viewport_size({"width": 390, "height": 844})
    paddings = shown.locator("td").evaluate_all("all => all.map(one => getComputedStyle(one).paddingLeft)")
    assert paddings == ["16px", "16px"]
    label = shown.locator("td").last.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "2017 年" in label or label.startswith("attr(")


def test_the_longest_name_breaks_nothing_in_the_bar(page):
    shown = page(BAR)
    words = [shown.locator(one).bounding_box()["height"] for one in (".right>a", ".ctx span", ".ctx b")]
    assert max(words) < 32 and shown.evaluate("document.documentElement.scrollWidth") == 1366


def test_a_table_that_becomes_cards_on_a_phone_is_a_table_on_a_desk(page):
    """A list of cards and a table of cards share a name: only the list is laid out in columns."""
    shown = page(GRID.replace('class="grid"', 'class="grid cards"'))
    head, first = (shown.locator(one).first.bounding_box() for one in ("thead th", "tbody td"))
    assert first["x"] == head["x"]
    assert shown.locator("table").evaluate("table => getComputedStyle(table).display") == "table"
    shown.set_viewport_size({"width": 390, "height": 844})
    assert shown.locator("tbody td").first.bounding_box()["x"] < 30
