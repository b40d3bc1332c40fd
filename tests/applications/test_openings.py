"""谁看过我的材料: every reading on record is shown or held back, and what is held back gives nothing away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.models import ReadingDoubt
from applications.openings.readings import openings_of, readings_on_record
from applications.openings.services import Line, doubt_opening, lines_of
from applications.states import ApplicationState as S
from portal.kernel import audit, clock
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import Role
from portal.kernel.workflow import perform
from portal.models import Notification
from review.revocations.services import add_evidence, notify
from tests.factories import dossiers, people, supervision
from tests.factories.dossiers import CHECKED_ON, EVALUATED_ON, PUBLIC_FROM, REVIEWED_ON, on
from training.demo.files import paper

pytestmark = pytest.mark.django_db
MATTER_FROM, TOLD_ON = date(2026, 9, 1), date(2026, 9, 3)
NOT_YET = "告知单位之日"


def look(application, user, day, *, hour=20, page=1):
    with on(day, hour):
        audit.record_read(application, by=user, what="read_file", name="执照.pdf", page=page)


def shown_on(application, day):
    with on(day, 23):
        return [one for one in openings_of(application) if one.is_shown(clock.now())]


def held_back(application, day) -> list[tuple[str, str]]:
    with on(day, 23):
        return [
            (one.withheld_for, one.appears)
            for one in openings_of(application)
            if not one.is_shown(clock.now())
        ]


def words_of(application, day) -> list[tuple]:
    """The page's lines about the file that these tests look at, oldest first."""
    found = lines_of(one for one in shown_on(application, day) if "执照.pdf" in one.what)
    return [(line.day, line.who, line.step, line.words, line.count) for line in found[::-1]]


def test_the_ordinary_road_is_shown_at_once_and_of_an_expert_nothing_but_that():
    row, unit = dossiers.draft()
    dossiers.bring_to(row, unit, S.UNDER_EVALUATION)
    officer = people.staff_of(row.recommender)[0]
    look(row, officer, EVALUATED_ON)
    look(row, officer, EVALUATED_ON, page=3)
    dossiers.bring_to(row, unit, S.REPORTED)
    look(row, people.ministry(), CHECKED_ON)
    dossiers.bring_to(row, unit, S.UNDER_REVIEW)
    expert = row.assignments.first().expert.user
    look(row, expert, REVIEWED_ON)
    office, file = f"{row.recommender.name}（推荐单位）", "“执照.pdf” 第"
    assert words_of(row, REVIEWED_ON) == [
        (EVALUATED_ON, office, "测评", f"{file} 1、3 页", 2),
        (CHECKED_ON, "工业和信息化部（工信部经办人）", "形式审查", f"{file} 1 页", 1),
        (REVIEWED_ON, "评审专家", "评审", f"{file} 1 页", 1),
    ]
    assert held_back(row, REVIEWED_ON) == []


def test_a_look_after_the_end_waits_for_the_notice_of_what_it_served():
    row = dossiers.application_in(S.DESIGNATED)
    look(row, people.ministry(), MATTER_FROM - timedelta(days=10))
    title = row.platform.designations.get()
    case = supervision.revocation_in("OPENED", title, None, opened_on=MATTER_FROM)
    look(row, people.ministry(), MATTER_FROM)
    look(row, people.user(Role.INSPECTOR), MATTER_FROM)
    year_later = MATTER_FROM + timedelta(days=365)
    assert held_back(row, year_later) == [("撤销程序", NOT_YET)] * 2
    with on(TOLD_ON):
        add_evidence(case, words="书面说明", upload=paper("笔录.pdf"), by=people.ministry())
        notify(case, by=people.ministry())
    assert held_back(row, TOLD_ON) == [("纪检监督", "2026-10-31")]
    assert [line[2] for line in words_of(row, TOLD_ON)] == ["撤销程序"] * 2


def test_a_look_after_the_end_that_served_nothing_known_is_shown_two_months_later():
    row = dossiers.application_in(S.DESIGNATED)
    look(row, people.ministry(), MATTER_FROM)
    assert held_back(row, MATTER_FROM + timedelta(days=59)) == [("办结后的管理", "2026-10-31")]
    assert [line[2] for line in words_of(row, MATTER_FROM + timedelta(days=61))] == ["办结后的管理"]


def test_nothing_is_told_of_an_objection_before_it_is_passed_on():
    row = dossiers.application_in(S.PUBLICISED)
    look(row, people.ministry(), PUBLIC_FROM + timedelta(days=1))
    dossiers.objection_in("RECEIVED", about=row)
    look(row, people.ministry(), PUBLIC_FROM + timedelta(days=4))
    day = PUBLIC_FROM + timedelta(days=5)
    assert held_back(row, day) == [("异议核查", NOT_YET)]
    assert [line[2] for line in words_of(row, day)] == ["公示"]


def test_readings_on_record_are_shown_plus_withheld(client):
    row = dossiers.application_in(S.DESIGNATED)
    for user in (people.ministry(), people.user(Role.INSPECTOR), row.created_by):
        look(row, user, MATTER_FROM)
    record = [str(event.uuid) for event in readings_on_record(row)]
    assert [one.uuid for one in openings_of(row)] == record and len(record) >= 3
    for day, withheld in ((MATTER_FROM, 2), (MATTER_FROM + timedelta(days=90), 0)):
        held = held_back(row, day)
        assert all(matter and appears for matter, appears in held)
        assert (len(held), len(shown_on(row, day))) == (withheld, len(record) - withheld)
    client.force_login(people.user(Role.INSPECTOR))
    with on(MATTER_FROM, 23):
        page = client.get(reverse("dossier_openings", args=[row.pk])).context
    assert (page["total"], page["shown"], page["withheld"]) == (len(record), len(record) - 2, 2)
    client.force_login(row.created_by)
    with on(MATTER_FROM + timedelta(days=90)):
        seen = client.get(reverse("dossier_openings", args=[row.pk])).context
    assert seen["total"] + seen["own"] + seen["counted"] == len(record) and seen["counted"] == 1


def test_a_doubt_reaches_nobody_but_the_inspectors(client):
    row = dossiers.application_in(S.UNDER_EVALUATION)
    officer, lead = people.staff_of(row.recommender)
    inspector = people.user(Role.INSPECTOR)
    look(row, officer, EVALUATED_ON)
    client.force_login(row.created_by)
    address = reverse("opening_doubt", args=[row.pk])
    with on(EVALUATED_ON, 21):
        refused = client.post(address, {"line": "", "words": "为什么看？"})
        assert refused.status_code == 422 and "为什么看？" in refused.content.decode()
        choices = refused.context["form"].fields["line"].choices
        line = next(key for key, words in choices if "执照" in words)
        assert client.post(address, {"line": line, "words": "为什么看？"}).status_code == 302
    drain_outbox()
    doubt = ReadingDoubt.objects.get()
    told = Notification.objects.filter(title__contains="疑问")
    assert set(told.values_list("recipient", flat=True)) == {inspector.pk}
    outsiders = (officer, lead, people.ministry(), people.ministry(Role.MINISTRY_LEAD))
    for user in (*outsiders, people.user(Role.OUTSIDE_AUDITOR), people.user(Role.ADMINISTRATOR)):
        assert not ReadingDoubt.objects.for_user(user).exists()
        with pytest.raises(PermissionDenied):
            perform(doubt, "answer", by=user, note="不归我答")
    perform(doubt, "answer", by=inspector, note="系测评需要")
    drain_outbox()
    page = client.get(reverse("dossier_openings", args=[row.pk])).content.decode()
    assert "纪检监督答复：系测评需要" in page
    assert told.filter(recipient=row.created_by).count() == 1


def test_a_doubt_keeps_of_its_line_what_the_column_holds():
    row = dossiers.application_in(S.SUBMITTED)
    line = Line("7", REVIEWED_ON, "某厅（推荐单位）", "测评", "查看" + "甲" * 300)
    for length in (300, 299):
        line = replace(line, what="甲" * (length - len(str(replace(line, what="")))))
        assert doubt_opening(row, line=line, words="为何查看", by=row.created_by).line == str(line)
    longer = replace(line, what=line.what + "乙丙")
    assert doubt_opening(row, line=longer, words="为何查看", by=row.created_by).line == str(line) + "乙"
