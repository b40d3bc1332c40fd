"""Headers of trust on every kind of response, and nothing of a signed-in person in any cache."""

from datetime import date

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.test import Client, override_settings
from django.urls import path, reverse

from applications.filing.services import open_dossier
from applications.states import Procedure
from portal.kernel.permissions import Role
from portal.models import User
from portal.settings.base import MIDDLEWARE
from portal.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401 - read by Django
from tests.factories.year import Year

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def fail(request):
    raise RuntimeError("a fault of ours")


urlpatterns = [*urlpatterns, path("fault/", fail)]


def check(response) -> None:
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "geolocation=()" in response.headers["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/", 200), ("/healthz", 200), ("/login/", 200), ("/desk/", 302), ("/no-such-page/", 404)],
)
def test_pages(client, address, status):
    response = client.get(address)
    assert response.status_code == status
    check(response)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("headers_admin", role=Role.ADMINISTRATOR, name="管理员"))
    response = client.get("/fault/")
    assert response.status_code == 500
    check(response)
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_strange_host(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    check(response)


@pytest.mark.django_db
def test_static_files(client, settings, tmp_path):
    """WhiteNoise answers before the rest of the stack, but below the headers."""
    (tmp_path / "portal.css").write_text("body{}")
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True
    response = Client().get("/static/portal.css")
    assert response.status_code == 200
    check(response)


@pytest.mark.django_db
def test_what_is_seen_signed_in_is_stored_nowhere(client):
    client.force_login(User.objects.create_user("headers_admin", role=Role.ADMINISTRATOR, name="管理员"))
    for address in ("/", "/accounts/", "/calendar/", "/no-such-page/", "/login/"):
        assert client.get(address).headers["Cache-Control"] == "private, no-store", address


@pytest.mark.django_db
def test_hsts_in_production(client, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    response = Client().get("/no-such-page/", headers={"x-forwarded-proto": "https"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_everything_that_answers_stands_below_the_headers():
    above = MIDDLEWARE[: MIDDLEWARE.index("portal.operations.middleware.ProbesMiddleware")]
    assert [name.rsplit(".", 1)[1] for name in above] == [
        "RequestNumberMiddleware",
        "HeadersMiddleware",
        "SecurityMiddleware",
        "CSPMiddleware",
        "XFrameOptionsMiddleware",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/directory/?q=%00",
        "/search/?q=a%00b",
        "/verify/%00/",
        "/directory/%00/",
        "/services/?recommender=%00",
    ],
)
def test_an_address_with_a_nul_is_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.django_db
def test_a_nul_in_what_a_page_takes_as_it_comes_is_refused(client):
    """Forms say which field it is; what a page reads without one would end in the database."""
    year = Year()
    unit, cycle = year.unit(), year.open_year(2026)
    draft = year.file(unit, cycle, Procedure.DESIGNATION)
    unit = year.unit()
    with year.on(date(2026, 3, 2)):
        own = open_dossier(unit.platform, cycle=cycle, by=unit.user, procedure=Procedure.DESIGNATION)
        for user, address, data in (
            (year.people["miit_lead"], reverse("revocation_open"), {"number": "GJPT\0"}),
            (
                year.officer,
                reverse("material_mark", args=[draft.pk, "licence"]),
                {"verdict": "doubt", "reason": "other", "words": "\0"},
            ),
            (
                unit.user,
                reverse("report_section", args=[own.pk, "overview"]),
                {"overview": "\0", "version": "0"},
            ),
            (unit.user, reverse("material_none", args=[own.pk, "quality"]), {"none": "1", "reason": "\0"}),
        ):
            client.force_login(user)
            with transaction.atomic():
                assert client.post(address, data).status_code == 400, address


@pytest.mark.django_db
@pytest.mark.parametrize("year", ["²", "①", "１２", "99999999999999999999", "-1", "x"])
def test_a_year_that_is_none_is_no_fault(client, year):
    assert client.get("/directory/", {"year": year}).status_code == 200


@login_not_required
@transaction.atomic
def twice(request):
    for name in ("甲", "乙"):
        User.objects.create(username="once", name=name, role=Role.APPLICANT)


urlpatterns += [path("twice/", twice)]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_the_second_of_two_at_once_is_told_that_it_is_done(client):
    response = client.get("/twice/")
    assert response.status_code == 409 and "没有写入第二份" in response.content.decode()
    assert not User.objects.filter(username="once").exists()


def test_the_icon_is_found_where_browsers_ask_for_it(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.url.endswith(".ico")) == (302, True)
