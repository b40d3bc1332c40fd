"""What is kept of people when the time is over: first counted, then emptied, never more than was due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from platforms.models import Complaint, Invitation
from portal.kernel import clock
from portal.models import AuditEvent
from portal.privacy.retention import due, retained_models
from review.models import MisconductReport, Objection
from tests.factories import dossiers

pytestmark = pytest.mark.django_db
CONTACT = "13812345678"


def concluded(row, day: date):
    row.concluded_at = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    row.save(update_fields=["concluded_at"])
    return row


def test_objections_complaints_and_invitations_have_a_time():
    assert set(retained_models()) == {Objection, Complaint, Invitation, MisconductReport}
    for model in retained_models():
        assert not due(model, date(2026, 1, 1)).exists()  # and the question can be asked


def test_it_counts_first_and_empties_only_what_is_due(capsys):
    application = dossiers.application_in("PUBLICISED")
    old, young, open_one = (
        dossiers.objection_in("RECEIVED", about=application, contact=CONTACT) for _ in range(3)
    )
    day = clock.today()
    concluded(old, day.replace(year=day.year - 3) - timedelta(days=1))
    concluded(young, day.replace(year=day.year - 3) + timedelta(days=2))
    call_command("retention")
    assert "到期 1 件" in (said := capsys.readouterr().out) and "没有改动" in said
    old.refresh_from_db()
    assert old.objector_contact == CONTACT
    facts = old.facts
    call_command("retention", "--apply")
    assert "已清除 1 件" in capsys.readouterr().out
    for row in (old, young, open_one):
        row.refresh_from_db()
    assert (old.objector_name, old.objector_contact, old.facts) == ("", "", facts)
    assert young.objector_contact == open_one.objector_contact == CONTACT
    event = AuditEvent.objects.get(action="objection.forget")
    assert event.facts == {"fields": ["objector_name", "objector_contact"]} and CONTACT not in event.body
    call_command("retention", "--apply")
    assert "已清除 1 件" not in capsys.readouterr().out
