"""G7: a million events made in chains, published as a log, and verified whole; only the verification is timed.

python -m bench.assurance.trail [--events 1000000]

Events are copied into a database that is thrown away, with the hashes that `record` would have given them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.assurance.filing import migrated_cluster
from bench.site import Site, cpu

MOST = 60  # seconds for a million
IN_A_STREAM = 20
BEGAN = datetime(2026, 1, 5, 1, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="portal-trail-"))
    cluster = migrated_cluster(folder)
    try:
        site = Site(cluster, folder, "trail", template="portal")
        os.environ.update(
            site.env
            | {"LOG_DIR": str(folder / "log"), "LOG_KEY_FILE": str(folder / "log.key"), "LOG_WITNESSES": ""}
        )
        site.env.update(os.environ)
        return measure(options.events, site.postmaster)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def measure(count: int, postmaster: int) -> int:
    import django

    django.setup()
    from django.db import connection

    from portal.models import AuditEvent
    from portal.trail import log
    from portal.trail.verification import verify_trail

    columns = [field.column for field in AuditEvent._meta.concrete_fields if field.column != "id"]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_auditevent DISABLE TRIGGER USER")
        into = f"COPY portal_auditevent ({', '.join(columns)}) FROM STDIN"
        with cursor.copy(into) as copy:
            for row in rows(count, columns):
                copy.write_row(row)
        cursor.execute("ALTER TABLE portal_auditevent ENABLE TRIGGER USER")
        cursor.execute("ANALYZE")
    print(f"{count} events copied", file=sys.stderr)
    began = time.monotonic()
    log.publish()
    published = time.monotonic() - began
    began, own, database = time.monotonic(), time.process_time(), cpu(postmaster)
    findings = verify_trail(
        report=lambda step, done: done or print(f"{time.monotonic() - began:.0f} s {step}", file=sys.stderr)
    )
    seconds, own = time.monotonic() - began, time.process_time() - own
    used = own + (cpu(postmaster) - database) / 1000
    for found in findings.breaks[:5]:
        print(found)
    events = AuditEvent.objects.count()
    print(
        f"{events:,} events verified whole in {used:.0f} s of the processor ({own:.0f} s without the database's; {seconds:.0f} s by the clock), "
        f"{len(findings.breaks)} breaks; published in {published:.0f} s; at most {MOST} s per million"
    )
    return 0 if not findings.breaks and used <= MOST * events / 1_000_000 else 1


def rows(count: int, columns: list[str]) -> Iterator[list]:
    import uuid

    from portal.kernel import audit
    from portal.models import AuditEvent

    digest = audit.GENESIS
    for number in range(count):
        stream, sequence = divmod(number, IN_A_STREAM)
        at = BEGAN + timedelta(seconds=number)
        event = AuditEvent(
            uuid=uuid.UUID(int=number + 1),
            stream=f"bench.case:{stream}",
            sequence=sequence + 1,
            root=f"bench.case:{stream}",
            action="case.note",
            actor_label="审核员",
            object_label=f"第 {stream} 件",
            note="材料齐全，予以受理。",
            at=at,
            recorded_at=at,
            request_id=f"{number:032x}",
            address="10.0.0.1",
        )
        event.previous_hash = audit.GENESIS if sequence == 0 else digest
        event.body = audit.canonical_json({**event.signed_columns(), "facts": {"number": number}})
        event.hash = digest = audit.chain_hash(event.previous_hash, event.body)
        yield [getattr(event, name) for name in columns]


if __name__ == "__main__":
    sys.exit(main())
