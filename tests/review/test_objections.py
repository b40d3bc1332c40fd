"""Objections: answered with reasons by somebody free, blocking one dossier, never betraying who objected."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.kernel import outbox, signoff
from portal.kernel.permissions import allowed
from portal.kernel.workflow import TransitionBlocked, missing
from portal.models import AuditEvent, Notification
from review.freedom import parts_in
from review.models import Notice, Objection
from review.objections.services import (
    answer,
    pass_on,
    propose_conclusion,
    record_findings,
    record_reply,
    take_on,
)
from review.oversight.exports import files_of, records_of
from review.secondlooks.services import ask_second_look
from tests.factories.rounds import Round
from training.demo import officials
from training.demo.actors import staff_of
from training.demo.files import evidence_pdf

NAME, CONTACT = "欧阳知秋", "13987654321"


@pytest.fixture
def world(db):
    return Round()


@pytest.fixture
def case(world, client):
    """Two dossiers publicised; one objection to the first, sent by the public's own form, with evidence."""
    rows = world.bring("浙江", "四川", upto="PUBLICISED")
    item = Notice.objects.get().items.get(application=rows[0])
    with world.on(date(2026, 4, 13)):
        received = client.post(
            reverse("object_to", args=[item.notice_id, item.pk]),
            {
                "facts": f"本人{NAME}反映：该平台服务企业名单不实。",
                "name": NAME,
                "contact": CONTACT,
                "evidence": SimpleUploadedFile("证明.pdf", evidence_pdf("证明"), "application/pdf"),
            },
            follow=True,
        )
    objection = Objection.objects.get()
    assert objection.receipt_number in received.content.decode()
    return rows, objection


def test_the_objector_follows_the_case_with_receipt_and_code(world, client, case):
    _, objection = case
    right = {"receipt_number": objection.receipt_number, "query_code": objection.query_code}
    page = client.post(reverse("objection_query"), right).content.decode()
    assert "受理" in page and "转推荐单位核查" in page and NAME not in page
    wrong = client.post(reverse("objection_query"), {**right, "query_code": "22222222"}).content.decode()
    assert "没有找到此异议" in wrong


def test_sent_twice_or_looked_at_again_it_is_one_objection(world, client):
    world.bring("浙江", "四川", upto="PUBLICISED")
    one, other = Notice.objects.get().items.all()
    addresses = [reverse("object_to", args=[item.notice_id, item.pk]) for item in (one, other)]
    with world.on(date(2026, 4, 13)):
        client.get(addresses[0])
        sent = {"facts": "该平台服务企业名单不实。", "name": NAME, "contact": CONTACT}
        receipts = [client.post(address, sent)["Location"] for address in (*addresses, *addresses)]
    assert receipts[:2] == receipts[2:] and Objection.objects.count() == 2
    for _ in range(2):
        assert one.objections.get().query_code in client.get(receipts[0]).content.decode()
    assert Client().get(receipts[0])["Location"] == reverse("objection_query")


def test_upheld_by_somebody_free_while_the_rest_of_the_list_goes_on(world, case):
    rows, objection = case
    officer, officer2, lead2 = (world.people[n] for n in ("miit_officer", "miit_officer2", "miit_lead2"))
    with world.on(date(2026, 4, 14)):
        for involved in (officer, world.people["miit_lead"]):
            with pytest.raises(PermissionDenied):
                take_on(objection, by=involved)
        take_on(objection, by=officer2)
        with pytest.raises(TransitionBlocked, match="已由吴静经办"):
            take_on(objection, by=lead2)
        with pytest.raises(TransitionBlocked, match="隐去"):
            pass_on(objection, summary=f"{NAME} 反映名单不实", by=officer2)
        pass_on(objection, summary="反映服务企业名单不实，请核查。", by=officer2)
        objection.refresh_from_db()
        with pytest.raises(TransitionBlocked, match="核查情况尚未收到"):
            propose_conclusion(objection, upheld=True, note="经核查属实", by=officer2)
        assert "申报单位尚未说明，期限至" in "".join(missing(objection, "uphold"))
        answer(objection, as_recommender=True, words="经核查三家未签约", by=staff_of(rows[0].recommender)[0])
        answer(objection, as_recommender=False, words="工作疏忽", by=world.units[str(rows[0].pk)].user)
    with world.on(date(2026, 5, 6)):
        with pytest.raises(TransitionBlocked, match="1 件异议尚未办结"):
            world.two([rows[0]], "designate")
        world.two([rows[1]], "designate", note="公示无异议")
        objection.refresh_from_db()
        with pytest.raises(PermissionDenied):
            propose_conclusion(objection, upheld=True, note="经核查属实", by=officer)
        with pytest.raises(TransitionBlocked, match="隐去"):
            propose_conclusion(objection, upheld=True, note=f"{NAME}所反映属实", by=lead2)
        act = propose_conclusion(objection, upheld=True, note="经核查，名单中三家未签约。", by=officer2)
        assert ["申报单位说明", "工作疏忽"] in act.shown["rows"]
        for barred in (officer2, world.people["miit_lead"]):  # the same person; who signed the list
            with pytest.raises((PermissionDenied, TransitionBlocked)):
                signoff.sign(act, by=barred)
        signoff.sign(act, by=lead2)
        record_reply(objection, how="电话答复", by=officer2)
    states = [type(row).objects.get(pk=row.pk).state for row in rows]
    assert states == ["REJECTED", "DESIGNATED"]
    objection.refresh_from_db()
    assert objection.steps_done == 6 and objection.concluded_by == lead2
    with world.on(date(2026, 5, 7)):
        unit = world.units[str(rows[0].pk)].user
        look = ask_second_look(rows[0], reasons="三家企业已经补签协议，请重新核实。", by=unit)
        assert not any(allowed(user, "prepare_grant", look) for user in (officer2, lead2))
        assert allowed(world.people["miit_lead3"], "prepare_grant", look)
        assert {officer2.pk, lead2.pk} <= parts_in([rows[0]])[rows[0].pk]


def test_dismissed_frees_the_way(world, case):
    rows, objection = case
    free = world.people["miit_lead2"]
    with world.on(date(2026, 5, 6)):
        take_on(objection, by=free)
        with pytest.raises(TransitionBlocked, match="尚未转办核查"):
            propose_conclusion(objection, upheld=False, note="经核实，所反映情况不存在。", by=free)
        pass_on(objection, summary="反映服务企业名单不实，请核查。", by=free)
        objection.refresh_from_db()
        record_findings(objection, words="电话核对十家企业，均已签约。", by=free)
    with world.on(date(2026, 5, 14)):  # the platform's term has passed without its account
        officials.conclude_objection(
            objection,
            upheld=False,
            note="经核实，所反映情况不存在。",
            proposer=free,
            signer=world.people["miit_lead3"],
        )
        world.two(rows, "designate", note="异议不成立")
    assert [type(row).objects.get(pk=row.pk).state for row in rows] == ["DESIGNATED", "DESIGNATED"]


def test_who_objected_leaks_nowhere(world, client, case):
    rows, objection = case
    handler, others = world.people["miit_officer2"], ("miit_officer", "miit_lead", "miit_lead2")
    take_on(objection, by=handler)
    pass_on(objection, summary="反映服务企业名单不实，请核查。", by=handler)
    answer(objection, as_recommender=True, words="已核查", by=staff_of(rows[0].recommender)[0])
    answer(objection, as_recommender=False, words="已说明", by=world.units[str(rows[0].pk)].user)
    officials.conclude_objection(
        objection, upheld=False, note="情况不存在。", proposer=handler, signer=world.people["miit_lead2"]
    )
    outbox.drain_outbox()
    evidence = objection.evidence.get().file
    paths = [
        reverse("objection", args=[objection.pk]),
        reverse("objection_inbox"),
        reverse("dossier", args=[rows[0].pk]),
        reverse("publicity", args=[objection.item.notice_id]),
        reverse("queue_export"),
    ]
    opened = {
        "applicant": world.units[str(rows[0].pk)].user,
        "recommender": staff_of(rows[0].recommender)[1],
        **{name: world.people[name] for name in others},
    }
    for name, user in opened.items():
        client.force_login(user)
        for path in paths:
            assert not leaks(client.get(path)), (name, path)
        assert client.get(reverse("file_download", args=[evidence.pk])).status_code == 404, name
    for name in ("gansu_officer", "expert1", "admin", "auditor2", "textile_officer"):
        client.force_login(world.people.get(name) or staff_of(rows[1].recommender)[0])
        assert client.get(paths[0]).status_code == 404, name
        assert client.get(reverse("file_download", args=[evidence.pk])).status_code == 404, name
    sent = "".join(f"{n.title}{n.body}" for n in Notification.objects.all())
    sent += "".join(f"{m.subject}{m.body}" for m in mail.outbox)
    trail = "".join(AuditEvent.objects.values_list("body", flat=True))
    assert NAME not in sent + trail and CONTACT not in sent + trail


def test_answers_carry_their_proof_and_the_unit_does_not_read_its_recommenders(world, client, case):
    rows, objection = case
    handler, officer = world.people["miit_officer2"], staff_of(rows[0].recommender)[0]
    unit = world.units[str(rows[0].pk)].user
    take_on(objection, by=handler)
    pass_on(objection, summary="反映服务企业名单不实，请核查。", by=handler)
    url, files = reverse("objection", args=[objection.pk]), {}
    for user, words in ((officer, "现场核查笔录见附件。"), (unit, "三家企业的协议见附件。")):
        client.force_login(user)
        bad = SimpleUploadedFile("证明.pdf", b"MZ no pdf", "application/pdf")
        refused = client.post(url, {"then": "answer", "words": words, "proof": bad})
        assert refused.status_code == 422 and words in refused.content.decode()
        good = SimpleUploadedFile(f"{user.role}.pdf", evidence_pdf(words), "application/pdf")
        assert client.post(url, {"then": "answer", "words": words, "proof": good}).status_code == 302
        files[user.role] = objection.proofs.get(by_recommender=user.role == "recommender").file_id
    reach = {
        officer: {"recommender", "applicant"},
        unit: {"applicant"},
        handler: {"recommender", "applicant"},
    }
    for user, opens in reach.items():
        client.force_login(user)
        page = client.get(url).content.decode()
        assert {role for role in files if f"{role}.pdf" in page} == opens
        found = {
            role: client.get(reverse("file_download", args=[pk])).status_code for role, pk in files.items()
        }
        assert found == {role: 200 if role in opens else 404 for role in files}
    folders = [folder for folder, _ in files_of(rows[0])]
    assert f"06-异议证据/{objection.receipt_number}" in folders
    assert folders.count(f"06-异议证据/{objection.receipt_number}-答复") == 2
    written = json.dumps(records_of(rows[0]), default=str, ensure_ascii=False)
    assert "现场核查笔录" in written and NAME not in written


def leaks(response) -> bool:
    body = response.content
    if response.headers.get("Content-Type", "").startswith("application/vnd"):
        import openpyxl

        cells = openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
        body = str(list(cells)).encode()
    return NAME.encode() in body or CONTACT.encode() in body


def test_the_handler_and_the_auditors_see_it_and_each_look_is_on_record(world, client, case):
    _, objection = case
    take_on(objection, by=world.people["miit_officer2"])
    looks = AuditEvent.objects.filter(action="objection.reveal_objector")
    for number, name in enumerate(("miit_officer2", "inspector", "auditor"), start=1):
        client.force_login(world.people[name])
        page = reverse("objection", args=[objection.pk])
        hidden = client.get(page).content
        assert CONTACT.encode() not in hidden and "欧**".encode() in hidden, name
        assert client.post(page, {"then": "reveal"}).status_code == 422
        told = client.post(page, {"then": "reveal", "reason": "电话核实"}).content
        assert NAME.encode() in told and CONTACT.encode() in told, name
        assert looks.count() == number and looks.last().actor == world.people[name]
        assert looks.last().note == "电话核实"
    client.force_login(world.people["miit_officer"])
    page = client.get(reverse("objection", args=[objection.pk])).content.decode()
    assert "由其他人员办理" in page and looks.count() == 3
