"""The public log: what goes in, who witnesses it, what holders prove with it, and what it says when it is broken."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from lxml import html

from applications.models import Submission
from applications.states import ApplicationState as S
from platforms.models import Certificate, Designation
from portal.kernel import audit
from portal.models import AuditEvent, Checkpoint, Leaf, Seal
from portal.trail import keys, log, proofs
from portal.trail.tlog import Head, Note
from portal.trail.verification import verify_trail
from portal.trail.witnesses import cosigners_of
from tests.factories import dossiers, people
from tests.factories.log import run_verify


@pytest.fixture
def person(db):
    return people.user()


def act(person, note="一次"):
    return audit.record(action="edit", obj=person, by=person, note=note)


def kept_keys(tmp_path) -> str:
    path = tmp_path / "keys.txt"
    path.write_text(proofs.keys_file(), encoding="utf-8")
    return str(path)


def test_every_event_and_every_seal_enters_once(person, own_log):
    act(person)
    log.publish()
    act(person)
    log.publish()
    assert Leaf.objects.filter(kind="event").count() == AuditEvent.objects.count()
    assert Leaf.objects.filter(kind="seal").count() == Seal.objects.count()
    numbers = list(Leaf.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(len(numbers)))


def test_a_checkpoint_is_a_few_hundred_bytes_and_extends_the_one_before(person, witnessed_log):
    act(person)
    first = log.publish()
    act(person)
    second = log.publish()
    assert second.size > first.size and second.refusals == {}
    assert len(cosigners_of(second.note)) == 3
    assert len(second.note.encode()) < 800
    assert (witnessed_log / "checkpoint").read_text(encoding="utf-8") == second.note


def test_a_silent_witness_costs_no_checkpoint(person, witnessed_log, settings):
    settings.LOG_WITNESSES = [
        *settings.LOG_WITNESSES[:2],
        "http://127.0.0.1:9 " + settings.LOG_WITNESSES[2].split(" ")[1],
    ]
    checkpoint = log.publish()
    assert checkpoint.refusals == {"witness-3.example": "见证方没有应答"}
    assert len(cosigners_of(checkpoint.note)) == 2


def test_persons_appear_nowhere_in_the_log(db, own_log):
    application = dossiers.application_in(S.DESIGNATED)
    log.publish()
    text = "\n".join(Leaf.objects.values_list("entry", flat=True))
    submission = application.submissions.first()
    for secret in (
        submission.declarant_name,
        submission.declared_by.name,
        submission.declared_by.username,
        submission.receipt_number,
    ):
        assert secret not in text
    assert application.platform.name in text  # the register is public


def test_a_checkpoint_is_due_every_hour_and_at_once_for_a_receipt(db, own_log, time_machine):
    application = dossiers.application_in(S.RECOMMENDED)
    log.publish()
    assert not log.is_due()
    act(people.user())
    assert not log.is_due()
    dossiers.application_in(S.SUBMITTED)
    assert log.is_due()
    log.publish()
    assert not log.is_due() and application.pk
    newest = Checkpoint.objects.latest("made_at").made_at
    time_machine.move_to(newest + timedelta(minutes=61))
    assert log.is_due()


def test_a_receipt_is_proved_offline_by_the_stand_alone_program(db, witnessed_log, tmp_path):
    application = dossiers.application_in(S.SUBMITTED)
    submission = Submission.objects.get(application=application)
    trusted = kept_keys(tmp_path)

    signed = tmp_path / "receipt.txt"  # from the first second on
    signed.write_text(proofs.sign_statement(submission), encoding="utf-8")
    assert proofs.prove_statement(submission) is None
    done = run_verify("note", str(signed), "--keys", trusted)
    assert done.returncode == 0 and submission.receipt_number in done.stdout

    log.publish()
    proof = tmp_path / "receipt.tlog-proof"
    proof.write_text(proofs.prove_statement(submission), encoding="utf-8")
    done = run_verify("proof", str(proof), "--keys", trusted)
    assert done.returncode == 0, done.stderr
    assert submission.receipt_number in done.stdout and submission.sha256 in done.stdout

    assert len(proof.read_bytes()) < 4096
    head, _, rest = proof.read_text(encoding="utf-8").partition("\nextra ")
    extra, _, rest = rest.partition("\n")
    told = json.loads(base64.b64decode(extra))
    told["statement"]["sha256"] = "0" * 64
    forged = base64.b64encode(json.dumps(told).encode()).decode()
    proof.write_text(f"{head}\nextra {forged}\n{rest}", encoding="utf-8")
    done = run_verify("proof", str(proof), "--keys", trusted)
    assert done.returncode == 1 and "内容与日志不符" in done.stderr


def test_whoever_scans_a_receipt_recomputes_the_checkpoint_from_the_public_page(db, witnessed_log, client):
    submission = Submission.objects.get(application=dossiers.application_in(S.SUBMITTED))
    address = reverse("receipt_check", args=[submission.pk])
    assert "尚未写入" in client.get(address).content.decode()
    log.publish()
    page = html.document_fromstring(client.get(address).content.decode())
    told = {row.findtext("th"): row.findtext("td").strip() for row in page.xpath("//main//tr")}
    reached = hashlib.sha256(b"\0" + told["条目"].encode()).digest()
    assert base64.b64encode(reached).decode() == told["条目摘要"]
    number, last = int(told["条目序号"].partition("（")[0]), Checkpoint.objects.latest("made_at").size - 1
    for sibling in map(base64.b64decode, page.xpath("//main//details//li/text()")):  # RFC 9162, 2.1.3.2
        if number % 2 or number == last:
            reached = hashlib.sha256(b"\1" + sibling + reached).digest()
            while not number % 2 and number:
                number, last = number // 2, last // 2
        else:
            reached = hashlib.sha256(b"\1" + reached + sibling).digest()
        number, last = number // 2, last // 2
    assert base64.b64encode(reached).decode() == told["检查点的根"]
    note = Note.parse(Checkpoint.objects.latest("made_at").note)
    assert told["检查点的根"] in note.text and cosigners_of(Checkpoint.objects.latest("made_at").note)[0] in (
        page.text_content()
    )


def test_a_proof_without_enough_witnesses_is_none(db, witnessed_log, tmp_path, settings):
    settings.LOG_WITNESSES = settings.LOG_WITNESSES[:1]
    submission = Submission.objects.get(application=dossiers.application_in(S.SUBMITTED))
    log.publish()
    proof = tmp_path / "receipt.tlog-proof"
    proof.write_text(proofs.prove_statement(submission), encoding="utf-8")
    done = run_verify("proof", str(proof), "--keys", kept_keys(tmp_path))
    assert done.returncode == 1 and "见证方会签不足：需要 2 家，只有 1 家" in done.stderr


def test_a_certificate_and_the_register_are_proved(db, witnessed_log, tmp_path, client):
    dossiers.application_in(S.DESIGNATED)
    log.publish()
    certificate, trusted = Certificate.objects.get(), kept_keys(tmp_path)
    proof = tmp_path / "certificate.tlog-proof"
    proof.write_text(proofs.prove_statement(certificate), encoding="utf-8")
    assert certificate.title.number in run_verify("proof", str(proof), "--keys", trusted).stdout

    page = tmp_path / "records.json"
    page.write_text(client.get(reverse("log_records")).content.decode(), encoding="utf-8")
    done = run_verify("register", str(witnessed_log), "--keys", trusted, "--page", str(page))
    assert done.returncode == 0, done.stderr
    assert "title 1 项" in done.stdout


def test_proofs_stay_valid_after_the_key_is_changed(db, witnessed_log, tmp_path):
    submission = Submission.objects.get(application=dossiers.application_in(S.SUBMITTED))
    log.publish()
    before, trusted = proofs.prove_statement(submission), kept_keys(tmp_path)
    call_command("log_key", "add")
    log.publish()  # both sign: the witnesses and old verifiers know the earlier one
    both = Note.parse(proofs.prove_statement(submission).partition("\n\n")[2])
    assert len(both.signed_by(keys.log_verifiers())) == 2
    call_command("log_key", "retire")
    assert len(keys.log_signers()) == 1 and len(keys.log_verifiers()) == 2
    for text, known in (
        (before, trusted),
        (before, kept_keys(tmp_path)),
        (proofs.prove_statement(submission), trusted),
    ):
        (tmp_path / "p").write_text(text, encoding="utf-8")
        done = run_verify("proof", str(tmp_path / "p"), "--keys", known)
        assert done.returncode == 0, done.stderr
    assert verify_trail().breaks == []


# --- files that are not what they were ---


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "checkpoint").unlink(), "已公布的检查点文件不在了"),
        (lambda folder: (folder / "checkpoint").write_text("x"), "已公布的文件无法读出"),
        (
            lambda folder: (
                next((folder / "tile/0").rglob("000*")).joinpath(newest(folder)).write_bytes(b"x" * 33)
            ),
            "已公布的日志文件残缺",
        ),
        (
            lambda folder: next((folder / "tile/entries").rglob("000*")).joinpath(newest(folder)).unlink(),
            "已公布的日志文件缺失",
        ),
    ],
)
def test_a_missing_or_torn_file_is_an_error_in_words(person, own_log, damage, sentence):
    act(person)
    log.publish()
    assert verify_trail().breaks == []
    damage(own_log)
    assert any(found.sentence.startswith(sentence) for found in verify_trail().breaks)
    if "检查点" in sentence:
        with pytest.raises(CommandError, match="没有签发检查点"):
            call_command("publish_log")


def newest(folder) -> str:
    return str(Head.parse(Note.parse((folder / "checkpoint").read_text(encoding="utf-8")).text).size)


def test_a_log_shorter_than_what_was_published_signs_nothing(person, own_log):
    act(person)
    size = log.publish().size
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_leaf DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM portal_leaf WHERE number >= %s", [size - 2])
    with pytest.raises(CommandError, match="短于已公布的"):
        call_command("publish_log")
    assert any("库中的日志缺少这一条" in str(found) for found in verify_trail().breaks)


def test_verification_says_what_it_did_not_do(person, own_log):
    assert verify_trail().not_done[0] == "公开日志还没有检查点，没有与它比对"
    log.publish()
    findings = verify_trail()
    assert findings.breaks == [] and findings.not_done == ["没有设置见证方，没有与库外的见证比对"]


# --- pages ---


def test_the_log_is_served_as_files_to_everybody(person, witnessed_log, client):
    act(person)
    checkpoint = log.publish()
    answer = client.get(reverse("log_file", args=["checkpoint"]))
    assert answer.content.decode() == checkpoint.note
    tile = client.get(reverse("log_file", args=[f"tile/0/000.p/{checkpoint.size}"]))
    assert len(b"".join(tile.streaming_content)) == 32 * checkpoint.size
    for name in ("../log.key", ".lock", "tile/0/999", "tile/../checkpoint", "log.key"):
        assert client.get(f"/log/{name}").status_code == 404
    page = client.get(reverse("public_log")).content.decode()
    assert "3 家见证方已会签" in page and "witness-2.example" in page


def test_titles_are_in_the_log_as_their_page_shows_them(db, own_log):
    dossiers.application_in(S.DESIGNATED)
    log.publish()
    title = Designation.objects.get()
    leaf = Leaf.objects.get(kind="public", key=f"title:{title.number}")
    assert json.loads(leaf.entry)["record"]["state"] == "ACTIVE"
