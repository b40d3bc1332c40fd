"""The auditor's desk, evidence and statistics: all of what one may see, nothing of the rest, every look on record."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import chinese_calendar
import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import AuditAppointment
from applications.states import ApplicationState
from portal.desk.todo import todos_for
from portal.kernel import audit, outbox, signoff
from portal.kernel.audit import chain_hash
from portal.models import AuditEvent, ExportJob, Notification
from portal.shared.storage import open_private
from portal.trail.verification import run_waiting
from review.experts.services import assign_experts
from review.formal_check.services import assign_handler
from review.models import Assignment, Expert
from review.objections.services import receive_objection
from review.oversight.fact_words import words_of
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


def walked(rows) -> list[list[tuple[str, str]]]:
    """Of each dossier the verbs and the states that followed, in their order, from the trail alone."""
    paths = {}
    for event in AuditEvent.objects.filter(stream__startswith="applications.application:").order_by("id"):
        if event.after:
            paths.setdefault(event.stream, []).append((event.action.rpartition(".")[2], event.after))
    return [paths[f"applications.application:{row.pk}"] for row in rows]


NOW = timezone.make_aware(datetime(2026, 4, 8, 10))
NAIVELY = {
    "relaxations": lambda event: event.action.startswith("relaxation."),
    "by_hand": lambda event: event.action == "assignment.assign" and event.facts["by_lot"] is False,
    "recusals": lambda event: event.action in ("assignment.recuse", "assignment.release"),
    "cycles": lambda event: event.action.startswith("cycle."),
    "exports": lambda event: "export" in event.action,
    "out_of_order": lambda event: bool(event.action.endswith("propose") and event.facts.get("exceptions")),
    "returned": lambda event: event.action.partition(".return_")[2] not in ("", "for_correction"),
    "rescored": lambda event: event.action in ("assignment.reopen", "moderation.create"),
    "late": lambda event: event.action == "application.admit_late" or handed_in_after_the_day(event),
    "taken_back": lambda event: (
        event.action.split(".")
        in (
            ["application", "recall"],
            ["application", "withdraw"],
            ["application", "leave_round"],
            ["application", "take_off_list"],
            ["notice", "withdraw"],
        )
    ),
    "objections": lambda event: event.action.startswith("objection.") and "objector" not in event.action,
    "objectors": lambda event: event.action.startswith("objection.") and "objector" in event.action,
    "evidence": lambda event: (
        event.action in ("user.read_audit", "application.reconstruct", "exportjob.export")
    ),
    "outside_handlers": lambda event: event.action in ("outsidehandler.appoint", "outsidehandler.end"),
    "imports": lambda event: (
        event.action
        in (
            "designation.import_title",
            *(f"importbatch.{step}{verb}" for step in ("", "prepare_") for verb in ("apply", "undo")),
        )
    ),
    "accounts": lambda event: (
        event.action.startswith("accountchange.")
        or (event.action == "user.create" and event.actor_id is None)
        or event.action
        in ("user.send_link", "user.change_address", "user.clear_factors", "user.use_recovery_code")
    ),
}


def handed_in_after_the_day(event) -> bool:
    if event.action != "assignment.hand_in":
        return False
    sheet = Assignment.objects.get(pk=event.stream.rpartition(":")[2])
    return timezone.localtime(sheet.handed_in_at).date() > sheet.due_on


def test_the_figures_of_home_and_desk_are_those_of_the_trail(finished, client):
    """Counted again from the events by somebody who has never seen the queries."""
    world, rows = finished
    rows += world.bring("陕西", upto="ACCEPTED")
    paths = walked(rows)
    with world.on(date(2026, 4, 8)):
        returned = signoff.prepare([rows[1]], "propose", by=world.people["miit_officer"], outcome="designate")
        signoff.send_back(returned, by=world.people["miit_lead"], answer="再议")
        signoff.prepare([rows[0]], "propose", by=world.people["miit_officer"], outcome="designate")
        client.force_login(world.people["miit_officer"])
        stages = client.get(reverse("ministry_home")).context["rounds"][0][2]
        client.force_login(world.people["inspector"])
        desk = client.get(reverse("audit_desk")).context
    done = [{verb for verb, _ in path} for path in paths]
    last = [path[-1][1] for path in paths]
    assert {one["label"]: one["count"] for one in stages} == {
        "推荐报送": sum("report" in verbs for verbs in done),
        "待形式审查": last.count("REPORTED"),
        "补正中": last.count("SUPPLEMENTING"),
        "形式通过": sum("accept" in verbs for verbs in done),
        "专家评审中": last.count("UNDER_REVIEW"),
        "评审完成": sum("conclude_review" in verbs for verbs in done),
        "不予受理": sum("refuse" in verbs for verbs in done),
    }
    actions = [event.action.rpartition(".")[2] for event in AuditEvent.objects.all()]
    waiting = actions.count("prepare_propose") - actions.count("propose") - actions.count("return_propose")
    assert (desk["waiting_signoffs"], waiting) == (waiting, 1)
    assert desk["total"] == len(actions)
    events = list(AuditEvent.objects.all())
    shown = {signal.code: count for signal, count in desk["signals"]}
    assert shown["returned"] == 1
    assert shown == {code: sum(map(says, events)) for code, says in NAIVELY.items()}
    days = Counter(timezone.localtime(event.at).strftime("%m-%d") for event in events if event.at <= NOW)
    assert {day: days[day] for day, _ in desk["by_day"]} == dict(desk["by_day"]) != {}


def test_the_to_dos_are_those_of_the_trail(finished, client):
    """What waits for an officer, for who signs and for each expert, counted again from the events alone."""
    world, rows = finished
    rows += world.bring("陕西", "湖南", upto="ACCEPTED") + world.bring(
        "四川", "江苏", "山东", upto="REPORTED"
    )
    rows += world.bring("广东", upto="UNDER_REVIEW") + world.bring("河北", upto="PUBLICISED")
    officer, lead = world.people["miit_officer"], world.people["miit_lead"]
    with world.on(date(2026, 4, 13)):
        assign_handler([rows[4]], officer=officer, by=lead)
        world.two([rows[1]], "propose", outcome="designate")
        signoff.prepare([rows[0]], "propose", by=officer, outcome="designate")
        facts = {"facts": "服务企业名单不实，请核实。", "name": "李先生", "contact": "13900000000"}
        for _ in range(2):
            receive_objection(rows[-1].notice_items.get(), **facts)
        states = Counter(path[-1][1] for path in walked(rows))
        actions = Counter(AuditEvent.objects.values_list("action", flat=True))
        counted = {entry.title: entry.count for entry in todos_for(officer)}
        shown = {title.split()[0]: number for title, number in counted.items() if title.endswith(" 件")}
        assert shown == {
            "未分派的报送": states["REPORTED"] - actions["application.assign_handler"],
            "待组成评审组": states["ACCEPTED"],
            "待合议": states["REVIEWED"],
            "待公示": states["PROPOSED"],
            "未办结的异议": actions["objection.receive"],
        }
        assert sum("形式审查：" in title for title in counted) == actions["application.assign_handler"] == 1
        signed = sum(actions[f"application.{verb}"] for verb in ("propose", "publicise"))
        prepared = sum(actions[f"application.prepare_{verb}"] for verb in ("propose", "publicise"))
        assert sum(entry.action == "审签" for entry in todos_for(lead)) == prepared - signed == 1
        for expert in Expert.objects.select_related("user"):
            assert len(todos_for(expert.user)) == len(sheets_out(expert)), expert


def sheets_out(expert) -> set[str]:
    """Given to this expert and not handed in, recused or taken away since."""
    own = {f"review.assignment:{row.pk}" for row in Assignment.objects.filter(expert=expert)}
    out = set()
    for event in AuditEvent.objects.filter(stream__in=own).order_by("id"):
        verb = event.action.rpartition(".")[2]
        out = out | {event.stream} if verb in ("assign", "reopen") else out
        out = out - {event.stream} if verb in ("hand_in", "recuse", "release") else out
    return out


def test_the_statistics_are_those_of_the_trail(finished, client):
    """Each figure of the page again from the events alone: what was reported, how it ended, how long it took, its score."""
    world, rows = finished
    rows += world.bring("陕西", upto="PUBLICISED") + world.bring("湖南", "四川", upto="REPORTED")
    with world.on(date(2026, 4, 8)):
        world.two([rows[1]], "reject", note="得分低", reason_code="score")
        world.two([rows[3]], "refuse", note="材料不符", reason_code="incomplete")
    with world.on(date(2026, 5, 6)):
        world.two([rows[2]], "designate", document_number="1 号")
    client.force_login(world.people["miit_officer"])
    shown = client.get(reverse("statistics")).context
    paths = walked(rows)
    last = Counter(path[-1][1] for path in paths)
    verbs = Counter(verb for path in paths for verb, _ in path)
    won, lost = last["DESIGNATED"], last["REJECTED"] + last["REFUSED"]
    assert shown["total"] == verbs["report"] == 5
    [year] = shown["charts"]["by_year"]
    assert (year["reported"], year["won"], year["lost"], year["open"]) == (5, won, lost, 5 - won - lost)
    assert dict(shown["outcomes"]) == {
        ApplicationState(state).label: number for state, number in last.items()
    }
    assert {one["label"]: one["count"] for one in shown["stages"]} == {
        "报送": verbs["report"],
        "完成评审": verbs["conclude_review"],
        "拟定及以上": verbs["propose"],
        "授予或确认": verbs["designate"],
    }
    offices = Counter("行业协会" if row.recommender.is_association else row.recommender.label for row in rows)
    assert {one["label"]: one["reported"] for one in shown["charts"]["by_recommender"]} == offices
    assert dict(shown["tiles"]) == offices
    functions = Counter(label for row in rows for label in row.platform.function_labels)
    assert {one["label"]: one["reported"] for one in shown["charts"]["by_function"]} == functions
    reported = event_day("application.report", rows[2])
    announced = event_day("application.designate", rows[2])
    [(label, taken)] = shown["durations"]
    assert taken == [len(list(working_days(reported, announced)))] and f"中位 {taken[0]}" in label
    [(_, scores)] = shown["scores"]
    assert scores == sorted(score_of(row) for row in rows[:3])


def event_day(action: str, row) -> date:
    event = AuditEvent.objects.filter(action=action, stream=f"applications.application:{row.pk}").get()
    return timezone.localtime(event.at).date()


def working_days(first: date, last: date):
    """Counted day by day, both ends included, by what the State Council published."""
    for number in range((last - first).days + 1):
        if chinese_calendar.is_workday(day := first + timedelta(days=number)):
            yield day


def score_of(row) -> float:
    """The mean of what the experts handed in, each total from its own sheet and the rubric's weights."""
    rubric = row.cycle.edition.rubric
    totals = []
    for sheet in Assignment.objects.filter(application=row, state="HANDED_IN"):
        marks = sum(Decimal(sheet.sheet[one.code]["score"]) * one.weight for one in rubric)
        totals.append(marks / sum(one.weight for one in rubric))
    return float(round(sum(totals) / len(totals), 2))


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
    AuditAppointment.objects.filter(auditor=auditor).update(until=world.year.filing_from)
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
    line = {"reported": 1, "won": 0, "lost": 0, "open": 1}
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
