"""The worker's side of an export: the queue's own transaction only starts it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.exports.services import LONGEST, run_export
from portal.kernel import outbox
from portal.models import ExportJob


@outbox.handler("export", label="导出", seconds=LONGEST)
def start_export(job: str) -> None:
    ExportJob.objects.filter(pk=job).update(
        progress=ExportJob.State.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1
    )
    transaction.on_commit(lambda: run_export(job))
