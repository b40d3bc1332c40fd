"""What the documents name is there: files, commands, and settings with what they promise."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from portal.accounts.session_store import PortalSession
from portal.kernel import daily, outbox
from tests.conftest import ROOT

DOCUMENTS = [
    *(
        ROOT / name
        for name in (
            "README.md",
            "README.zh-CN.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "THREAT_MODEL.md",
            "bench/README.md",
        )
    ),
    ROOT / "docs/operations.md",
    ROOT / "docs/architecture.md",
    *sorted((ROOT / "docs/adr").glob("*.md")),
]
FOLDERS = (
    "portal/",
    "platforms/",
    "applications/",
    "review/",
    "training/",
    "tests/",
    "deploy/",
    "docs/",
    "bin/",
    "bench/",
    "static/",
)
HISTORY = {"0013-migrations-and-guards.md"}  # says how it was


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_it_names_is_there(path):
    text = path.read_text("utf-8")
    wrong = [
        target
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        if not (path.parent / target).exists()
    ]
    named = re.findall(r"`((?:" + "|".join(FOLDERS) + r")[\w./-]+)`", text)
    wrong += [name for name in named if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists()]
    commands = {*get_commands(), "version", "help"}
    wrong += [
        name for name in re.findall(r"(?:bin/manage|manage\.py) ([a-z_]+)", text) if name not in commands
    ]
    assert wrong == [] or path.name in HISTORY


def test_figures_in_operations_are_the_codes():
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    assert f"({daily.CATCH_UP} days are caught up)" in text
    assert (
        outbox.GIVE_UP_AFTER.days == 7
        and "for seven days with pauses of one minute, doubling up to an hour" in text
    )
    assert (outbox.FIRST_PAUSE.total_seconds(), outbox.LONGEST_PAUSE.total_seconds()) == (60, 3600)
    assert PortalSession.__module__ == settings.SESSION_ENGINE


def test_the_chinese_readme_names_accounts_and_commands_of_the_english_one():
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    named = set(re.findall(r"`([a-z]+_[a-z0-9]+|bin/[a-z]+[^`]*)`", chinese))
    assert named and {name for name in named if name.split()[0] not in english} == set()
    blocks = [re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for text in (english, chinese)]
    assert [[line.split("#")[0].strip() for line in block.splitlines()] for block in blocks[0]] == [
        [line.split("#")[0].strip() for line in block.splitlines()] for block in blocks[1]
    ]
