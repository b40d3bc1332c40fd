"""Attacks by whoever owns the database, the log's files and its key: each is found within one checkpoint."""

from __future__ import annotations

import json
import random
import shutil
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from applications.states import ApplicationState as S
from portal.kernel import audit
from portal.kernel import signoff as signing
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent, Checkpoint, Leaf, LogContinuation, Notification, SignOff
from portal.trail import log, proofs
from portal.trail.continuing import propose_continuation
from portal.trail.publishing import entry_of_event
from portal.trail.tiles import BrokenTiles
from portal.trail.verification import verify_trail
from portal.trail.witnesses import cosigners_of
from review.models import Notice
from tests.factories import dossiers, people
from tests.factories.log import run_verify

TABLES = ("portal_auditevent", "portal_leaf", "portal_checkpoint", "portal_seal", "review_notice")


def run(statement: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


class owner:
    """The guards are off for as long as the owner of the tables works."""

    def __enter__(self):
        self.switch("DISABLE")

    def __exit__(self, *error):
        self.switch("ENABLE")

    @staticmethod
    def switch(word: str) -> None:
        run("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            run(f"ALTER TABLE {table} {word} TRIGGER USER")


def write_log_anew(folder) -> None:
    """With the database, the files and the key in one hand a whole new log is signed in a moment."""
    shutil.rmtree(folder)
    with owner():
        run("DELETE FROM portal_checkpoint")
        run("DELETE FROM portal_leaf")


def hash_chain_anew(stream: str) -> None:
    previous = audit.GENESIS
    for event in AuditEvent.objects.filter(stream=stream).order_by("sequence"):
        event.previous_hash, event.hash = previous, audit.chain_hash(previous, event.body)
        event.save(update_fields=["previous_hash", "hash"])
        previous = event.hash


@pytest.fixture
def story(db, witnessed_log):
    """Six acts of one person, two checkpoints, three witnesses who saw them."""
    person = people.user()
    for number in range(3):
        audit.record(action="edit", obj=person, by=person, note=f"第 {number} 次")
    log.publish()
    for number in range(3, 6):
        audit.record(action="edit", obj=person, by=person, note=f"第 {number} 次")
    log.publish()
    assert verify_trail().breaks == []
    return person


def change_note(person, sequence: int) -> None:
    """Note, text, and every hash after it: within itself the trail is whole again."""
    with owner():
        event = AuditEvent.objects.get(stream=f"portal.user:{person.pk}", sequence=sequence)
        event.body = event.body.replace(event.note, "另一回事")
        event.note = "另一回事"
        event.save(update_fields=["note", "body"])
        hash_chain_anew(event.stream)


def test_a_forked_view_is_signed_by_no_witness(story, witnessed_log, tmp_path):
    keys = tmp_path / "keys.txt"
    keys.write_text(proofs.keys_file(), encoding="utf-8")
    change_note(story, 2)
    write_log_anew(witnessed_log)
    checkpoint = log.publish()
    assert cosigners_of(checkpoint.note) == []
    assert set(checkpoint.refusals) == {"witness-1.example", "witness-2.example", "witness-3.example"}
    found = verify_trail().breaks
    assert "与见证方 witness-1.example 见过的不同：第 1 条至" in found[0].sentence
    assert "会签不足" in run_verify("log", str(witnessed_log), "--keys", str(keys)).stderr


def restore_to(size: int, person, sequence: int) -> None:
    """What an older backup holds: neither the later events nor their places in the log."""
    with owner():
        run("DELETE FROM portal_leaf WHERE number >= %s", size)
        run("DELETE FROM portal_checkpoint WHERE size > %s", size)
        run(
            "DELETE FROM portal_auditevent WHERE stream = %s AND sequence > %s",
            f"portal.user:{person.pk}",
            sequence,
        )
    run("SET CONSTRAINTS ALL DEFERRED")  # as in any other transaction


def test_after_a_restore_two_administrators_let_the_log_go_on(story, witnessed_log):
    """Until they have, it is a cut log; afterwards what is lost stands in the first entry of the next one."""
    first, second = (people.user(Role.ADMINISTRATOR) for _ in range(2))
    with pytest.raises(TransitionBlocked, match="不需要续立"):
        propose_continuation(by=first, note="演练")
    before = Checkpoint.objects.order_by("size").first().size
    restore_to(before, story, 3)
    with pytest.raises(BrokenTiles, match="短于已公布"):
        log.publish()
    assert verify_trail().breaks
    call_command("continue_log", by=first.username, reason="主机损坏，恢复昨夜备份")
    act = SignOff.objects.get()
    assert Notification.objects.filter(recipient=first, title="已提请续立公开日志").exists()
    with pytest.raises(TransitionBlocked, match="须为两人"):
        signing.sign(act, by=first)
    signing.sign(act, by=second)
    row = LogContinuation.objects.get()
    assert (row.state, len(row.lost_lines), row.recovered) == ("SIGNED", 3, row.size - before)
    checkpoint = log.publish()
    assert (checkpoint.log, checkpoint.refusals, len(cosigners_of(checkpoint.note))) == (2, {}, 3)
    origin = json.loads(Leaf.objects.get(log=2, number=0).entry)
    assert origin["continues"]["size"] == row.size and origin["lost"]["count"] == 3
    assert verify_trail().breaks == []
    change_note(story, 2)
    assert verify_trail().breaks  # what is not declared lost is still tampering


def test_a_cut_tail_is_shorter_than_what_the_witnesses_saw(story, witnessed_log):
    with owner():
        run("DELETE FROM portal_auditevent WHERE stream = %s AND sequence > 1", f"portal.user:{story.pk}")
    write_log_anew(witnessed_log)
    checkpoint = log.publish()
    assert all("见证方见过" in sentence for sentence in checkpoint.refusals.values())
    assert len(checkpoint.refusals) == 3
    assert any("被改写" in found.sentence for found in verify_trail().breaks)


def test_a_back_dated_act_enters_behind_a_checkpoint_that_is_younger(story):
    last_week = timezone.now() - timedelta(days=7)
    event = audit.record(action="edit", obj=people.user(), by=story, note="补记")
    event.recorded_at = event.at = last_week
    event.body = audit.canonical_json({**event.signed_columns(), "facts": {}})
    event.hash = audit.chain_hash(audit.GENESIS, event.body)
    with owner():
        event.save()
    log.publish()
    assert [str(found) for found in verify_trail().breaks] == [
        f"{event.stream} 第 1 条：记录时间早于它记入日志之前的检查点，属于事后补记"
    ]


def test_a_changed_notice_is_found_inside_and_outside(db, witnessed_log, tmp_path, client):
    dossiers.application_in(S.DESIGNATED)
    log.publish()
    notice = Notice.objects.order_by("pk").first()
    with owner():
        run("UPDATE review_notice SET digest = repeat('0', 64), body = '{}' WHERE id = %s", notice.pk)
    assert [found.sentence for found in verify_trail().breaks] == ["封存的内容被改动"]
    keys, page = tmp_path / "keys.txt", tmp_path / "records.json"
    keys.write_text(proofs.keys_file(), encoding="utf-8")
    page.write_text(client.get(reverse("log_records")).content.decode(), encoding="utf-8")
    before = run_verify("register", str(witnessed_log), "--keys", str(keys), "--page", str(page))
    assert f"notice {notice.pk}：页面与日志不同" in before.stderr
    log.publish()  # the portal cannot know and logs the page as it is: everybody sees the change
    after = run_verify("register", str(witnessed_log), "--keys", str(keys), "--page", str(page))
    assert f"已公布的{notice.pk}后来被改动" in after.stderr


def test_a_notice_dated_back_is_found_from_outside(db, witnessed_log, tmp_path):
    dossiers.application_in(S.DESIGNATED)
    log.publish()
    log.publish()
    notice = Notice.objects.order_by("-published_on").first()
    copy = Notice(
        **{
            f.attname: getattr(notice, f.attname)
            for f in Notice._meta.concrete_fields
            if f.attname not in ("id", "published_on", "title", "state", "state_event")
        },
        published_on=notice.published_on - timedelta(days=400),
        title="倒签的公告",
    )
    copy.save(force_insert=True)
    log.publish()
    keys = tmp_path / "keys.txt"
    keys.write_text(proofs.keys_file(), encoding="utf-8")
    assert "而当时日志中没有" in run_verify("register", str(witnessed_log), "--keys", str(keys)).stderr


# --- tampering at random ---

SHOWN = ("actor_label", "note", "object_label", "action", "before", "after", "request_id")
HIDDEN = ("body", "hash", "previous_hash")
ACTS = ("edit", "edit", "delete", "insert", "swap", "cut", "rehash")


def edit(rows, sequence: int, dice: random.Random, columns) -> None:
    column = dice.choice(columns)
    was = getattr(rows.get(sequence=sequence), column)
    place = dice.randrange(len(was) or 1)
    other = "0" if was[place : place + 1] != "0" else "1"
    rows.filter(sequence=sequence).update(**{column: f"{was[:place]}{other}{was[place + 1 :]}"})


def insert(rows, sequence: int) -> None:
    copy = rows.get(sequence=sequence)
    copy.pk, copy.uuid, copy.sequence = None, uuid.uuid4(), 7
    copy.recorded_at -= timedelta(days=2)
    copy.body = audit.canonical_json({**copy.signed_columns(), "facts": {}})
    copy.previous_hash = rows.get(sequence=6).hash
    copy.hash = audit.chain_hash(copy.previous_hash, copy.body)
    copy.save(force_insert=True)


def swap(rows, sequence: int, other: int) -> None:
    for was, becomes in ((sequence, 99), (other, sequence), (99, other)):
        rows.filter(sequence=was).update(sequence=becomes)


def tamper_inside(
    dice: random.Random, stream: str, acts=(*ACTS, "leaf", "unleaf"), columns=(*SHOWN, *HIDDEN)
) -> None:
    """Edit, delete, insert, swap, cut or hash anew: the database alone."""
    sequence, act = dice.randrange(1, 7), dice.choice(acts)
    rows = AuditEvent.objects.filter(stream=stream)
    leaves = Leaf.objects.filter(kind="event").order_by("number")
    with owner():
        match act:
            case "edit":
                edit(rows, sequence, dice, columns)
            case "delete":
                rows.filter(sequence=sequence).delete()
            case "cut":
                rows.filter(sequence__gte=sequence).delete()
            case "insert":
                insert(rows, sequence)
            case "swap":
                swap(rows, sequence, sequence % 6 + 1)
            case "rehash":
                event = rows.get(sequence=sequence)
                event.body, event.note = event.body.replace(event.note, "改"), "改"
                event.save(update_fields=["note", "body"])
                hash_chain_anew(stream)
            case "leaf":
                Leaf.objects.filter(pk=leaves[sequence - 1].pk).update(entry=entry_of_event("0" * 64))
            case "unleaf":
                Leaf.objects.filter(pk__in=[leaf.pk for leaf in leaves[sequence - 1 :]]).delete()


def tamper_everywhere(dice: random.Random, stream: str, folder) -> None:
    """The same, then chain, leaves, files and checkpoints of this host are made to agree with it."""
    tamper_inside(dice, stream, ACTS, SHOWN)
    rows = AuditEvent.objects.filter(stream=stream)
    with owner():
        order = list(rows.order_by("sequence").values_list("pk", flat=True))
        rows.update(sequence=F("sequence") + 1000)
        for number, pk in enumerate(order, start=1):
            event = AuditEvent.objects.get(pk=pk)
            event.sequence = number
            event.body = audit.canonical_json({**event.signed_columns(), "facts": {}})
            event.save(update_fields=["sequence", "body"])
        hash_chain_anew(stream)
        make_leaves_agree()
        run("DELETE FROM portal_checkpoint")
    shutil.rmtree(folder)
    log.publish()


def make_leaves_agree() -> None:
    """Every leaf stays in its place where it can: nobody sees more of the change than there is."""
    place = 0
    for leaf in Leaf.objects.order_by("number"):
        event = AuditEvent.objects.filter(pk=leaf.source).first() if leaf.kind == "event" else None
        if leaf.kind == "event" and event is None:
            leaf.delete()
            continue
        entry = entry_of_event(event.hash) if event else leaf.entry
        Leaf.objects.filter(pk=leaf.pk).update(number=place, entry=entry)
        place += 1


def tamper_many(story, folder, count: int, *, with_host: bool, tmp_path) -> list[int]:
    """Numbers of the tamperings that nobody noticed."""
    kept, missed, stream = tmp_path / "kept", [], f"portal.user:{story.pk}"
    shutil.copytree(folder, kept)
    for number in range(count):
        dice, point = random.Random(number), transaction.savepoint()
        if with_host:
            tamper_everywhere(dice, stream, folder)
        else:
            tamper_inside(dice, stream)
        found = verify_trail().breaks
        if not found or not (found[0].stream and found[0].sentence):
            missed.append(number)
        transaction.savepoint_rollback(point)
        if with_host:
            shutil.rmtree(folder)
            shutil.copytree(kept, folder)
    return missed


@pytest.mark.parametrize("with_host", [False, True])
def test_random_tampering_is_found_and_named(story, witnessed_log, tmp_path, with_host):
    assert tamper_many(story, witnessed_log, 60, with_host=with_host, tmp_path=tmp_path) == []


@pytest.mark.nightly
@pytest.mark.parametrize("with_host", [False, True])
def test_a_thousand_tamperings_are_found_and_named(story, witnessed_log, tmp_path, with_host):
    assert tamper_many(story, witnessed_log, 1000, with_host=with_host, tmp_path=tmp_path) == []
