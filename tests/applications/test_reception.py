"""Marks, one notice of corrections, more time, and what changed side by side."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.corrections.models import Stage
from applications.corrections.services import extend_correction, mark_material, request_correction
from applications.models import Finding
from platforms.models import Recommender
from portal.kernel.outbox import drain_outbox
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import AuditEvent, Notification
from portal.shared.workingdays import date_cn
from tests.applications.test_annexes import words_of
from tests.factories.rounds import Round
from training.demo.actors import staff_of
from training.demo.dossiers import add_pdf, submit

pytestmark = pytest.mark.django_db
AUDIT = {"code": "audit", "reason": "no_signature", "words": "缺签字页"}


@pytest.fixture
def year():
    return Round()


@pytest.fixture
def filed(year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    return row


def test_a_mark_without_words_says_the_prepared_sentence_once(filed):
    officer, _ = staff_of(filed.recommender)
    for _ in range(2):
        mark_material(
            filed,
            "audit",
            stage=Stage.RECOMMENDER,
            verdict="doubt",
            reason="no_signature",
            words="",
            by=officer,
        )
    finding = Finding.objects.get(application=filed)
    assert finding.words == "审计报告缺少注册会计师签字或者会计师事务所盖章页，请补充完整扫描件。"
    assert AuditEvent.objects.filter(action="application.mark_material").count() == 1
    with pytest.raises(TransitionBlocked, match="请选择理由"):
        mark_material(
            filed, "plan", stage=Stage.RECOMMENDER, verdict="doubt", reason="", words="", by=officer
        )


def test_the_desk_marks_everything_and_leads_to_the_notice(client, filed):
    officer, _ = staff_of(filed.recommender)
    client.force_login(officer)
    page = reverse("reception", args=[filed.pk])
    shown = client.get(page).content.decode()
    assert "提交时已声明" in shown and "前面各项完成后可办" not in shown
    answer = client.post(page, {"verdict_audit": "doubt", "then": "save"})
    assert answer.status_code == 422
    assert "材料（三）专项审计报告记为“疑”，请选择理由。" in answer.content.decode()
    answer = client.post(
        page,
        {"verdict_audit": "missing", "verdict_plan": "ok", "words_audit": "没有审计报告", "then": "correct"},
    )
    assert answer.url == reverse("dossier_correction", args=[filed.pk])
    marks = dict(Finding.objects.filter(application=filed).values_list("code", "verdict"))
    assert marks == {"audit": "missing", "plan": "ok"}
    notice = client.get(answer.url).content.decode()
    assert 'name="pick_audit" checked' in notice
    assert 'name="pick_plan" checked' not in notice
    assert 'value="没有审计报告"' in notice
    client.post(page, {"verdict_audit": "missing", "words_audit": "没有审计报告", "then": "rest_ok"})
    assert Finding.objects.filter(application=filed, verdict="ok").count() == 11


def test_another_province_cannot_mark(client, year, filed):
    (other,) = year.bring("江苏", upto="SUBMITTED")
    client.force_login(staff_of(other.recommender)[0])
    for name in ("reception", "dossier_correction", "dossier_changes", "dossier"):
        assert client.get(reverse(name, args=[filed.pk])).status_code == 404, name


def test_the_answer_reaches_the_officer_and_is_read_side_by_side(client, year, filed):
    officer, _ = staff_of(filed.recommender)
    unit = year.units[str(filed.pk)]
    with year.on(date(2026, 3, 2)):
        request_correction(filed, stage=Stage.RECOMMENDER, items=[AUDIT], words="", by=officer)
    with year.on(date(2026, 3, 4)):
        filed.refresh_from_db()
        add_pdf(filed, "audit", "专项审计报告（补正）", unit)
        submit(filed, unit, reply="已补签字页")
    drain_outbox()
    assert Notification.objects.filter(recipient=officer, title__startswith="申报单位已补正").count() == 1
    client.force_login(officer)
    page = client.get(reverse("dossier_changes", args=[filed.pk])).content.decode()
    assert "专项审计报告（补正）.pdf" in page
    assert "缺签字页" in page
    assert "已补签字页" in page
    assert "营业执照.pdf" not in page, "what did not change is not named"


def test_only_who_asked_gives_more_time(year, filed):
    officer, _ = staff_of(filed.recommender)
    with year.on(date(2026, 3, 2)):
        row = request_correction(filed, stage=Stage.RECOMMENDER, items=[AUDIT], words="", by=officer)
        with pytest.raises(PermissionDenied):
            extend_correction(row, until=date(2026, 3, 20), reason="春节", by=year.people["miit_officer"])
        with pytest.raises(TransitionBlocked, match="晚于原期限"):
            extend_correction(row, until=row.due_on, reason="会计师出差", by=officer)
        extend_correction(row, until=date(2026, 3, 20), reason="会计师出差", by=officer)
    filed.refresh_from_db()
    assert filed.due_on == date(2026, 3, 20)
    drain_outbox()
    assert Notification.objects.filter(
        recipient=year.units[str(filed.pk)].user, title__startswith="补正期限已延长"
    ).exists()


def test_the_notice_on_paper_says_everything_at_once(client, year, filed):
    officer, _ = staff_of(filed.recommender)
    unit = year.units[str(filed.pk)]
    with year.on(date(2026, 3, 2)):
        row = request_correction(
            filed, stage=Stage.RECOMMENDER, items=[AUDIT], words="请一次性补齐。", by=officer
        )
    url = reverse("correction_pdf", args=[row.pk])
    for user in (unit.user, officer):
        client.force_login(user)
        pdf = b"".join(client.get(url).streaming_content)
    words = words_of(pdf)
    for expected in (
        unit.organisation.name,
        filed.number,
        "专项审计报告",
        "缺签字页",
        "请一次性补齐。",
        date_cn(row.due_on),
    ):
        assert "".join(expected.split()) in words
    assert AuditEvent.objects.filter(action="correctionrequest.open_notice").count() == 2
    client.force_login(staff_of(Recommender.objects.get(label="甘肃"))[0])
    assert client.get(url).status_code == 404


def test_a_mark_that_stands_keeps_the_dossier_from_being_recommended(client, year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    officer, _ = staff_of(row.recommender)
    row = perform(row, "begin_evaluation", by=officer)
    say = {"stage": Stage.RECOMMENDER, "by": officer}
    mark_material(row, "audit", verdict="doubt", reason="no_signature", words="", **say)
    wanted = "材料（三）专项审计报告记为“疑”"
    assert any(reason.startswith(wanted) for reason in missing(row, "recommend"))
    with pytest.raises(TransitionBlocked, match="写明解除理由"):
        mark_material(row, "audit", verdict="ok", reason="", words="", **say)
    client.force_login(officer)
    page = client.post(reverse("reception", args=[row.pk]), {"verdict_audit": "ok", "words_audit": ""})
    assert page.status_code == 422 and "写明解除理由" in page.content.decode()
    mark = mark_material(row, "audit", verdict="ok", reason="", words="原件已当面核对", **say)
    assert mark.words == "原件已当面核对"
    assert not any(reason.startswith(wanted) for reason in missing(row, "recommend"))


def test_who_signs_reads_marks_cross_checks_and_the_form(client, year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    officer, lead = staff_of(row.recommender)
    row = perform(row, "begin_evaluation", by=officer)
    mark_material(
        row,
        "audit",
        stage=Stage.RECOMMENDER,
        verdict="doubt",
        reason="no_signature",
        words="缺签字页",
        by=officer,
    )
    client.force_login(lead)
    text = client.get(reverse("recommend", args=[row.pk])).content.decode()
    assert "缺签字页" in text and "材料互相核对" in text and "现场核查：" in text


def test_the_desk_says_how_many_are_not_looked_at_yet(client, year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    officer, lead = staff_of(row.recommender)
    client.force_login(officer)
    address = reverse("dossier", args=[row.pk])
    assert "12 未核" in client.get(address).content.decode()
    row = perform(row, "begin_evaluation", by=officer)
    mark_material(row, "audit", stage=Stage.RECOMMENDER, verdict="ok", reason="", words="", by=officer)
    client.force_login(lead)
    page = client.get(address).content.decode()
    assert "11 未核" in page and "填写测评" in page and reverse("recommend", args=[row.pk]) not in page
