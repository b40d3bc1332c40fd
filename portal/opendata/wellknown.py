"""What programs look for at fixed addresses: robots.txt, sitemap.xml, security.txt, and deadlines as iCal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from portal.accounts.tokens import find_token
from portal.desk.todo import todos_for
from portal.kernel.request import client_address
from portal.models import AccessToken

CLOSED = ("/desk/", "/login/", "/search/", "/elder/", "/files/", "/api/")
PAGES = (
    "home",
    "guide",
    "policies",
    "notices",
    "publicity_list",
    "directory",
    "services",
    "verify_certificate",
    "regulation",
    "help",
    "contacts",
    "calendar_years",
    "open_data",
)
Located = Iterable[tuple[str, date | None]]  # address, last change
Dated = Iterable[tuple[date, str, str]]  # day, what, address
_sitemaps: list[Callable[[], Located]] = []
_dates: list[Callable[[], Dated]] = []


def provides_sitemap(function: Callable[[], Located]) -> Callable[[], Located]:
    """Register public pages that a search engine should know."""
    _sitemaps.append(function)
    return function


def provides_dates(function: Callable[[], Dated]) -> Callable[[], Dated]:
    """Register days of the public year."""
    _dates.append(function)
    return function


@login_not_required
@require_safe
def robots(request):
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        f"Sitemap: {settings.SITE_ORIGIN}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap(request):
    rows: list[tuple[str, date | None]] = [(reverse(name), None) for name in PAGES]
    rows += [row for provider in _sitemaps for row in provider()]
    entries = [
        f"<url><loc>{escape(settings.SITE_ORIGIN + address)}</loc>"
        + (f"<lastmod>{changed.isoformat()}</lastmod>" if changed else "")
        + "</url>"
        for address, changed in rows
    ]
    body = "\n".join(entries)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}\n</urlset>\n'
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@login_not_required
@require_safe
def security(request):
    """RFC 9116."""
    contact = settings.SECURITY_CONTACT or f"{settings.SITE_ORIGIN}{reverse('contacts')}"
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: zh, en",
        f"Canonical: {settings.SITE_ORIGIN}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def write_calendar(name: str, rows: Dated) -> HttpResponse:
    """All-day events; the same day and address keep their identity, so that a subscription is not doubled."""
    calendar = Calendar()
    calendar.add("prodid", "-//sme demonstration platforms//zh")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    host = settings.SITE_ORIGIN.partition("//")[2]
    for day, what, address in rows:
        event = Event()
        event.add("uid", f"{address.strip('/').replace('/', '-')}-{what}@{host}")
        event.add("summary", what)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("dtstamp", timezone.now().replace(minute=0, second=0, microsecond=0))
        event.add("url", settings.SITE_ORIGIN + address)
        calendar.add_component(event)
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


@login_not_required
@require_safe
def public_calendar(request):
    return write_calendar("示范平台年度日程", [row for provider in _dates for row in provider()])


@require_safe
def own_calendar(request):
    """One's own deadlines, as the desk lists them."""
    return write_own_calendar(request.user)


@login_not_required
@require_safe
def calendar_feed(request, token: str):
    """The same for a calendar program, which carries no session: the key in the address is its owner's."""
    found = find_token(token, AccessToken.Purpose.CALENDAR, address=client_address(request))
    if found is None:
        raise Http404
    request.user = found.user  # so that no copy is kept anywhere
    return write_own_calendar(found.user)


def write_own_calendar(user) -> HttpResponse:
    rows = [(todo.due, f"截止：{todo.title}", todo.url) for todo in todos_for(user) if todo.due]
    return write_calendar("我的办理期限", rows)
