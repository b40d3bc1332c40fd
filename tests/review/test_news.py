"""News on the public home: one tab open at a time, each leading to the page that lists all of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from lxml import html

from portal.kernel.permissions import Role
from portal.models import Interpretation
from portal.shared.law import MEASURES
from tests.factories import people

pytestmark = pytest.mark.django_db


def panel(client, query: str = ""):
    page = html.fromstring(client.get(f"/{query}").content.decode())
    return page.xpath("//section[@id='news']")[0]


def test_each_tab_opens_its_own_lines_and_leads_to_all_of_them(client):
    lead = people.user(Role.MINISTRY_LEAD)
    for day in (1, 2):
        Interpretation.objects.create(
            article=5,
            item="三",
            question=f"问题{day}",
            answer="答",
            issued_on=date(2026, 3, day),
            issued_by=lead,
        )
    policies = panel(client, "?news=policies")
    assert [a.text_content() for a in policies.xpath(".//div[@class='body']//a")] == [
        MEASURES,
        "第五条（三）解释：问题2",
        "第五条（三）解释：问题1",
        "条件与评审标准",
    ]
    assert policies.xpath(".//nav/a[@aria-current]")[0].text == "政策文件"
    assert policies.xpath(".//header/a/@href") == [reverse("policies")]
    assert "还没有登记信息变更公告" in panel(client, "?news=changes").text_content()


def test_an_unknown_tab_opens_the_first(client):
    for query in ("", "?news=nothing"):
        opened = panel(client, query)
        assert opened.xpath(".//nav/a[@aria-current]")[0].text == "通知公告"
        assert opened.xpath(".//header/a/@href") == [reverse("notices")]
