"""Characters that the fonts at hand do not have are kept and said so."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.shared.glyphs import unshown_characters
from tests.factories.titles import make_titled

EXTENSION_H = "\U00031350"  # in no Noto font of today


def test_only_what_no_font_has_is_named():
    assert unshown_characters("王越\U0002000b公司") == []
    assert unshown_characters(f"{EXTENSION_H}越{EXTENSION_H}") == [EXTENSION_H]


@pytest.mark.django_db
def test_a_rare_name_is_saved_and_its_paper_spoken_of():
    titled = make_titled()
    unit = titled.title.platform.organisation
    client = Client()
    client.force_login(titled.lead, backend="portal.accounts.backends.PortalBackend")
    sent = {
        "uscc": "91370702MAAKKF2QX5",
        "name": f"{EXTENSION_H}越服务有限公司",
        "kind": "enterprise",
        "established_on": "2015-01-01",
        "legal_person": "王越",
        "registered_address": unit.registered_address,
        "phone": "0575-1",
        "email": "a@b.cn",
    }
    page = client.post("/organisations/new/", sent, follow=True).content.decode()
    assert "本系统现有字体不能显示" in page and "U+31350" in page
