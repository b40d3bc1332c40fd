"""Exports in the background: asked for on a page, made by the worker, announced by a message.

The queue's own transaction only starts the work: the work itself commits as it goes, so that the page
can show how far it is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, cast

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.desk.notifications import Message, tell
from portal.kernel import audit, clock, outbox
from portal.models import ExportJob, StoredFile
from portal.shared.digests import Digester
from portal.shared.storage import store_private

log = structlog.get_logger(__name__)
IN_MEMORY = 8 * 1024 * 1024
ATTEMPTS = 3
LONGEST = 1800  # seconds: a package of a province draws some ten documents for each of its platforms
BLOCK = 1024 * 1024
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Exporter:
    """`write(job, out, progress)` reads with the asker's own rights; `name(job)` names the file."""

    write: Callable[[ExportJob, BinaryIO, Progress], None]
    name: Callable[[ExportJob], str]
    content_type: str


_exporters: dict[str, Exporter] = {}


def register_exporter(kind: str, exporter: Exporter) -> None:
    _exporters[kind] = exporter


@transaction.atomic
def request_export(kind: str, *, title: str, params: dict, by) -> ExportJob:
    """What is being made already is not made twice."""
    open_ones = (ExportJob.State.WAITING, ExportJob.State.RUNNING)
    same = ExportJob.objects.filter(kind=kind, params=params, requested_by=by, progress__in=open_ones).first()
    if same:
        return same
    job = ExportJob.objects.create(
        kind=kind, title=title[:200], params=params, requested_by=by, requested_at=clock.now()
    )
    audit.record(action="export", obj=job, by=by, facts={"kind": kind, "title": title, "params": params})
    outbox.send("export", key=f"export:{job.pk}", job=str(job.pk))
    return job


def resume_exports() -> int:
    """Take up what a killed worker left: no export lives longer than its time limit. Told after three times."""
    stale = timezone.now() - timedelta(seconds=LONGEST + 60)
    left = ExportJob.objects.filter(progress=ExportJob.State.RUNNING, started_at__lt=stale)
    with transaction.atomic():
        rows = list(left.select_for_update(skip_locked=True, of=("self",)).select_related("requested_by"))
        for job in rows:
            log.warning("export_was_left", job=str(job.pk), kind=job.kind, attempts=job.attempts)
            if job.attempts >= ATTEMPTS:
                job.progress = ExportJob.State.FAILED
                finish_export(job)
                continue
            job.progress, job.done = ExportJob.State.WAITING, 0
            job.save(update_fields=["progress", "done"])
            outbox.send("export", key=f"export:{job.pk}:{job.attempts}", job=str(job.pk))
    return len(rows)


def run_export(pk: str) -> None:
    """Make the file; whatever goes wrong ends in a job that says so, never in an empty file."""
    job = ExportJob.objects.select_related("requested_by").get(pk=pk)
    exporter = _exporters[job.kind]

    def progress(done: int, total: int) -> None:
        if total != job.total or done == total or done - job.done >= max(1, total // 50):
            job.done, job.total = done, total
            job.save(update_fields=["done", "total"])

    try:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as out:
            exporter.write(job, cast(BinaryIO, out), progress)
            job.file = _keep(job, cast(BinaryIO, out), exporter)
        job.progress = ExportJob.State.DONE
    except Exception:
        log.exception("export_failed", job=str(job.pk), kind=job.kind)
        job.progress = ExportJob.State.FAILED
    finish_export(job)


@transaction.atomic
def finish_export(job: ExportJob) -> None:
    """Keep the outcome and tell the asker."""
    job.finished_at = clock.now()
    job.save(update_fields=["file", "progress", "finished_at"])
    words = "已完成，请下载。" if job.file else "未成功，请重新导出；仍不成功请联系管理员。"
    message = Message([job.requested_by], f"导出{words[:3]}：{job.title}", words, reverse("export_list"))
    tell(message, key=f"export:{job.pk}")


def _keep(job: ExportJob, out: BinaryIO, exporter: Exporter) -> StoredFile:
    out.seek(0)
    digests, name = Digester(), exporter.name(job)
    while block := out.read(BLOCK):
        digests.update(block)
    return StoredFile.objects.create(
        owner_model=job._meta.label_lower,
        owner_id=job.pk,
        name=name,
        extension=name.rpartition(".")[2],
        content_type=exporter.content_type,
        size=digests.size,
        key=store_private(out, sha256=digests.sha256),
        sha256=digests.sha256,
        sm3=digests.sm3,
        state=StoredFile.State.CLEAN,
        scan=StoredFile.Scan.CLEAN,
        uploaded_by=job.requested_by,
        uploaded_at=clock.now(),
    )
