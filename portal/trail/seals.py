"""Seals compared with their rows: what was changed, put in or taken away behind the triggers' back."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, models

from portal.kernel.audit import Break
from portal.models import SignOff
from portal.privacy.crypto import Unreadable
from portal.shared.digests import canonical_json, sha256_hex
from portal.trail.sealing import describe_seal, sealed_models

# One statement a table: moments are compared in UTC, which is the connection's time zone.
CHANGED = """
  SELECT s."row", CASE WHEN t."{key}" IS NULL THEN '封存的记录已不在库中' ELSE '封存的内容被改动' END
  FROM portal_seal s LEFT JOIN "{table}" t ON t."{key}"::text = s."row"
  WHERE s."table" = %(table)s AND (
    t."{key}" IS NULL OR (
      (s.while_state = '' OR (to_jsonb(t) ->> 'state' = s.while_state AND s.id = (
        SELECT max(n.id) FROM portal_seal n
        WHERE n."table" = s."table" AND n."row" = s."row" AND n.while_state = s.while_state)))
      AND portal_row_digest(to_jsonb(t), s.columns, s.salt) <> s.digest))
"""
UNSEALED = """
  SELECT t."{key}"::text, '没有封存摘要，不是经系统写入的' FROM "{table}" t
  WHERE NOT EXISTS (
    SELECT 1 FROM portal_seal s WHERE s."table" = %(table)s AND s."row" = t."{key}"::text AND s.while_state = '')
"""
# What was filled in once has its own seal: filled in behind the triggers it has none. ("once" is a list of columns.)
UNSEALED_ONCE = """
  SELECT t."{key}"::text, '封存的内容被补填，不是经系统写入的' FROM "{table}" t, unnest(%(once)s::text[]) c
  WHERE to_jsonb(t) -> c <> 'null'::jsonb AND NOT EXISTS (
    SELECT 1 FROM portal_seal s
    WHERE s."table" = %(table)s AND s."row" = t."{key}"::text AND s.while_state = '' AND s.columns::text[] = ARRAY[c])
"""
TWICE = """
  SELECT s."row", '封存摘要多于一份' FROM portal_seal s
  WHERE s."table" = %(table)s AND s.while_state = '' GROUP BY s."row", s.columns HAVING count(*) > 1
"""


def check_seals() -> Iterator[Break]:
    """Yield every sealed row that does not stand as it was sealed."""
    for model in sealed_models():
        yield from check_table(model)
    yield from check_signed_words()


def check_signed_words() -> Iterator[Break]:
    """What two persons were shown can be sealed with another key and stays bound by its digest, which is sealed."""
    for key in SignOff.objects.order_by("pk").values_list("pk", flat=True):
        try:
            shown, digest = SignOff.objects.values_list("shown", "digest").get(pk=key)
            agrees = sha256_hex(canonical_json(shown).encode()) == digest
        except (Unreadable, ValueError):
            agrees = False
        if not agrees:
            yield Break(f"{SignOff._meta.verbose_name} {key}", 0, "审签人所见的内容被改动")


def check_table(model: type[models.Model]) -> Iterator[Break]:
    names = {"table": model._meta.db_table, "key": model._meta.pk.column}
    facts = {"table": names["table"], "once": describe_seal(model)["once"]}
    for statement in (CHANGED, UNSEALED, UNSEALED_ONCE, TWICE):
        with connection.cursor() as cursor:
            cursor.execute(statement.format(**names), facts)
            rows = sorted(cursor.fetchall())
        for key, sentence in rows:
            yield Break(f"{model._meta.verbose_name} {key}", 0, sentence)
