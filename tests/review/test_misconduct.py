"""Misconduct in the review itself (Art. 17): anyone reports it, 纪检 alone reads and answers it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts import attempts
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import Role
from portal.models import AuditEvent, Notification, StoredFile
from review.models import MisconductReport
from tests.factories import people, records
from training.demo.files import evidence_pdf

pytestmark = pytest.mark.django_db
SENT = {
    "about": "expert",
    "conduct": "money",
    "whom": "第三组专家王某",
    "facts": "四月二日晚接受申报单位宴请。",
    "name": "李女士",
    "contact": "13800001234",
}


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_the_public_form_to_the_answer(client):
    """Art. 17."""
    page = reverse("misconduct")
    short = client.post(page, {**SENT, "facts": "吃饭"})
    assert (short.status_code, SENT["whom"] in short.content.decode()) == (422, True)
    evidence = SimpleUploadedFile("照片.pdf", evidence_pdf("照片"), "application/pdf")
    for _ in range(2):  # sent twice is one report
        receipt = client.post(page, {**SENT, "evidence": evidence}, follow=True).content.decode()
        evidence.seek(0)
    row = MisconductReport.objects.get()
    assert row.receipt_number in receipt
    assert row.query_code in receipt
    inspector = people.user(Role.INSPECTOR)
    drain_outbox()
    told = Notification.objects.values_list("recipient", "title")
    assert list(told) == [(inspector.pk, f"收到评审纪律举报 {row.receipt_number}")]
    desk = sign_in(inspector)
    home, waits = reverse("audit_desk"), "纪律举报 1 件待答复"
    assert waits in desk.get(home).content.decode()  # among signals, what only 纪检 answers
    seen = desk.get(reverse("misconduct_report", args=[row.pk])).content.decode()
    assert ("李**" in seen, "李女士" in seen, SENT["facts"] in seen) == (True, False, True)
    revealed = desk.post(reverse("misconduct_report", args=[row.pk]), {"reason": "电话核实"}).content.decode()
    assert SENT["contact"] in revealed
    look = AuditEvent.objects.get(action="misconductreport.reveal_reporter")
    assert (look.note, look.root) == ("电话核实", f"review.misconductreport:{row.pk}")
    desk.post(reverse("misconduct_report_answer", args=[row.pk]), {"finding": "true", "note": "已停止聘用。"})
    assert waits not in desk.get(home).content.decode()
    asked = {"receipt_number": row.receipt_number, "query_code": row.query_code}
    answer = client.post(reverse("misconduct_query"), asked).content.decode()
    assert ("已答复（属实）" in answer, "已停止聘用。" in answer, SENT["facts"] in answer) == (
        True,
        True,
        False,
    )
    wrong = client.post(reverse("misconduct_query"), {**asked, "query_code": "22222222"})
    assert (wrong.status_code, "已停止聘用" in wrong.content.decode()) == (422, False)


@pytest.mark.parametrize(
    "role", [Role.MINISTRY_LEAD, Role.MINISTRY_OFFICER, Role.OUTSIDE_AUDITOR, Role.ADMINISTRATOR]
)
def test_nobody_who_may_be_meant_reads_it(role):
    upload = SimpleUploadedFile("照片.pdf", evidence_pdf("照片"), "application/pdf")
    row = records.misconduct_report(name="李女士", contact="13800001234", evidence=[upload])
    user = people.user(role)
    assert not MisconductReport.objects.for_user(user).exists()
    assert not AuditEvent.objects.for_user(user).filter(root=f"review.misconductreport:{row.pk}").exists()
    desk = sign_in(user)
    pages = ("misconduct_report", row.pk), ("file_download", StoredFile.objects.get().pk)
    assert [desk.get(reverse(name, args=[pk])).status_code for name, pk in pages] == [404, 404]
    drain_outbox()
    assert not Notification.objects.filter(recipient=user).exists()


def test_it_is_limited_like_every_public_form_and_may_stay_anonymous(client):
    anonymous = {**SENT, "name": "", "contact": ""}
    client.post(reverse("misconduct"), anonymous)
    assert MisconductReport.objects.get().reporter_name == ""
    half = client.post(reverse("misconduct"), {**SENT, "contact": ""})
    assert half.context["form"].errors["contact"] == ["实名举报请填写联系方式；不便留下的，姓名也请留空。"]
    for _ in range(200):
        if attempts.is_over("send", address="127.0.0.1"):
            break
        attempts.note("send", address="127.0.0.1")
    refused = client.post(reverse("misconduct"), SENT)
    assert refused.context["form"].proof_error
    assert MisconductReport.objects.count() == 1


def test_a_lost_code_is_sent_to_the_address_that_was_left_and_to_no_other(client, mailoutbox):
    """The answer is the same for everybody: it confirms to nobody who reported."""
    page, query = reverse("misconduct"), reverse("misconduct_query")
    receipt = client.post(page, {**SENT, "contact": "李女士 Li@example.cn"}, follow=True)
    row = MisconductReport.objects.get()
    assert "保存回执文件" in receipt.content.decode()
    file = client.get(f"{receipt.request['PATH_INFO']}?file=1")
    assert file["Content-Disposition"].startswith("attachment")
    assert row.receipt_number in (text := file.content.decode("utf-8-sig")) and row.query_code in text
    answers = []
    for address in ("wang@example.cn", "li@example.cn", "li@example.cn"):
        asked = {"then": "lost", "lost-receipt_number": row.receipt_number, "lost-address": address}
        answers.append(Client().post(query, asked).content.decode())
        drain_outbox()
    assert all("如果回执编号和电子邮箱与提交时一致" in one and row.query_code not in one for one in answers)
    [letter] = mailoutbox
    assert (letter.to, row.query_code in letter.body) == (["li@example.cn"], True)
    for _ in range(10):
        last = Client().post(query, asked)
    assert (last.status_code, "一小时后再试" in last.content.decode()) == (422, True)
