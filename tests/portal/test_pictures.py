"""Small pictures say their numbers: whole names and ends of a range, what a shade stands for."""

from __future__ import annotations

from pathlib import Path

from django.template.loader import render_to_string
from lxml import html

from portal.shared.tilegrid import drawn
from portal.templatetags.charts import dotranges

ROOT = Path(__file__).parent.parent.parent
NAME = "长三角中小企业数字化转型公共服务平台"


def test_a_range_has_its_whole_name_and_its_ends():
    page = render_to_string("ui/dotranges.html", dotranges([(NAME, [88.5, 72]), ("无分", [])], 40, 100, 80))
    assert NAME in page and "72—88.5" in page and "虚线 80" in page and page.count('class="pt"') == 2


def test_a_shade_says_which_numbers_it_stands_for():
    assert drawn({"浙江": 9, "四川": 1})["steps"] == [(1, "1—2"), (2, "3—4"), (3, "5—7"), (4, "8—9")]
    assert drawn({"浙江": 2})["steps"] == [(1, "1"), (2, "2")] and drawn({})["steps"] == []


def test_each_role_of_the_help_has_a_small_picture():
    page = html.fromstring(render_to_string("portal/guide/_help.html"))
    roles = page.xpath("//h2/@id")
    shown = page.xpath("//h2/following-sibling::*[1][self::figure]/img/@src")
    files = [ROOT / "static/img/help" / f"{role}.webp" for role in roles]
    assert len(shown) == len(roles) == 6
    assert all(file.stem in address for file, address in zip(files, shown, strict=True))
    assert all(file.stat().st_size < 60_000 for file in files)
