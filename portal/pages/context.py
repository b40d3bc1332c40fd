"""What every page's frame shows. Apps above register providers."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from portal.desk.navigation import side_for
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.permissions import Role
from portal.models import Notification
from portal.pages.typed import person_mark

Provider = Callable[[object], dict]
_providers: list[Provider] = []


def provides_shell(function: Provider) -> Provider:
    """Register a function request → context entries (the office's name, the present cycle)."""
    _providers.append(function)
    return function


def shell(request) -> dict:
    user = getattr(request, "user", None)
    context = {
        "site": settings.SITE_FOOTER,
        "version": settings.VERSION,
        "demo": settings.DEMO,
        "training_clock": settings.TRAINING_CLOCK,
        "clock": {"today": clock.today(), "now": clock.now(), "is_training": clock.is_training()},
        "calendar": calendar(),
        "request_number": getattr(request, "number", ""),
        "elder": request.COOKIES.get("elder") == "1",
        "office": "",
        "cycle": None,
        "side": [],
        "frame": "base_public.html",  # for pages that everybody has, each in the frame of their own work
        "rail": request.COOKIES.get(
            "rail", ""
        ),  # "1" folded, "0" unfolded by the person, else as the page likes it
        "unread": 0,
        "person": "",
    }
    if user is not None and user.is_authenticated:
        # Asked for by the frame of a desk only: a public page or an error counts nothing.
        context["person"] = person_mark(user)
        context["frame"] = "base_applicant.html" if user.role == Role.APPLICANT else "base_work.html"
        context["side"] = SimpleLazyObject(lambda: side_for(user, request.path, _name_of(request)))
        context["unread"] = SimpleLazyObject(
            lambda: Notification.objects.filter(recipient=user, read_at=None).count()
        )
    for provider in _providers:
        context.update(provider(request))
    return context


def _name_of(request) -> str:
    match = request.resolver_match
    return (match and match.url_name) or ""
