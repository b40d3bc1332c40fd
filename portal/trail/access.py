"""Access on record: who signed in, tried to, signed out or was refused, when and from which address.

Kept half a year (ACCESS_KEPT_DAYS; Cybersecurity Law, Art. 23: no less than six months), then pruned by the clock.
Until then nothing of it can be changed or deleted: the table's trigger knows the term.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from portal.kernel.daily import daily
from portal.kernel.request import client_address, current_request_id
from portal.models import Access

UNKNOWN = "（没有此用户名）"  # what was typed may be a password, so it is not kept


@receiver(user_logged_in)
def note_sign_in(sender, request, user, **kwargs) -> None:
    note(request, Access.Kind.SIGNED_IN, user=user)


@receiver(user_logged_out)
def note_sign_out(sender, request, user, **kwargs) -> None:
    if user is not None:
        note(request, Access.Kind.SIGNED_OUT, user=user)


@receiver(user_login_failed)
def note_failure(sender, credentials, request=None, **kwargs) -> None:
    typed = credentials.get("username") or ""
    user = get_user_model().objects.filter(username=typed).first()
    note(request, Access.Kind.FAILED, user=user, username="" if user else UNKNOWN)


def note_refusal(request, reason: str) -> None:
    """A signed-in person asked for what the role does not hold."""
    if request.user.is_authenticated:
        note(request, Access.Kind.REFUSED, user=request.user, reason=reason)


def note(request, kind: str, *, user, username: str = "", reason: str = "") -> None:
    Access.objects.create(
        kind=kind,
        user=user,
        username=username or (user.username if user else ""),
        address=client_address(request)[:45] if request else "",
        path=request.path[:200] if request else "",
        reason=reason[:200],
        request_id=current_request_id(),
        at=timezone.now(),
    )


@daily
def prune_access(day: date) -> None:
    """What is older than the term goes; real time counts, in training too."""
    Access.objects.filter(at__lt=timezone.now() - timedelta(days=settings.ACCESS_KEPT_DAYS)).delete()
