"""Open data: the same rows as the pages, paged, limited, with an ETag, and described; what programs look for."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from portal.kernel.permissions import Role
from portal.opendata import api
from tests.factories import dossiers, people
from tests.factories.titles import make_titled

[THROTTLE] = api.api.throttle


@pytest.fixture(autouse=True)
def nobody_asked_yet():
    cache.clear()


@pytest.fixture
def title(db):
    return make_titled().title


def read(client, address: str, status: int = 200) -> dict:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:500]
    return json.loads(response.content)


def test_the_register(client, title):
    answer = read(client, "/api/v1/titles")
    assert answer["count"] == 1
    [row] = answer["items"]
    assert (row["number"], row["platform"], row["state"]) == (title.number, title.platform_name, title.state)
    assert row["granted_on"] == title.granted_on.isoformat()
    assert read(client, f"/api/v1/titles?year={title.year}&state={title.state}")["count"] == 1
    assert read(client, f"/api/v1/titles?year={title.year + 1}")["count"] == 0
    assert read(client, "/api/v1/titles?page=2")["items"] == []


def test_one_title_and_its_life(client, title):
    row = read(client, f"/api/v1/titles/{title.number}")
    assert row["events"][0]["on"] == title.granted_on.isoformat() and "授予称号" in row["events"][0]["text"]
    read(client, "/api/v1/titles/nothing", status=404)
    assert read(client, "/api/v1/statistics") == [{"year": title.year, "state": title.state, "titles": 1}]


def test_what_cannot_be_understood_is_said(client, db):
    assert read(client, "/api/v1/titles?year=many", status=422) == {"detail": "参数不正确：year"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/titles?page=99999999999999999999", 422),
        ("/api/v1/titles?year=99999999999999999999", 200),
        ("/api/v1/notices?kind=%00", 400),
        ("/api/v1/nothing", 404),
        ("/api/v1/notices/nothing", 404),
    ],
)
def test_a_program_is_answered_as_one(client, db, address, status):
    answer = read(client, address, status)
    assert status == 200 or answer["detail"]


def test_asked_again_it_is_not_sent_again(client, title):
    first = client.get("/api/v1/titles")
    again = client.get("/api/v1/titles", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/v1/titles?page=2", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_too_many_questions_of_one_address(client, db, monkeypatch):
    monkeypatch.setattr(THROTTLE, "num_requests", 2)
    assert [client.get("/api/v1/statistics").status_code for _ in range(3)] == [200, 200, 429]
    response = client.get("/api/v1/statistics")
    assert "每分钟最多" in response.json()["detail"] and int(response["Retry-After"]) > 0
    assert client.get("/api/v1/statistics", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_the_description_names_every_address(client, db):
    described = read(client, "/api/v1/openapi.json")
    assert described["openapi"].startswith("3.") and described["info"]["version"] == "1.1"
    assert set(described["paths"]) == {
        "/api/v1/titles",
        "/api/v1/titles/{key}",
        "/api/v1/bulk",
        "/api/v1/statistics",
        "/api/v1/notices",
        "/api/v1/notices/{pk}",
    }
    page = client.get("/open-data/").content.decode()
    assert all(address in page for address in described["paths"])


# --- copies of public pages ---

PUBLIC = [
    "/",
    "/guide/",
    "/notices/",
    "/publicity/",
    "/directory/",
    "/help/",
    "/contacts/",
    "/calendar/",
    "/regulation/",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_sets_no_cookie_and_may_be_kept(client, db, address):
    response = client.get(address)
    assert response.status_code == 200 and not response.cookies
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=60, stale-if-error=604800"
    assert client.get(address, HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304


def test_what_belongs_to_a_person_is_no_copy(client, db):
    assert "public" not in client.get("/login/").get("Cache-Control", "")  # its form has a token
    client.force_login(people.user(Role.ADMINISTRATOR))
    assert client.get("/help/")["Cache-Control"] == "private, no-store"
    assert client.get("/operations/")["Cache-Control"] == "private, no-store"


def test_the_wish_for_larger_type_is_a_link(client, db):
    page = client.get("/help/").content.decode()
    assert '/elder/?mode=elder&amp;next=/help/"' in page and "csrfmiddlewaretoken" not in page
    response = client.get("/elder/?mode=elder&next=/help/")
    assert (response.status_code, response["Location"]) == (302, "/help/")
    assert 'class="elder"' in client.get("/help/").content.decode()
    client.get("/elder/?mode=standard&next=/help/")
    assert 'class="elder"' not in client.get("/help/").content.decode()
    assert client.get("/elder/?mode=elder&next=https://evil.example/")["Location"] == "/"


# --- what programs look for ---


def test_robots_and_the_map(client, title, settings):
    settings.SITE_ORIGIN = "https://platforms.example.gov.cn"
    assert (
        "Sitemap: https://platforms.example.gov.cn/sitemap.xml" in client.get("/robots.txt").content.decode()
    )
    site = client.get("/sitemap.xml").content.decode()
    assert f"<loc>https://platforms.example.gov.cn/directory/{title.number}/</loc>" in site
    visitor = Client()
    addresses = [
        part.partition("</loc>")[0] for part in site.split("<loc>https://platforms.example.gov.cn")[1:]
    ]
    assert {address: visitor.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_where_a_hole_is_reported(client, db, settings):
    settings.SECURITY_CONTACT = "mailto:security@platforms.example.gov.cn"
    lines = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert lines["Contact"] == "mailto:security@platforms.example.gov.cn"
    assert datetime.now(UTC) < datetime.fromisoformat(lines["Expires"])


def test_deadlines_as_a_calendar(client, db):
    year = dossiers.cycle()
    events = Calendar.from_ical(client.get("/calendar/public.ics").content).walk("VEVENT")
    days = {str(event["summary"]): event.decoded("dtstart") for event in events}
    assert days[f"{year.year} 年度填报截止"] == year.filing_until
    assert client.get("/desk/deadlines.ics").status_code == 302
    client.force_login(people.user(Role.ADMINISTRATOR))
    assert client.get("/desk/deadlines.ics")["Content-Type"] == "text/calendar; charset=utf-8"
