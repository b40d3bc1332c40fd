"""Every page that a person can reach by links: it answers, is clean for axe and the console, fits a phone, speaks Chinese."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.conftest import serving
from tests.e2e.walk import Person

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]
PEOPLE = (
    "",
    "yunfan_lead",
    "zhejiang_lead",
    "textile_officer",
    "miit_officer",
    "miit_lead",
    "expert1",
    "inspector",
    "auditor",
    "admin",
)
KEYS = ((r"[0-9a-f]{8}-[0-9a-f-]{27}", "*"), (r"[A-Z]{4}-[\d-]+", "*"), (r"(?<=/)\d+(?=/)", "#"))
CODES = re.compile(r"\b[A-Z]{3,}_[A-Z_]+\b|\w+ object \(\S+\)|\bNone\b|\{\{|\{%")  # where words belong
LINKS = "[...document.querySelectorAll('a[href]')].map(link => new URL(link.getAttribute('href'), location.href).href)"


@pytest.fixture
def portal(database_copy, static_files, tmp_path):
    with serving(database_copy, tmp_path, static_files, "fill_demo") as served:
        yield served


def test_every_page(portal, browser, monkeypatch):
    Person.findings.clear()
    monkeypatch.setattr(Person, "tags", (*Person.tags, "wcag22aa"))
    seen: set[str] = set()
    for username in PEOPLE:
        person = Person(browser, portal.address, username)
        looks_at_all(person, seen)
        person.leave()
    assert len(seen) > 150
    assert not Person.findings, "\n".join(Person.findings)


def looks_at_all(person: Person, seen: set[str]) -> None:
    """One page of each kind, whoever reaches it first."""
    start = person.path() if person.username else "/"
    waiting, queued = deque([start]), {kind_of(start)}
    while waiting:
        path = waiting.popleft()
        if not is_page(person, path):
            continue
        person.go(path)
        if kind_of(path) not in seen:
            seen.add(kind_of(path))
            name = f"{person.username or 'public'} {path}"
            person.looks(name, phone=True)
            codes = CODES.findall(person.page.locator("main").inner_text())
            person.findings += [f"{name}: shows {code}" for code in codes]
        for link in person.reads(LINKS):
            path = link.split("#")[0].removeprefix(person.address)
            if path.startswith("/") and kind_of(path) not in queued:
                queued.add(kind_of(path))
                waiting.append(path)


def kind_of(path: str) -> str:
    """Which row does not matter, the names of parameters do."""
    parts = urlsplit(path)
    kind = parts.path
    for pattern, sign in KEYS:
        kind = re.sub(pattern, sign, kind)
    return "?".join((kind, "&".join(sorted({name for name, _ in parse_qsl(parts.query)}))))


def is_page(person: Person, path: str) -> bool:
    answer = person.page.request.get(f"{person.address}{path}")
    if not answer.ok:
        person.findings.append(f"{person.username}: {path} answers {answer.status}")
    kind, place = (answer.headers.get(name, "") for name in ("content-type", "content-disposition"))
    return answer.ok and "text/html" in kind and not place.startswith("attachment")
