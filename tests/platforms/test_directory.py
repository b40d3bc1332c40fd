"""The public list in its two forms."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import titles


@pytest.mark.django_db
def test_each_form_leads_to_the_other_and_keeps_the_search(client):
    title = titles.make_titled().title
    search = {"q": title.platform_name, "layout": "cards"}
    cards = client.get(reverse("directory"), search).content.decode()
    assert '<input type="hidden" name="layout" value="cards">' in cards and "layout=" not in cards
    assert f'<h2><a href="{reverse("platform_page", args=[title.number])}"' in cards
    table = client.get(reverse("directory"), {"q": title.platform_name}).content.decode()
    assert table.count("layout=cards") == 1 and title.platform_name in table
