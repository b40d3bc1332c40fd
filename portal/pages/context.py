"""What every page's frame shows. Apps above register providers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from operator import getitem
from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from portal.desk import navigation
from portal.kernel import clock
from portal.kernel.permissions import speaks_for_a_unit
from portal.kernel.request import last_act
from portal.models import Notification
from portal.pages.typed import person_mark
from portal.shared.together import Number, run_together

_frames: list[Callable[[object], Iterator]] = []
_in_frame: list[str] = ["side", "unread"]


@dataclass(frozen=True)
class Installation:
    """What an installation says of itself on every page."""

    site: Mapping
    version: str
    demo: bool
    training_clock: bool


@dataclass(frozen=True)
class Habits:
    """How a person's browser likes the pages."""

    elder: bool
    rail: str  # "1" folded, "0" unfolded by the person, else as the page likes it


def provides_frame(*names: str):
    """Register a generator request → {name: value} of what the frame of a desk shows: its questions travel with the
    menu's, by one request for all (`portal.shared.together`), and only where a page has that frame.
    """

    def register(function):
        _frames.append(function)
        _in_frame.extend(names)
        return function

    return register


def shell(request) -> dict:
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "installation": Installation(
            settings.SITE_FOOTER, settings.VERSION, settings.DEMO, settings.TRAINING_CLOCK
        ),
        "clock": {"today": clock.today(), "now": clock.now(), "is_training": clock.is_training()},
        "request_number": getattr(request, "number", ""),
        "habits": Habits(request.COOKIES.get("elder") == "1", request.COOKIES.get("rail", "")),
        "office": "",
        "cycle": None,
        "side": [],
        "frame": "base_public.html",  # for pages that everybody has, each in the frame of their own work
        "unread": 0,
        "person": "",
    }
    if user is not None and user.is_authenticated:
        # Asked for by the frame of a desk only: a public page or an error counts nothing.
        context["person"] = person_mark(user)
        context["frame"] = "base_applicant.html" if speaks_for_a_unit(user) else "base_work.html"
        frame = SimpleLazyObject(lambda: _frame_of(request))
        context |= {name: SimpleLazyObject(partial(getitem, frame, name)) for name in _in_frame}
    return context


def _frame_of(request) -> dict:
    parts = run_together(function(request) for function in (_menu, *_frames))
    return {name: value for part in parts for name, value in part.items()}


def _menu(request) -> Iterator:
    """The navigation with its counters; the unread are counted with them where a line shows them."""
    user = request.user
    counts = yield from navigation.asking_counts(user, navigation.entries_of(user), last_act(request))
    unread = counts.get("notifications")
    if unread is None:
        unread = yield Number(Notification.objects.filter(recipient=user, read_at=None))
    side = navigation.side_for(user, request.path, _name_of(request), counts)
    yield {"side": side, "unread": unread}


def _name_of(request) -> str:
    match = request.resolver_match
    return (match and match.url_name) or ""
