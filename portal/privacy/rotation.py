"""Rotation: everything sealed with an older key or algorithm is sealed anew, row by row, and goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from portal.privacy import crypto
from portal.privacy.fields import PrivateField, private_fields

BATCH = 200


def count_older(field: PrivateField) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{field.model._meta.db_table}" WHERE {_older(field)}', _head())
        return cursor.fetchone()[0]


def rotate() -> Iterator[tuple[PrivateField, int, int]]:
    """After every batch: which field, how many of it are done, how many there were."""
    for field in private_fields():
        total, done = count_older(field), 0
        while moved := _rotate_batch(field):
            done += moved
            yield field, done, total


@transaction.atomic
def _rotate_batch(field: PrivateField) -> int:
    table, key, column = field.model._meta.db_table, field.model._meta.pk.column, field.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{key}", "{column}" FROM "{table}" WHERE {_older(field)} LIMIT {BATCH} FOR UPDATE SKIP LOCKED',
            _head(),
        )
        rows = cursor.fetchall()
        for pk, sealed in rows:
            plain = crypto.unseal(sealed, place=field.place)
            anew = crypto.seal(plain, place=field.place, searchable=field.searchable)
            cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', [anew, pk])
    return len(rows)


def _older(field: PrivateField) -> str:
    return f'"{field.column}" <> \'\' AND NOT starts_with("{field.column}", %s)'


def _head() -> list[str]:
    return [crypto.head_of_newest()]
