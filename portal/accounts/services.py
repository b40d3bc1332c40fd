"""Accounts: made and closed by the administrator, never deleted, every change on record."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.links import FORGOTTEN, send_link
from portal.accounts.tokens import end_tokens
from portal.kernel import audit
from portal.kernel.permissions import Role, forbid
from portal.models import AuditEvent, PortalSession, User

LINKS_AN_HOUR = 3
EDITABLE = ("name", "title", "role", "email", "phone", "is_active")


@transaction.atomic
def create_account(*, username: str, name: str, role: str, by, password: str | None = None, **fields) -> User:
    """A new account; without a password nobody can sign in until one is set."""
    user = User.objects.create_user(username, role=role, name=name, password=password, **fields)
    audit.record(action="create", obj=user, by=by or user, facts={"role": role, "username": username})
    return user


def note_verified(user: User) -> None:
    """The person has opened a letter at the registered address."""
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email_verified_at"])


def complete_username(wanted: str) -> str:
    """The name with four digits that nobody has: whether the name itself exists is told to nobody."""
    while True:
        name = f"{wanted}-{secrets.randbelow(9000) + 1000}"
        if not User.objects.filter(username__iexact=name).exists():
            return name


@transaction.atomic
def edit_account(user: User, *, by, **changes) -> User:
    """Change what may change; an account that is closed loses its sessions at once."""
    row = User.objects.select_for_update().get(pk=user.pk)
    before = {name: getattr(row, name) for name in EDITABLE}
    for name in EDITABLE:
        if name in changes:
            setattr(row, name, changes[name])
    if row.email != before["email"]:
        row.email_verified_at = None
    row.save(update_fields=[*EDITABLE, "email_verified_at"])
    changed = {
        name: [before[name], getattr(row, name)] for name in EDITABLE if before[name] != getattr(row, name)
    }
    if changed:
        audit.record(action="edit", obj=row, by=by, facts=changed)
    if not row.is_active or "role" in changed:
        end_sessions(row)
        end_tokens(row, by=by)
    return row


@transaction.atomic
def set_password(user: User, password: str, *, by) -> None:
    """Everybody's own act. A new password ends every other session of the account."""
    if by.pk != user.pk:
        forbid("密码只能由本人设置。")
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(action="set_password", obj=user, by=by)
    end_tokens(user, by=by)  # whoever had got in had keys made, too
    end_sessions(user)


@transaction.atomic
def ask_for_links(email: str) -> None:
    """A link to set a new password for every applicant's account with this address, three in an hour at most."""
    since = timezone.now() - timedelta(hours=1)
    for user in User.objects.select_for_update().filter(
        email__iexact=email, role=Role.APPLICANT, is_active=True
    ):
        asked = AuditEvent.objects.filter(
            stream=f"{user._meta.label_lower}:{user.pk}", action="user.ask_link", recorded_at__gt=since
        )
        if asked.count() < LINKS_AN_HOUR:
            send_link(user, by=None, kind=FORGOTTEN)


def end_sessions(user: User, *, but: str = "") -> None:
    """All of an account, or all but the browser that asks."""
    PortalSession.objects.filter(owner=user.pk).exclude(session_key=but).delete()
    user.open_sessions.exclude(key=but).delete()
