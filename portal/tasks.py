"""Celery's entry points: leaves that take primitives and call a service."""

from __future__ import annotations

from celery import shared_task

from portal.desk import bounces
from portal.exports import services as exporting
from portal.files import checking
from portal.kernel import daily, outbox
from portal.opendata.bulk import write_bulk_files as write_files
from portal.operations import health
from portal.trail import log, verification


@shared_task
def handle_outbox(message_id: int) -> bool:
    return outbox.handle(message_id)


@shared_task
def run_due_days() -> int:
    return daily.run_due_days()


@shared_task(time_limit=900, soft_time_limit=870)
def publish_log() -> int:
    """Asked every half minute; a checkpoint is due every hour, or when somebody waits for a proof."""
    return log.publish().size if log.is_due() else 0


@shared_task(time_limit=3600, soft_time_limit=3500)
def verify_waiting() -> int:
    return verification.run_waiting()


@shared_task
def ask_nightly_verification() -> None:
    verification.ask_for_verification(by=None, full=True)


@shared_task(soft_time_limit=420, time_limit=450)
def check_waiting_files() -> int:
    return checking.check_waiting()


@shared_task
def resume_exports() -> int:
    return exporting.resume_exports()


@shared_task
def write_bulk_files() -> int:
    return len(write_files())


@shared_task
def read_bounces() -> int:
    """Letters that came back; nothing where no mailbox is named."""
    return bounces.read_mailbox()


@shared_task
def show_life() -> None:
    """Through beat, broker and worker into the database: when it stops, one of them has."""
    health.note_sign("worker")
    health.note_findings()


@shared_task
def prune() -> dict[str, int]:
    return health.prune()
