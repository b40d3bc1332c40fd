"""Simulated years in a test's own transaction, and the register held against what is on record."""

from __future__ import annotations

from datetime import date, timedelta

from platforms.register.queries import as_of
from portal.kernel import clock
from portal.models import AuditEvent
from training.simulation.life import Life


def live(*, years: int, dossiers: int, seed: int = 1) -> Life:
    life = Life(seed=seed, years=years, dossiers=dossiers, last_year=2026, say=lambda text: None)
    life.live()
    return life


def assert_register_follows_the_record() -> None:
    """Art. 10, 12: on every day on which anything changed, and on its eve, the register "as of" that day holds
    exactly the titles that the audit trail alone says were granted and not yet ended."""
    granted, ended = {}, {}
    for event in AuditEvent.objects.filter(stream__startswith="platforms.designation:").order_by("pk"):
        title, day = event.stream.partition(":")[2], clock.day_of(event.at)
        granted.setdefault(title, day)
        if event.after in ("REVOKED", "SURRENDERED", "ENDED"):
            ended[title] = day
    changes = {*granted.values(), *ended.values()}
    assert len(changes) > 2
    for day in sorted(changes | {day - timedelta(days=1) for day in changes}):
        alive = {title for title in granted if granted[title] <= day < ended.get(title, date.max)}
        assert {str(pk) for pk in as_of(day).values_list("pk", flat=True)} == alive, day
