"""Verification of the trail: all checks one after the other, with progress, and with what was not looked at.

The worker carries it out (`verify_waiting`); no page waits for it. An incremental one walks the chains that grew
since the last verification that found nothing; a full one, every night, walks all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.kernel.audit import Break
from portal.models import AuditEvent, Leaf, VerificationRun
from portal.trail import comparing
from portal.trail.chains import walk_chains
from portal.trail.comparing import NotCompared
from portal.trail.seals import check_seals
from portal.trail.standing import compare_public_records

KEPT = 200  # breaks that a run keeps word for word


@dataclass
class Findings:
    breaks: list[Break] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)

    @property
    def agree(self) -> bool:
        return not self.breaks


Report = Callable[[str, int], None]


def verify_trail(since: VerificationRun | None = None, report: Report = lambda step, done: None) -> Findings:
    """All checks now, in this process."""
    findings = Findings()
    for step, check in _steps(since, report):
        report(step, 0)
        try:
            findings.breaks.extend(check)
        except NotCompared as reason:
            findings.not_done.append(str(reason))
    return findings


def _steps(since: VerificationRun | None, report: Report) -> Iterator[tuple[str, Iterator[Break]]]:
    streams = None
    if since is not None:
        grown = AuditEvent.objects.filter(pk__gt=since.last_event)
        streams = set(grown.order_by().values_list("stream", flat=True).distinct())
    yield "操作记录逐条衔接", walk_chains(streams, lambda done: report("操作记录逐条衔接", done))
    yield "封存的内容", check_seals()
    yield "现状与最近一次操作", comparing.replay_states()
    yield "公开记录与操作所记", compare_public_records()
    yield "公开日志", _with_log()
    first = since.last_leaf if since else 0
    yield "已公布的日志文件", comparing.compare_files(first, lambda done: report("已公布的日志文件", done))
    yield "见证方所见", comparing.compare_with_witnesses()


def _with_log() -> Iterator[Break]:
    if not Leaf.objects.exists():
        raise NotCompared("公开日志还没有检查点，没有与它比对")
    yield from comparing.compare_with_log()


def ask_for_verification(*, by, full: bool) -> VerificationRun:
    """Queue one, or return the one that is not finished yet."""
    waiting = VerificationRun.objects.filter(finished_at=None).first()
    return waiting or VerificationRun.objects.create(asked_by=by, asked_at=timezone.now(), is_full=full)


def run_waiting() -> int:
    """Carry out the oldest one that waits; 0 when none does. A run that a killed worker left is begun anew."""
    with transaction.atomic():
        rows = VerificationRun.objects.select_for_update(skip_locked=True).filter(finished_at=None)
        run = rows.order_by("id").first()
        if run is None or (run.started_at and (timezone.now() - run.started_at).total_seconds() < 3600):
            return 0
        run.started_at, run.total = timezone.now(), AuditEvent.objects.count()
        run.last_event = AuditEvent.objects.aggregate(at=Max("pk"))["at"] or 0
        run.last_leaf = Leaf.objects.aggregate(at=Max("number"))["at"] or 0
        run.save()
    finish(run)
    return run.pk


def finish(run: VerificationRun) -> None:
    def report(step: str, done: int) -> None:
        VerificationRun.objects.filter(pk=run.pk).update(step=step, done=done)

    findings = verify_trail(None if run.is_full else last_clean_before(run), report)
    run.breaks = [[found.stream, found.sequence, found.sentence] for found in findings.breaks[:KEPT]]
    run.break_count, run.not_done = len(findings.breaks), findings.not_done
    run.finished_at, run.done, run.step = timezone.now(), run.total, ""
    run.save()


def last_clean_before(run: VerificationRun) -> VerificationRun | None:
    return VerificationRun.objects.filter(pk__lt=run.pk, break_count=0).exclude(finished_at=None).first()
