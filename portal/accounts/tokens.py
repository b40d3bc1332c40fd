"""Keys for programs: issued by their owner, shown once, ended by the owner or with the account.

A key opens what it was issued for and nothing else: no page takes it for a session, and what an interface does not
offer cannot be done with it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.kernel import audit
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import AccessToken, User

Purpose = AccessToken.Purpose
GOOD_FOR = timedelta(days=365)
MOST = 5
NOTE_EVERY = timedelta(minutes=1)
ROLES = {Purpose.CALENDAR: frozenset(Role) - {Role.PUBLIC}, Purpose.PROVINCE: frozenset({Role.RECOMMENDER})}


def purposes_for(user: User) -> list[tuple[str, str]]:
    return [(purpose.value, purpose.label) for purpose in Purpose if user.role in ROLES[purpose]]


def standing_tokens(user: User):
    return user.tokens.filter(ended_at=None, expires_at__gt=timezone.now())


@transaction.atomic
def issue_token(user: User, *, purpose: str, label: str) -> str:
    """The key itself, this once; only its digest is kept."""
    User.objects.select_for_update().get(pk=user.pk)
    if user.role not in ROLES[Purpose(purpose)]:
        raise TransitionBlocked(["您的身份没有此种令牌。"])
    if standing_tokens(user).count() >= MOST:
        raise TransitionBlocked([f"最多同时有 {MOST} 个令牌，请先停用不再使用的。"])
    key = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        user=user, purpose=purpose, label=label, digest=digest_of(key), expires_at=timezone.now() + GOOD_FOR
    )
    audit.record(action="issue_token", obj=user, by=user, facts={"purpose": purpose, "label": label})
    return key


@transaction.atomic
def end_tokens(user: User, *, by, **which) -> int:
    """All of the account, or those that `which` names; each on record."""
    rows = list(user.tokens.select_for_update().filter(ended_at=None, **which))
    for row in rows:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        audit.record(action="end_token", obj=user, by=by, facts={"purpose": row.purpose, "label": row.label})
    return len(rows)


def find_token(key: str, purpose: str, *, address: str) -> AccessToken | None:
    """The key's row while it stands and its owner may have one; notes that it was used, once a minute at most."""
    row = AccessToken.objects.select_related("user").filter(digest=digest_of(key), purpose=purpose).first()
    now = timezone.now()
    if row is None or row.ended_at or row.expires_at <= now:
        return None
    if not row.user.is_active or row.user.role not in ROLES[Purpose(purpose)]:
        return None
    if row.used_at is None or now - row.used_at >= NOTE_EVERY:
        AccessToken.objects.filter(pk=row.pk).update(used_at=now, address=address[:45])
    return row


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
