"""Appointments of outside auditors (Art. 17): by two administrators, for years and a term, and nothing beyond."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, AuditAppointment
from applications.states import ApplicationState as S
from portal.kernel import clock, signoff
from portal.kernel.permissions import Role
from portal.models import AuditEvent, SignOff
from tests.factories import dossiers, people

pytestmark = pytest.mark.django_db
UNTIL = dossiers.FILED_ON + timedelta(days=90)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def standing(day: date):
    return clock.standing_at(timezone.make_aware(datetime.combine(day, datetime.min.time())))


@pytest.fixture
def pair():
    return people.user(Role.ADMINISTRATOR), people.user(Role.ADMINISTRATOR)


def test_two_appoint_to_a_year_and_the_term_ends_by_itself(pair):
    """Art. 17."""
    row = dossiers.application_in(S.SUBMITTED)
    auditor = people.user(Role.OUTSIDE_AUDITOR)
    wanted = {
        "auditor": auditor.pk,
        "cycles": [row.cycle.pk],
        "from_on": dossiers.FILED_ON.isoformat(),
        "until": UNTIL.isoformat(),
        "order_number": "审函〔2026〕3 号",
        "note": "年度审计",
    }
    with standing(dossiers.FILED_ON):
        late = browser(pair[0]).post(reverse("audit_appointment_new"), {**wanted, "until": "2025-01-01"})
        assert late.context["form"].non_field_errors() == ["委派的结束日期不能早于今天和开始日期。"]
        browser(pair[0]).post(reverse("audit_appointment_new"), wanted)
        act = SignOff.objects.get()
        assert ["审计年度", str(row.cycle)] in act.shown["rows"]
        assert ["委派文号", "审函〔2026〕3 号"] in act.shown["rows"]
        assert not Application.objects.for_user(auditor).exists()  # one alone gives nothing
        signoff.sign(act, by=pair[1])
        assert list(Application.objects.for_user(auditor)) == [row]
        seen = browser(auditor).get(reverse("audit_appointments")).context["page"]
        assert [one.cycle for one in seen] == [row.cycle]
        again = browser(pair[0]).post(reverse("audit_appointment_new"), wanted)
        assert "不需要重复委派" in again.content.decode()
    with standing(UNTIL):
        assert Application.objects.for_user(auditor).count() == 1
    with standing(UNTIL + timedelta(days=1)):
        assert not Application.objects.for_user(auditor).exists()
        assert not AuditEvent.objects.for_user(auditor).exists()


def test_one_administrator_ends_it_at_once_with_a_reason(pair):
    auditor = people.user(Role.OUTSIDE_AUDITOR)
    appointment = people.appoint_auditor(auditor, dossiers.cycle())
    end = reverse("audit_appointment_end", args=[appointment.pk])
    assert browser(people.user(Role.INSPECTOR)).post(end, {"reason": "x"}).status_code == 403
    browser(pair[0]).post(end, {"reason": "审计组更换人员"})
    assert not AuditAppointment.objects.filter(auditor=auditor).in_force().exists()
    assert AuditEvent.objects.get(action="auditappointment.end").note == "审计组更换人员"
    assert browser(pair[0]).post(end, {"reason": "x"}).context["form"].non_field_errors() == [
        "此项委派已经结束。"
    ]
