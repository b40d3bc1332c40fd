"""Received files are looked into by the worker: inspection and page pictures in a child, then the scanner.

Neither store nor scanner nor child is ever waited for inside a transaction. What cannot be judged now waits and is
tried again; each file by itself, so that none holds up another.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from portal.files import scanner
from portal.files.inspection import Verdict, judge
from portal.files.pages import keep_pages
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import SYSTEM
from portal.models import StoredFile
from portal.shared.refusal import UploadRefused
from portal.shared.storage import StoreUnavailable, open_private

State, Scan = StoredFile.State, StoredFile.Scan
LOST_AFTER = timedelta(minutes=5)
BUDGET = 240.0  # seconds of one round over the waiting files
PATIENCE, LONG_PATIENCE = 25.0, 120.0  # seconds for the scanner: with others waiting behind, and in a round
TRIES = 3  # for a child that ran out of the clock's time, which may be the machine's fault


def check_file(pk, *, patience: float = PATIENCE) -> str:
    """Judge one file; returns its state afterwards. Does nothing to a file that is judged already."""
    file = StoredFile.objects.filter(pk=pk, state__in=(State.RECEIVED, State.WAITING)).first()
    if file is None:
        return ""
    try:
        with open_private(file.key) as content:
            found = judge(content, file.extension)
            if found.code:
                return _judged(file, found)
            scan = scanner.scan(content, patience=patience)
    except UploadRefused as infected:
        return _settle(file, State.REFUSED, refusal=infected.sentence, scan=Scan.INFECTED)
    except (StoreUnavailable, FileNotFoundError):
        return _wait(file)
    if scan == "quarantined":
        return _wait(file)
    keep_pages(file.sha256, found.pictures)
    return _settle(file, State.CLEAN, scan=scan, pages=found.pages)


def check_waiting() -> int:
    """A round over what waits and what was lost on the way; returns how many were judged."""
    started, judged = time.monotonic(), 0
    scanner.breaker.worked()  # whether it answers again is what is to be found out
    lost = Q(state=State.RECEIVED, uploaded_at__lt=clock.now() - LOST_AFTER)
    waiting = StoredFile.objects.filter(lost | Q(state=State.WAITING)).order_by(
        F("asked_at").asc(nulls_first=True), "uploaded_at"
    )
    for pk in list(waiting.values_list("pk", flat=True)[:500]):
        judged += check_file(pk, patience=LONG_PATIENCE) in (State.CLEAN, State.REFUSED)
        if time.monotonic() - started > BUDGET:
            break
    return judged


def _judged(file: StoredFile, found: Verdict) -> str:
    if found.code == "heavy_wall" and file.tries < TRIES:
        return _wait(file)
    return _settle(file, State.REFUSED, refusal=found.sentence)


def _wait(file: StoredFile) -> str:
    StoredFile.objects.filter(pk=file.pk, state__in=(State.RECEIVED, State.WAITING)).update(
        state=State.WAITING, tries=F("tries") + 1, asked_at=clock.now()
    )
    return State.WAITING


@transaction.atomic
def _settle(file: StoredFile, state: str, **found) -> str:
    row = StoredFile.objects.select_for_update().get(pk=file.pk)
    if not row.is_unchecked:
        return row.state
    row.state = state
    for name, value in found.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *found])
    facts = {"state": state, "scan": row.scan, "refusal": row.refusal, "sha256": row.sha256}
    audit.record(action="scan", obj=row, by=SYSTEM, facts=facts)
    outbox.send("file_checked", key=f"file_checked:{row.pk}", file=str(row.pk))
    return state
