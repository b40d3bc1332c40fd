"""Many dossiers with real content: the demonstration's own, filed through the services, multiplied in the database.

Every row that hangs on a unit (platforms, titles, dossiers, materials, files, rows of rosters, findings, overlaps,
evaluations, sheets, corrections, entries in notices, notifications, and the unit's and the experts' accounts) is written
again under keys computed from its own; events by COPY, each chain hashed anew. As superuser with triggers off, so without
seals: only in a database that is thrown away.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from applications.models import Application, Cycle, MaterialFile, RosterRow
from platforms.models import Designation, Organisation, Platform
from portal.kernel.audit import chain_hash
from portal.models import AuditEvent, Notification, StoredFile, User
from portal.shared.search import bigrams, initials, sort_key
from review.models import Expert

FULL = int(
    os.environ.get("BENCH_FULL", "10000")
)  # so many dossiers with all files, rows of rosters and events, beyond it a tenth
STRIDE = 10_000_000
HEAVY = (RosterRow, MaterialFile, StoredFile)
LEFT = {"platforms_importrow", "platforms_importrow_candidates"}  # a list of names as it was sent
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CITIES = "杭州 南京 成都 西安 武汉 长沙 合肥 福州 济南 郑州 沈阳 长春 昆明 贵阳 南宁 兰州".split()
WORDS = "云帆 联创 中科 安泰 华信 智造 启明 汇通 远航 众联 金桥 星火 博远 瑞丰 同济 天成".split()
FIELDS = "技术创新 融资 检验检测 节能环保 创业孵化 人才培训 管理咨询 电子商务 现代物流 信息化".split()


def seed(count: int) -> dict[str, int]:
    """Multiply what is there until the running year has at least `count` dossiers; how many rows there are then."""
    year = Application.objects.filter(cycle__in=Cycle.objects.filter(programme=None)).order_by("-cycle__year")
    there = Application.objects.filter(cycle=year.first().cycle).count()
    times = -(-count // there) - 1
    multiply_units(times, few=times if count <= FULL else -(-times // 10))
    counted = (Application, Designation, RosterRow, MaterialFile, AuditEvent, Notification)
    return {model._meta.label: model._base_manager.count() for model in counted}


def multiply_units(times: int, *, few: int | None = None) -> None:
    """Every unit and what hangs on it so many times more; files, rows of rosters and events of only a few of them."""
    if times < 1:
        return
    few = times if few is None else few
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        copied = rows_to_copy(cursor)
        for model in copied:
            multiply(cursor, model, copied, few if model in HEAVY else times)
        copy_events(cursor, copied, few)
        name_titles(cursor)
        for model in apps.get_models(include_auto_created=True):
            _follow_sequence(cursor, model)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def rows_to_copy(cursor) -> list[type[models.Model]]:
    """Everything that hangs on a unit, its keys in a table `src_…`; with the files and the accounts they name."""
    found: dict[type[models.Model], None] = {}

    def take(model: type[models.Model], condition: str) -> bool:
        table, key = model._meta.db_table, model._meta.pk.column
        cursor.execute(
            f'CREATE TEMP TABLE IF NOT EXISTS "src_{table}" AS SELECT "{key}" AS key FROM "{table}" LIMIT 0'
        )
        cursor.execute(
            f'INSERT INTO "src_{table}" SELECT "{key}" FROM "{table}" t WHERE ({condition}) AND NOT EXISTS '
            f'(SELECT 1 FROM "src_{table}" s WHERE s.key = t."{key}")'
        )
        found.setdefault(model)
        return cursor.rowcount > 0

    take(Organisation, "true")
    ours = [
        m for m in apps.get_models(include_auto_created=True) if m._meta.app_label not in ("portal", "auth")
    ]
    more = True
    while more:
        more = False
        for model in ours:
            for column, parent in _parents(model):
                if parent in found and parent in ours and model._meta.db_table not in LEFT:
                    more |= take(model, f'"{column}" IN (SELECT key FROM "src_{parent._meta.db_table}")')
    for model in [*found]:
        for column, parent in _parents(model):
            if parent is StoredFile:
                take(
                    parent,
                    f'id IN (SELECT "{column}" FROM "{model._meta.db_table}" t JOIN "src_{model._meta.db_table}" s ON s.key = t."{model._meta.pk.column}")',
                )
    take(Expert, "true")
    take(User, "role IN ('applicant', 'expert')")
    take(Notification, "true")
    return list(found)


def multiply(cursor, model, copied, times: int) -> None:
    table, columns, values = model._meta.db_table, [], []
    singular = _kept_apart(model, copied)
    parents = dict(_parents(model))
    for field in model._meta.concrete_fields:
        columns.append(f'"{field.column}"')
        own = f't."{field.column}"'
        if field.column in parents and parents[field.column] in copied:
            parent = parents[field.column]._meta.db_table
            values.append(
                f'CASE WHEN {own} IN (SELECT key FROM "src_{parent}") THEN {_again(field, own)} ELSE {own} END'
            )
        elif field.primary_key or (isinstance(field, models.UUIDField) and field.unique):
            values.append(_again(field, own))
        elif field.column in singular:
            length = (field.max_length or 40) - 10
            values.append(f"left({own}, {length}) || lpad((s.place * 100000 + n)::text, 10, '0')")
        elif (model, field.column) in NAMES:
            values.append(NAMES[model, field.column])
        else:
            values.append(own)
    cursor.execute(
        f'INSERT INTO "{table}" ({", ".join(columns)}) SELECT {", ".join(values)} FROM "{table}" t '
        f'JOIN (SELECT key, row_number() OVER (ORDER BY key) AS place FROM "src_{table}") s ON s.key = t."{model._meta.pk.column}" '
        f"CROSS JOIN generate_series(1, {times}) n"
    )


def again(key: str, number: int) -> str:
    """The key of a copy, as the database computes it too."""
    if key.isdecimal():
        return str(int(key) + number * STRIDE)
    return str(uuid.UUID(hashlib.md5(f"{key}:{number}".encode()).hexdigest()))  # noqa: S324  no secret


def _again(field, own: str) -> str:
    target = field.target_field if field.is_relation else field
    while target.is_relation:
        target = target.target_field
    if isinstance(target, models.UUIDField):
        return f"md5({own}::text || ':' || n)::uuid"
    return f"{own} + n::bigint * {STRIDE}"


def _parents(model) -> Iterator[tuple[str, type[models.Model]]]:
    for field in model._meta.concrete_fields:
        if field.is_relation:
            yield field.column, field.related_model


def _kept_apart(model, copied) -> set[str]:
    """A column of text in each unique constraint that the copied keys alone don't satisfy."""
    sets = [(field.name,) for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    sets += [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    found = set()
    for names in sets:
        fields = [model._meta.get_field(name) for name in names]
        if any(
            (f.is_relation and f.related_model in copied) or (isinstance(f, models.UUIDField) and f.unique)
            for f in fields
        ):
            continue
        found |= {next(f.column for f in fields if isinstance(f, models.CharField | models.TextField))}
    return found


def _name(key: str) -> str:
    dice = f"('x' || substr(md5({key}::text || n), 1, 6))::bit(24)::int"
    parts = [
        f"(ARRAY{list(words)!r})[1 + {dice} / {step} % {len(words)}]"
        for words, step in ((CITIES, 1), (WORDS, 16), (FIELDS, 256))
    ]
    return f"{parts[0]} || {parts[1]} || '中小企业' || {parts[2]} || '服务平台' || n"


NAMES = {
    (Platform, "name"): _name("t.id"),
    (Designation, "platform_name"): _name("t.platform_id"),
    (Organisation, "name"): "replace(t.name, '有限公司', '') || n || '有限公司'",
    (Application, "due_on"): "t.due_on + n % 20",
}


def name_titles(cursor) -> None:
    """What the register is searched and sorted by."""
    rows = list(Designation.objects.values_list("pk", "platform_name", "organisation_name", "number"))
    cursor.execute("CREATE TEMP TABLE words (id uuid, initials text, sort_key text, search text)")
    with cursor.copy("COPY words FROM STDIN") as into:
        for pk, platform, unit, number in rows:
            into.write_row(
                (pk, initials(platform), sort_key(platform), f"{bigrams(platform)} {bigrams(unit)} {number}")
            )
    cursor.execute(
        "UPDATE platforms_designation d SET initials = w.initials, sort_key = w.sort_key, "
        "search = to_tsvector('simple', w.search) FROM words w WHERE w.id = d.id"
    )


def copy_events(cursor, copied, times: int) -> None:
    """Chains as valid as the first: each copy's text names the copied rows and is hashed anew."""
    keys = set()
    for model in copied:
        cursor.execute(f'SELECT key::text FROM "src_{model._meta.db_table}"')
        keys |= {(model._meta.label_lower, key) for (key,) in cursor.fetchall()}
    names = {key for _, key in keys if not key.isdecimal()}
    fields = [field.attname for field in AuditEvent._meta.concrete_fields if field.name != "id"]
    events = [
        event
        for event in AuditEvent.objects.order_by("stream", "sequence").iterator()
        if tuple(event.stream.split(":", 1)) in keys
    ]
    names |= {str(event.uuid) for event in events}

    def anew(text: str, number: int) -> str:
        return UUIDS.sub(lambda m: again(m[0], number) if m[0] in names else m[0], text)

    columns = ", ".join(f'"{name}"' for name in fields)
    with cursor.copy(f"COPY portal_auditevent ({columns}) FROM STDIN") as into:
        for number in range(1, times + 1):
            previous = ("", "")
            for event in events:
                row = {name: getattr(event, name) for name in fields}
                stream, root = (_moved(row[name], keys, number) for name in ("stream", "root"))
                body = anew(event.body, number).replace(f'"{event.stream}"', f'"{stream}"')
                row |= {
                    "uuid": again(str(event.uuid), number),
                    "stream": stream,
                    "root": root,
                    "body": body.replace(f'"{event.root}"', f'"{root}"'),
                    "actor_id": event.actor_id and anew(str(event.actor_id), number),
                    "previous_hash": previous[1] if previous[0] == stream else event.previous_hash,
                }
                row["hash"] = chain_hash(row["previous_hash"], row["body"])
                previous = (stream, row["hash"])
                into.write_row([row[name] for name in fields])


def _moved(place: str, keys: set, number: int) -> str:
    label, key = place.split(":", 1)
    return f"{label}:{again(key, number)}" if (label, key) in keys else place


def _follow_sequence(cursor, model) -> None:
    if isinstance(model._meta.pk, models.AutoField | models.BigAutoField):
        table, key = model._meta.db_table, model._meta.pk.column
        cursor.execute(
            f"""SELECT setval(pg_get_serial_sequence('"{table}"', '{key}'), greatest((SELECT max("{key}") FROM "{table}"), 1))"""
        )
