"""What 系统状况 finds: since when, until it is in order again, and whether the trail holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.kernel.permissions import Role
from portal.models import HealthSign, ProcessSign, VerificationRun
from portal.operations import health
from portal.trail.health import check_trail
from tests.factories import dossiers, people


def test_since_when_is_kept_until_it_is_in_order(db):
    health.note_findings()
    first = HealthSign.objects.get(code="relay").since
    HealthSign.objects.update(since=first - timedelta(hours=3))
    health.note_findings()
    shown = next(row for row in health.examine() if row.code == "relay")
    assert shown.since == first - timedelta(hours=3)
    ProcessSign.objects.create(process="relay", seen_at=timezone.now())
    health.note_findings()
    assert not HealthSign.objects.filter(code="relay").exists()
    assert all(row.since for row in health.examine() if row.level)


@pytest.mark.parametrize(
    ("runs", "level", "text"),
    [
        ([], health.WATCH, "还没有全部核对过"),
        ([(1, True, 0)], health.FINE, "最近一次全部相符"),
        ([(49, True, 0)], health.WATCH, "两天以上没有全部核对"),
        ([(1, True, 0), (0, False, 0)], health.FINE, "最近一次全部相符"),
        ([(1, True, 3)], health.BROKEN, "发现 3 处不符"),
    ],
)
def test_the_trails_verification(db, runs, level, text):
    for hours, is_full, breaks in runs:
        then = timezone.now() - timedelta(hours=hours)
        VerificationRun.objects.create(asked_at=then, finished_at=then, is_full=is_full, break_count=breaks)
    found = check_trail()
    assert found.level == level and text in found.text and (found.todo or level == health.FINE)


def test_a_verification_that_found_something_does_not_say_that_all_agrees(client, db):
    client.force_login(people.user(Role.INSPECTOR), backend="portal.accounts.backends.PortalBackend")
    run = {"asked_at": timezone.now(), "finished_at": timezone.now(), "is_full": True}
    VerificationRun.objects.create(**run)
    assert "封存的内容没有变化" in client.get("/audit/verify/").content.decode()
    VerificationRun.objects.create(**run, break_count=1, breaks=[["公告", 0, "封存的内容被改动"]])
    page = client.get("/audit/verify/").content.decode()
    assert "封存的内容被改动" in page and "没有变化" not in page and "原文一致" not in page


def test_dossiers_are_counted_by_state(client, db):
    dossiers.application_in("SUBMITTED")
    measured = client.get("/metrics").content.decode()
    assert 'portal_dossiers{of="SUBMITTED"} 1.0' in measured
    assert "portal_trail_age_seconds" in measured and "portal_certificate_expires_seconds" in measured
