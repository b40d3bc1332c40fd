"""Notes of an office: its own officers read them, nobody else, no package; the portal's trail keeps them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.dossiers.timeline import timeline_of
from applications.models import OfficeNote
from applications.officenotes.services import write_note
from applications.states import ApplicationState as S
from portal.kernel.permissions import Role
from portal.models import AuditEvent
from review.oversight.exports import records_of
from tests.factories import dossiers, people
from tests.factories.dossiers import on

WORDS = "电话核实过房屋租赁合同，原件下周补看。"


@pytest.fixture
def noted(db):
    application = dossiers.application_in(S.REPORTED)
    officer = people.ministry()
    with on(dossiers.REPORTED_ON):
        write_note(application, words=WORDS, by=officer)
        write_note(application, words="省里的话", by=people.staff_of(application.recommender)[0])
    return application, officer


def test_each_office_reads_its_own_notes(noted, client):
    application, officer = noted
    handler, lead = people.staff_of(application.recommender)
    seen = {}
    for user in (officer, people.ministry(Role.MINISTRY_LEAD), handler, lead, people.user(Role.INSPECTOR)):
        client.force_login(user)
        with on(dossiers.REPORTED_ON):
            page = client.get(reverse("dossier", args=[application.pk])).content.decode()
        seen[user.role, user.name] = (WORDS in page, "省里的话" in page)
    assert list(seen.values()) == [(True, False)] * 2 + [(False, True)] * 2 + [(False, False)]


def test_units_and_experts_have_no_part_in_them(noted):
    application, _ = noted
    for user in (application.created_by, people.user(Role.EXPERT), people.user(Role.OUTSIDE_AUDITOR)):
        assert not OfficeNote.objects.for_user(user).exists()
        with pytest.raises(PermissionDenied), on(dossiers.REPORTED_ON):
            write_note(application, words="不该写", by=user)


def test_the_portals_trail_keeps_them_and_no_package_does(noted):
    application, officer = noted
    event = AuditEvent.objects.get(action="officenote.write", note=WORDS)
    root = f"applications.application:{application.pk}"
    assert event.root != root and not AuditEvent.objects.filter(root=root, note=WORDS).exists()
    assert AuditEvent.objects.for_user(people.user(Role.INSPECTOR)).filter(pk=event.pk).exists()
    assert WORDS not in str(records_of(application))
    assert not any(WORDS in entry.note for entry in timeline_of(application, officer))


def test_a_note_that_is_refused_keeps_its_words(noted, client):
    application, officer = noted
    client.force_login(officer)
    with on(dossiers.REPORTED_ON):
        empty = client.post(reverse("dossier_note", args=[application.pk]), {"words": "  "})
        long = client.post(reverse("dossier_note", args=[application.pk]), {"words": "字" * 1001})
        kept = client.post(reverse("dossier_note", args=[application.pk]), {"words": "已看过原件"})
    assert empty.status_code == 422 and "请填写内部记事的内容" in empty.content.decode()
    assert long.status_code == 422 and "字" * 1001 in long.content.decode()
    assert kept.status_code == 302 and OfficeNote.objects.filter(words="已看过原件").exists()
