"""The front door, and each role's desk. Apps register what they contribute; nothing here knows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render

from portal.desk.todo import today_of
from portal.kernel.permissions import role_of
from portal.kernel.request import last_act

Provider = Callable[[object], dict]
_public_panels: list[Provider] = []
_desks: dict[str, str] = {}


def provides_public_home(function: Provider) -> Provider:
    """Register a function request → context for the public home page."""
    _public_panels.append(function)
    return function


@dataclass(frozen=True)
class DeskPanel:
    """A part of a role's home that a lower app draws: the template gets what the function returns."""

    roles: frozenset[str]
    template: str
    context: Provider


_desk_panels: list[DeskPanel] = []


def provides_desk_panel(*roles: str, template: str):
    """Register a function request → context for a panel on the home of these roles."""

    def register(function: Provider) -> Provider:
        _desk_panels.append(DeskPanel(frozenset(map(str, roles)), template, function))
        return function

    return register


def desk_panels(request) -> list[tuple[str, dict]]:
    return [(p.template, p.context(request)) for p in _desk_panels if role_of(request.user) in p.roles]


def desk_of(role: str, url_name: str) -> None:
    """Name the page that is a role's home."""
    _desks[str(role)] = url_name


@login_not_required
def home(request):
    """The public home: stage of the year, notices, publicity, certificate check, distribution."""
    context = {}
    for provider in _public_panels:
        context.update(provider(request))
    return render(request, "portal/home.html", context)


def desk(request):
    """Where a signed-in person begins: their role's own desk, or the plain list of what needs them."""
    url_name = _desks.get(role_of(request.user))
    if url_name:
        return redirect(url_name)
    return render(request, "portal/desk.html", {"today": today_of(request.user, last_act(request))})
