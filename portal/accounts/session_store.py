"""Sessions in the database, with whose they are in a column: to end somebody's takes one statement.

Every page of a desk begins with the session and its person: both are read by one request, in SQL that is written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from portal.shared.together import ask, written

_session: ContextVar[Any] = ContextVar("session", default=None)


class PortalSession(AbstractBaseSession):
    owner = models.UUIDField(null=True, db_index=True)

    class Meta:
        app_label = "portal"
        verbose_name = "会话"

    @classmethod
    def get_session_store_class(cls):
        return SessionStore


class SessionStore(DatabaseStore):
    # Whose it is, as read with it; still to be let in by the backend and the session's own hash.
    owner_found = None

    @classmethod
    def get_model_class(cls):
        return PortalSession

    def _validate_session_key(self, key):
        """Of the signs that keys are made of: whatever else a browser sends is no session, and none is asked for."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.owner = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self):
        key = self.session_key or ""
        rows, people = ask(written(_sessions, key), written(_people, key))
        row = next(iter(rows), None)
        if row is None or row.expire_date <= timezone.now():
            self._session_key = None
            return None
        self.owner_found = next(iter(people), None)
        return row


def _sessions(key: str) -> models.QuerySet:
    return PortalSession.objects.filter(pk=key)


def _people(key: str) -> models.QuerySet:
    return get_user_model().objects.filter(pk__in=_sessions(key).values("owner"))


@contextmanager
def looking_at(session) -> Iterator[None]:
    """Whose person the backend is offered within."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


def person_at_hand(key):
    """The person of this key if they came with the session that is just being looked at; who is none is asked for."""
    person = getattr(_session.get(), "owner_found", None)
    return person if person is not None and str(person.pk) == str(key) else None
