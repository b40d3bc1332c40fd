"""Signing in by two steps: after the password a session is half signed in, and no page takes it for a person.

Whoever has passed both carries the time of the last proof; signing asks again when it is old.
"""

from __future__ import annotations

import time

from django.contrib.auth import login, logout
from django.http import HttpRequest

from portal.accounts import factors
from portal.kernel.permissions import role_of
from portal.kernel.request import own_address
from portal.models import User

HALF, PROVEN = "half_signed_in", "second_factor_at"
HALF_FOR = 10 * 60  # seconds from the password to the second factor
FRESH_FOR = 5 * 60  # seconds in which a proof serves for several signatures


def begin(request: HttpRequest, user: User, target: str) -> None:
    """The password was right; the session is renewed and knows who may now prove the second factor."""
    if request.user.is_authenticated:
        logout(request)  # what one person proves is no proof for another's open session
    request.session.cycle_key()
    request.session[HALF] = {
        "user": str(user.pk),
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "at": int(time.time()),
        "next": own_address(target),
    }


def person_of(request: HttpRequest) -> User | None:
    """Who is half signed in, while the ten minutes last and the password is still the same."""
    half = request.session.get(HALF)
    if not half or time.time() - half["at"] > HALF_FOR:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == half["hash"] else None


def complete(request: HttpRequest, user: User) -> str:
    """Both steps are done: signs in and says where to go. For a person who is in already: notes the proof."""
    target = ""
    if request.user.is_authenticated and request.user.pk == user.pk:
        note_proof(request)
    else:
        half = request.session.pop(HALF)
        target = half["next"]
        login(request, user, backend=half["backend"])
        note_proof(request)
    return target


def note_proof(request: HttpRequest) -> None:
    request.session[PROVEN] = int(time.time())


def must_prove(request: HttpRequest) -> bool:
    """Whether an act of weight asks for the second factor now."""
    if time.time() - request.session.get(PROVEN, 0) <= FRESH_FOR:
        return False
    return bool(role_of(request.user)) and factors.is_needed(request.user)
