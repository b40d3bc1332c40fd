"""Small public pages: contacts, site map, elder mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.kernel.request import own_address

ELDER_FOR = 60 * 60 * 24 * 365  # seconds


_contact_providers: list[Callable[[], Iterable]] = []


def provides_contacts(function):
    """Register a list of offices with their contacts for the public."""
    _contact_providers.append(function)
    return function


@login_not_required
def contacts(request):
    offices = [row for provider in _contact_providers for row in provider()]
    return render(request, "portal/contacts.html", {"offices": offices})


@login_not_required
def site_map(request):
    return render(request, "portal/site_map.html")


@login_not_required
@require_safe
def elder_toggle(request):
    """Larger type and one column, remembered in a cookie so that the server renders it.

    A link that names the wish, not a form: a page with a form's token could not be kept as a copy.
    """
    response = redirect(own_address(request.GET.get("next", ""), "/"))
    if request.GET.get("mode") != "elder":
        response.delete_cookie("elder")
    else:
        response.set_cookie("elder", "1", max_age=ELDER_FOR, samesite="Lax", httponly=True)
    return response
