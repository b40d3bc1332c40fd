"""统计分析: drawn by ECharts under the strict policy, a bar leads to its rows, and the tables need no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.walk import Person

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_statistics(portal, browser):
    Person.findings.clear()
    portal.manage("shell", "-c", "from tests.e2e.scene import set_scene; set_scene()")
    officer = Person(browser, portal.address, "miit_officer")
    officer.go("/statistics/")
    years = officer.page.locator("[data-chart=by_year]")
    expect(years.locator("svg path[fill='#A9C6E6']").first).to_be_visible()
    box = years.bounding_box()
    bar = box["x"] + box["width"] / 2, box["y"] + box["height"] - 60
    officer.page.mouse.move(*bar)  # an HTML tooltip would be refused by the policy and stand in the console
    officer.page.mouse.click(*bar)
    officer.page.wait_for_url("**/statistics/?year=2026")
    assert officer.page.get_by_label("年度").first.input_value() == "2026"
    officer.go("/statistics/")
    officer.looks("statistics", phone=True)

    plain = Person(browser, portal.address, "miit_officer", scripts=False)
    plain.go("/statistics/")
    expect(plain.page.locator("[data-chart]").first).to_be_hidden()
    plain.page.get_by_text("查看同一数据的表格").first.click()
    expect(plain.page.get_by_role("row", name="2026 年度 2 0 2 0")).to_be_visible()
    assert not Person.findings, "\n".join(Person.findings)
