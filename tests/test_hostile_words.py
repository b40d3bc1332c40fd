"""Every longer form × hostile words in all its fields: no fault of ours, and nothing of it stands unescaped on the answer."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories.dossiers import PUBLIC_FROM, on
from tests.test_nothing_typed_is_lost import (  # noqa: F401  fixtures
    BACKEND,
    Undone,
    _private_files,
    found,
    world,
)

MARK = "zq7"  # by which the answer's own text is told apart
WORDS = (
    f"<script>{MARK}</script><img src=x onerror={MARK}>",
    f"\"' onfocus={MARK} autofocus x='{{{{7*7}}}}{{% debug %}}",
    f"'; DROP TABLE portal_user; --{MARK}",
    f"\u202e{MARK}\u200b\ufeff",
    f'=HYPERLINK("http://x","{MARK}")\t\r\n+1',
    "\U0001f4a3" * 300 + MARK,
    f"{MARK}" + "长" * 60_000,
)
RAW = (f"<script>{MARK}", f"onerror={MARK}>", f'" onfocus={MARK}', f"' onfocus={MARK}")


@pytest.mark.nightly
def test_every_form_takes_hostile_words(found, world, record_property):  # noqa: F811
    wrong, sent = [], 0
    with on(PUBLIC_FROM, 12):
        for one in found:
            client = Client(raise_request_exception=False)
            if one.kind in world.users:
                client.force_login(world.users[one.kind], backend=BACKEND)
            for words in WORDS:
                body = {name: value or "" for name, value in one.values()} | dict.fromkeys(one.areas, words)
                with Undone():
                    answer = client.post(one.action, body)
                sent += 1
                if answer.status_code >= 500:
                    wrong.append(f"{one}: {answer.status_code} for {words[:40]!r}")
                    continue
                text = "" if answer.streaming else answer.content.decode(errors="replace")
                wrong += [f"{one}: {raw} stands as it came" for raw in RAW if raw in text]
    record_property("forms sent", sent)
    assert not wrong, "\n".join(wrong)
