"""The auditor's desk, evidence and statistics: all of what one may see, nothing of the rest, every look on record."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from applications.models import AuditAppointment
from portal.kernel import audit, outbox
from portal.kernel.audit import chain_hash
from portal.models import AuditEvent, ExportJob, Notification
from portal.shared.storage import open_private
from portal.trail import log, proofs
from portal.trail.verification import run_waiting
from review.experts.services import assign_experts
from review.models import Assignment
from review.oversight.fact_words import UNREAD, words_of
from tests.factories.log import run_verify
from tests.factories.records import exported
from tests.factories.rounds import Round


@pytest.fixture
def world(db):
    return Round()


@pytest.fixture
def finished(world):
    return world, world.bring("浙江", "四川", upto="REVIEWED")


def test_signals_count_and_list_the_same_events(finished, client):
    world, rows = finished
    Assignment.objects.filter(application=rows[0]).update(due_on=date(2026, 4, 1))
    (third,) = world.bring("陕西", upto="ACCEPTED")
    with world.on(date(2026, 4, 3)):
        assign_experts(third, [Assignment.objects.first().expert], by=world.people["miit_officer"])
        exceptions = [
            {"what": "线下列入", "name": "甲", "rank": 2, "score": "80", "reason": "薄弱地区", "id": "1"}
        ]
        world.two(
            [rows[1]], "propose", exceptions=exceptions, cut=1, ranked=2, by_recommender=[], by_function=[]
        )
    client.force_login(world.people["inspector"])
    counts = {signal.code: count for signal, count in client.get(reverse("audit_desk")).context["signals"]}
    assert (counts["out_of_order"], counts["by_hand"], counts["late"]) == (1, 1, 3)
    for code in ("out_of_order", "by_hand", "late", "relaxations", "objectors"):
        page = client.get(reverse("audit_events"), {"signal": code}).context["page"]
        assert page.paginator.count == counts[code], code


def test_the_picture_of_sixty_days_follows_the_training_clock(finished, client):
    """What was recorded by the calendar on the wall, before the clock was set, is no bar of its own."""
    world, _ = finished
    client.force_login(world.people["inspector"])
    with world.on(date(2030, 1, 8)):
        audit.record_read(world.people["inspector"], by=world.people["inspector"], what="export")
    with world.on(date(2026, 4, 20)):
        days = [label for label, _ in client.get(reverse("audit_desk")).context["by_day"]]
    assert days and "01-08" not in days and days == sorted(days)


def test_watchers_leave_a_trace_themselves(finished, client):
    world, rows = finished
    inspector = world.people["inspector"]
    client.force_login(inspector)
    client.get(reverse("audit_events"), {"q": "评审"})
    client.get(reverse("audit_reconstruct", args=[rows[0].pk]))
    assert (
        "待受理 → "
        in client.get(reverse("audit_events"), {"action": "application.begin_evaluation"}).content.decode()
    )
    looks = AuditEvent.objects.filter(actor=inspector).values_list("action", flat=True)
    assert set(looks) >= {"user.read_audit", "application.reconstruct"}


def test_a_dossier_is_reconstructed_step_by_step(finished, client):
    """Art. 17."""
    world, rows = finished
    client.force_login(world.people["inspector"])
    path = reverse("audit_reconstruct", args=[rows[0].pk])
    last = client.get(path)
    total = last.context["total"]
    states = []
    assert "HANDED_IN" not in last.content.decode() and "已交" in last.content.decode()
    for step in range(1, total + 1):
        page = client.get(path, {"step": step})
        assert page.context["holds"] and page.context["event"].number == step
        for name, state, _ in page.context["standing"]:
            if name == rows[0].platform.name and (not states or states[-1] != state):
                states.append(state)
    assert states[-1] == "待合议" and len(states) >= 6 and states[0] == "待受理"
    assert client.get(path, {"step": "999999"}).context["step"] >= total


def test_a_look_back_opens_at_what_was_done_and_reads_in_words(finished, client):
    """The reader's own look before is no step to open at; keys and codes of the record are no words."""
    world, rows = finished
    world.bring("陕西", upto="PUBLICISED")
    trail = AuditEvent.objects.filter(root__startswith="applications.application:")
    words = words_of(rows[0])
    unnamed = {(event.action, label) for event in trail for label, _ in words.of(event) if label.isascii()}
    assert not unnamed
    client.force_login(world.people["inspector"])
    path = reverse("audit_reconstruct", args=[rows[0].pk])
    for _ in range(2):
        page = client.get(path)
        assert page.context["event"].action == "application.conclude_review"
    events = list(trail.filter(root=f"applications.application:{rows[0].pk}").order_by("id"))
    step = next(number for number, event in enumerate(events, 1) if event.action == "material.add_file")
    upload = dict(client.get(path, {"step": step}).context["facts"])
    assert upload["名称"] == events[step - 1].facts["name"]
    step = next(
        number for number, event in enumerate(events, 1) if event.action == "application.mark_material"
    )
    marked = dict(client.get(path, {"step": step}).context["facts"])
    assert marked["核对结论"] == "齐" and marked["材料"] in {
        rows[0].spec(one.code).short_title for one in rows[0].materials.all()
    }


def test_nobody_reads_a_score_before_all_are_in(world, client):
    """Art. 17 lets who watches see everything, when there is something to judge: not on a page, in a file, in a list."""
    [row] = world.bring("浙江", upto="UNDER_REVIEW")
    totals = {str(one.total) for one in row.assignments.exclude(state="ASSIGNED")}
    assert len(totals - {"None"}) >= 1
    readers = ("miit_officer", "miit_lead", "inspector", "auditor", "zhejiang_lead")
    pages = [
        reverse("dossier", args=[row.pk]),
        reverse("panel", args=[row.pk]),
        *(f"{reverse('audit_reconstruct', args=[row.pk])}?step={step}" for step in range(1, 80)),
        f"{reverse('audit_events')}?action=assignment.hand_in",
    ]
    for name in readers:
        client.force_login(world.people[name])
        for page in pages if name == "inspector" else pages[:2] + pages[-1:]:
            shown = client.get(page).content.decode()
            assert not [total for total in totals if total in shown], (name, page)
    client.force_login(world.people["inspector"])
    job = exported(client, reverse("audit_evidence", args=[row.pk]))
    with zipfile.ZipFile(open_private(job.file.key)) as package:
        record = json.loads(package.read("03-卷宗记录.json"))
        events = json.loads(package.read("02-操作记录.json"))
    assert {(one["sheet"], one["comment"], one["total"]) for one in record["sheets"]} == {(UNREAD,) * 3}
    assert {one["body"] for one in events if ":hand_in" in one["body"] or one["body"] == UNREAD} == {UNREAD}
    assert not [total for total in totals - {"None"} if total in json.dumps(events)]


def test_the_evidence_package_proves_itself(finished, client):
    world, rows = finished
    client.force_login(world.people["inspector"])
    job = exported(client, reverse("audit_evidence", args=[rows[0].pk]))
    assert (job.progress, job.percent) == ("done", 100)
    download = client.get(reverse("file_download", args=[job.file_id]))
    package = zipfile.ZipFile(io.BytesIO(b"".join(download.streaming_content)))
    sums = dict(
        reversed(line.split("  ", 1)) for line in package.read("SHA256SUMS.txt").decode().splitlines()
    )
    assert set(sums) == set(package.namelist()) - {"SHA256SUMS.txt"}
    assert all(hashlib.sha256(package.read(name)).hexdigest() == digest for name, digest in sums.items())
    events = json.loads(package.read("02-操作记录.json"))
    assert all(e["hash"] == chain_hash(e["previous_hash"], e["body"]) for e in events) and len(events) > 20
    records = json.loads(package.read("03-卷宗记录.json"))
    assert len(records["sheets"]) == 3 and records["submissions"][0]["sha256"]
    assert sum(name.startswith("04-") for name in sums) >= 5
    assert {"08-文书/申请报告.pdf", "08-文书/推荐表.pdf", "08-文书/信函.json"} <= set(sums)
    assert package.read("08-文书/推荐表.pdf").startswith(b"%PDF")
    letters = json.loads(package.read("08-文书/信函.json"))
    assert len(letters) == Notification.objects.filter(about=f"applications.application:{rows[0].pk}").count()
    assert records["relaxations"] == records["objections"] == []
    assert Notification.objects.filter(recipient=job.requested_by, url="/exports/").count() == 1
    other = world.people["miit_lead"]
    client.force_login(other)
    assert client.get(reverse("file_download", args=[job.file_id])).status_code == 404
    assert client.post(reverse("audit_evidence", args=[rows[0].pk])).status_code == 403


def test_an_outsider_verifies_the_packages_trail_and_finds_a_forged_one(finished, client, own_log, tmp_path):
    world, rows = finished
    client.force_login(world.people["inspector"])
    job = exported(client, reverse("audit_evidence", args=[rows[0].pk]))
    with open_private(job.file.key) as stored, zipfile.ZipFile(stored) as package:
        events = json.loads(package.read("02-操作记录.json"))
    log.publish()
    keys, trail = tmp_path / "keys.txt", tmp_path / "trail.json"
    keys.write_text(proofs.keys_file(), encoding="utf-8")

    def verified(rows: list[dict]):
        trail.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return run_verify("trail", str(trail), "--log", str(own_log), "--keys", str(keys))

    found = verified(events)
    assert found.returncode == 0 and f"{len(events)} 条记录" in found.stdout, found.stderr
    events[-1] |= forged(events[-1], rows[1])
    assert "不在公开日志中" in verified(events).stderr
    [open_yet] = world.bring("陕西", upto="UNDER_REVIEW")
    job = exported(client, reverse("audit_evidence", args=[open_yet.pk]))
    with open_private(job.file.key) as stored, zipfile.ZipFile(stored) as package:
        events = json.loads(package.read("02-操作记录.json"))
    log.publish()
    withheld = [one for one in events if one.get("withheld")]
    assert f"其中 {len(withheld)} 条的内容暂未列入，只核对了摘要" in verified(events).stdout
    withheld[0]["hash"] = "0" * 64
    assert verified(events).returncode == 1


def forged(event: dict, other) -> dict:
    """As who owns the database would: other words, and a digest that fits them."""
    body = event["body"].replace('"note":"', f'"note":"{other.pk}', 1)
    assert body != event["body"]
    return {"body": body, "hash": chain_hash(event["previous_hash"], body)}


def test_an_outside_auditor_stays_within_the_appointed_cycle(finished, client, own_log):
    """Art. 17."""
    world, rows = finished
    auditor = world.people["auditor"]
    client.force_login(auditor)
    seen = AuditEvent.objects.for_user(auditor)
    assert seen.filter(action="application.conclude_review").count() == 2
    assert not seen.exclude(root__startswith="applications.").exists()
    assert client.get(reverse("audit_reconstruct", args=[rows[0].pk])).status_code == 200
    client.post(reverse("audit_verify"), {"full": "1"})
    assert "已经登记" in client.get(reverse("audit_verify")).content.decode()
    run_waiting()
    assert "全部相符" in client.get(reverse("audit_verify")).content.decode()
    assert list(client.get(reverse("statistics")).context["years"]) == [world.year.year]
    AuditAppointment.objects.filter(auditor=auditor).update(until=world.year.filing_from)
    assert list(client.get(reverse("statistics")).context["years"]) == []
    assert AuditEvent.objects.for_user(auditor).count() == 0
    assert client.get(reverse("audit_reconstruct", args=[rows[0].pk])).status_code == 404
    assert client.post(reverse("audit_evidence", args=[rows[0].pk])).status_code == 404
    for path in ("audit_desk", "audit_events", "audit_dossiers", "statistics"):
        assert rows[0].platform.name not in client.get(reverse(path)).content.decode(), path


def test_statistics_and_export_hold_the_same_rows(finished, client):
    world, rows = finished
    client.force_login(world.people["miit_officer"])
    params = {"recommender": rows[0].recommender.code}
    assert client.get(reverse("statistics")).context["total"] == 2
    shown = client.get(reverse("statistics"), params).context
    assert (shown["total"], shown["outcomes"]) == (1, [("待合议", 1)])
    line = {"reported": 1, "won": 0, "lost": 0, "open": 1, "left": 0}
    assert shown["charts"]["by_year"] == [{"key": "2026", "label": "2026 年度", **line}]
    assert shown["charts"]["by_recommender"] == [
        {"key": rows[0].recommender.code, "label": rows[0].recommender.label, **line}
    ]
    assert {entry["label"] for entry in shown["charts"]["by_function"]} == set(
        rows[0].platform.function_labels
    )
    assert shown["said"]["year"] == "2026 年度报送 1 件：授予或合格 0 件，办理中 1 件，未通过 0 件。"
    assert shown["said"]["recommender"].endswith(f"最多的是{rows[0].recommender.label}（1 件）。")
    job = exported(client, reverse("statistics_export"), params)
    sheet = openpyxl.load_workbook(open_private(job.file.key)).active
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == [rows[0].platform.name]
    assert (sheet["H2"].value, job.done, job.total) == ("待合议", 1, 1)
    client.force_login(world.people["zhejiang_officer"])
    assert client.get(reverse("statistics")).status_code == 403
    assert job.title not in client.get(reverse("export_list")).content.decode()


def test_an_export_that_fails_says_so(finished, client, django_capture_on_commit_callbacks):
    world, rows = finished
    client.force_login(world.people["inspector"])
    path = reverse("audit_evidence", args=[rows[0].pk])
    ExportJob.objects.all().delete()
    assert client.post(path).status_code == 302
    ExportJob.objects.update(params={"application": "00000000-0000-0000-0000-000000000000", "number": ""})
    with django_capture_on_commit_callbacks(execute=True):
        outbox.drain_outbox()
    job = ExportJob.objects.get()
    assert (job.progress, job.file) == ("failed", None)
    assert "未成功" in client.get(reverse("export_list")).content.decode()
