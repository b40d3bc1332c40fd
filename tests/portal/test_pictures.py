"""Small pictures say their numbers: whole names and ends of a range, what a shade stands for."""

from __future__ import annotations

from django.template.loader import render_to_string

from portal.shared.tilegrid import drawn
from portal.templatetags.charts import dotranges

NAME = "长三角中小企业数字化转型公共服务平台"


def test_a_range_has_its_whole_name_and_its_ends():
    page = render_to_string("ui/dotranges.html", dotranges([(NAME, [88.5, 72]), ("无分", [])], 40, 100, 80))
    assert NAME in page and "72—88.5" in page and "虚线 80" in page and page.count('class="pt"') == 2


def test_a_shade_says_which_numbers_it_stands_for():
    assert drawn({"浙江": 9, "四川": 1})["steps"] == [(1, "1—2"), (2, "3—4"), (3, "5—7"), (4, "8—9")]
    assert drawn({"浙江": 2})["steps"] == [(1, "1"), (2, "2")] and drawn({})["steps"] == []
