"""Celery's scheduler, which shows that it goes round."""

from __future__ import annotations

from celery.beat import PersistentScheduler

from portal.operations.liveness import mark_alive


class Scheduler(PersistentScheduler):
    def tick(self, *args, **kwargs):
        mark_alive("beat")
        return min(super().tick(*args, **kwargs), 20.0)
