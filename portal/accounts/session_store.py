"""Sessions in the database, with whose they are in a column: to end somebody's takes one statement."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class PortalSession(AbstractBaseSession):
    owner = models.UUIDField(null=True, db_index=True)

    class Meta:
        app_label = "portal"
        verbose_name = "会话"

    @classmethod
    def get_session_store_class(cls):
        return SessionStore


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls):
        return PortalSession

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.owner = data.get(SESSION_KEY)
        return row
