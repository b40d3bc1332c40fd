"""Changes that only the database's owner could make, with the guards switched off."""

from __future__ import annotations

from contextlib import contextmanager

from django.db import connection


@contextmanager
def unsealed(model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        for act in ("DISABLE", "ENABLE"):
            # A table with checks that wait for the end of the transaction cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} {act} TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            if act == "DISABLE":
                yield
