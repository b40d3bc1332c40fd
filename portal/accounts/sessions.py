"""How long a signed-in person stays so: shorter for officials than for applicants, by real time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from portal.accounts.session_store import looking_at
from portal.kernel.permissions import speaks_for_a_unit
from portal.kernel.request import client_address
from portal.models import OpenSession, PortalSession

BEGAN, SEEN = "signed_in_at", "seen_at"
NOTE_EVERY = 60  # seconds: a page is a read, so its time is written once a minute at most


@receiver(user_logged_in)
def note_beginning(sender, request, user, **kwargs) -> None:
    """With the sign-in's own write of the session, so that the first page costs none."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


@receiver(user_logged_in)
def open_session(sender, request, user, **kwargs) -> None:
    """Its owner sees it; beyond what the role may have at once, the oldest ends."""
    if not request.session.session_key:
        request.session.save()
    OpenSession.objects.update_or_create(
        key=request.session.session_key,
        defaults={
            "user": user,
            "address": client_address(request)[:45] if request.META.get("REMOTE_ADDR") else "",
            "browser": request.META.get("HTTP_USER_AGENT", "")[:200],
        },
    )
    most = settings.SESSIONS_AT_ONCE["applicant" if speaks_for_a_unit(user) else "staff"]
    standing = PortalSession.objects.filter(session_key__in=user.open_sessions.values("key")).values(
        "session_key"
    )
    user.open_sessions.exclude(key__in=standing).exclude(key=request.session.session_key).delete()
    end_sessions(user.open_sessions.exclude(key=request.session.session_key)[most - 1 :])


@receiver(user_logged_out)
def close_session(sender, request, user, **kwargs) -> None:
    OpenSession.objects.filter(key=request.session.session_key or "").delete()


def end_sessions(rows: Iterable[OpenSession]) -> None:
    keys = [row.key for row in rows]
    PortalSession.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(key__in=keys).delete()


def limits(user) -> tuple[int, int]:
    """Seconds of idleness, and of a session as a whole."""
    idle, whole = settings.SESSION_MINUTES["applicant" if speaks_for_a_unit(user) else "staff"]
    return idle * 60, whole * 60


def has_ended(request: HttpRequest) -> bool:
    """Whether the session is over; notes the visit otherwise."""
    idle, whole = limits(request.user)
    now, session = int(time.time()), request.session
    began, seen = session.get(BEGAN, now), session.get(SEEN, now)
    if now - seen >= idle or now - began >= whole:
        return True
    if SEEN not in session or now - seen >= NOTE_EVERY:
        session[BEGAN], session[SEEN] = began, now
    return False


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, whose backend is offered the person that came with the session."""

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_person_of, request))


def _person_of(request):
    if not hasattr(request, "_cached_user"):
        with looking_at(request.session):
            request._cached_user = get_user(request)
    return request._cached_user


class SessionLimitsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and has_ended(request):
            logout(request)
            if request.headers.get("X-Requested-With") != "fetch":  # a script asks in place, on the page
                messages.info(request, "登录已超过时限，为了安全请重新登录；已保存的内容都在。")
            return redirect_to_login(
                request.get_full_path() if request.method in ("GET", "HEAD") else reverse("desk")
            )
        return self.get_response(request)
