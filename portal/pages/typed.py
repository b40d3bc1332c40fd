"""Typed text: what a person has filled in outlives an ended session and is told when it has been saved.

The browser keeps a copy of every longer form (static/js/typed.js) and drops it only when a cookie from here names
it as saved. Without JavaScript the posted text waits in the session and comes back in the same form after sign-in,
for the same person only; nothing is carried out.
"""

from __future__ import annotations

import json
import time
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import ERROR, get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.pages.merging import has_asked
from portal.pages.refilling import refilled

COPY, SAVED, HELD = "_copy", "saved_copies", "typed"
LAST = "__Host-last_person" if settings.SESSION_COOKIE_SECURE else "last_person"  # read by the server alone
DAY = 24 * 60 * 60
MOST = 300_000  # characters of one posted form that a session holds
MANY = 8  # copies that the cookie names: more tabs don't save between two pages


def person_mark(user) -> str:
    """Tells a browser whose copies are whose without naming anybody."""
    return salted_hmac(__name__, str(user.pk)).hexdigest()[:16] if user.is_authenticated else ""


@login_not_required
@require_safe
@never_cache
def session_state(request):
    """Who is signed in now, asked before a longer form is sent; and the token that the form needs then."""
    return JsonResponse({"person": person_mark(request.user), "token": get_token(request)})


class TypedTextMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_asked.set(False)
        response = self.get_response(request)
        if response.status_code == 422 and has_asked.get():
            response.status_code = 409
        if request.method == "POST":
            if _leads_to_sign_in(response):
                return _hold(request) or response
            if was_saved(request, response):
                _tell_saved(request, response)
                _drop(request)
        elif request.method == "GET":
            _give_back(request, response)
        _note_person(request, response)
        return response


class SavingResponse(HttpResponse):
    """A page that was shown because something was stored."""

    has_saved: bool


def shows_saved(response: HttpResponse) -> HttpResponse:
    """Declare that this page, which no address leads to (a password shown once), is what saving led to."""
    cast(SavingResponse, response).has_saved = True
    return response


def was_saved(request, response) -> bool:
    """Saving leads on to another page. A refusal answers 4xx or leads on with its reason as a message; what is
    answered at once is a draft, a preview or a file.
    """
    waiting = getattr(get_messages(request), "_queued_messages", ())
    led_on = response.status_code in (302, 303) and not any(message.level >= ERROR for message in waiting)
    return led_on or getattr(response, "has_saved", False)


def _leads_to_sign_in(response) -> bool:
    return response.status_code == 302 and urlsplit(response["Location"]).path == reverse("login")


def _tell_saved(request, response) -> None:
    copy = request.POST.get(COPY, "")
    if not copy.isalnum() or len(copy) > 40:
        return
    before = [one for one in request.COOKIES.get(SAVED, "").split(".") if one.isalnum()]
    response.set_cookie(
        SAVED,
        ".".join([*before, copy][-MANY:]),
        max_age=DAY,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _note_person(request, response) -> None:
    """Whose text it is when a session has gone without a sign-out; a chosen sign-out takes this away, too. A program
    that brings a key has no session and types nothing.
    """
    last = _last_person(request)
    if request.user.is_authenticated and SESSION_KEY in request.session:
        if last != str(request.user.pk):
            response.set_signed_cookie(
                LAST,
                str(request.user.pk),
                salt=LAST,
                max_age=DAY,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
    elif last and request.method == "POST" and request.path == reverse("logout"):
        response.delete_cookie(LAST, samesite="Lax")


def _last_person(request) -> str:
    return request.get_signed_cookie(LAST, default="", salt=LAST, max_age=DAY)


def _hold(request) -> HttpResponse | None:
    """Keep what an ended session posted and lead to the sign-in, from there to the page it was typed on."""
    owner = _last_person(request)
    fields = [
        (name, values)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", COPY) and "password" not in name
    ]
    if not owner or request.headers.get("X-Requested-With") == "fetch" or len(json.dumps(fields)) > MOST:
        return None
    page = _page_of(request)
    request.session[HELD] = {
        "owner": owner,
        "page": page,
        "action": request.path,
        "fields": fields,
        "at": int(time.time()),
    }
    return redirect_to_login(page)


def _page_of(request) -> str:
    """The page that the form stood on, which need not be the address that it was sent to."""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    if came.netloc == request.get_host() and came.path:
        return f"{came.path}?{came.query}" if came.query else came.path
    return request.get_full_path()


def _held(request) -> dict | None:
    held = request.session.get(HELD) if request.user.is_authenticated else None
    if held and (held["owner"] != str(request.user.pk) or time.time() - held["at"] > DAY):
        del request.session[HELD]
        return None
    return held


def _drop(request) -> None:
    held = _held(request)
    if held and held["action"] == request.path:
        del request.session[HELD]


def _give_back(request, response) -> None:
    held = _held(request)
    if not held or held["page"] != request.get_full_path() or response.status_code != 200:
        return
    if response.streaming or not response["Content-Type"].startswith("text/html"):
        return
    response.content = refilled(response.content.decode(), held["action"], request.path, dict(held["fields"]))
