"""Each figure of home, desk, to-dos and statistics, counted again from the trail by somebody who never saw the queries."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import chinese_calendar
import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from applications.states import ApplicationState
from platforms.models import Designation, TitleEvent
from portal.desk.todo import todos_for
from portal.kernel import signoff
from portal.models import AuditEvent
from review.formal_check.services import assign_handler
from review.leaving.services import leave_round
from review.models import Assignment, Expert
from review.objections.services import receive_objection
from review.revocations.services import ask_surrender
from tests.factories.rounds import Round


@pytest.fixture
def world(db):
    return Round()


@pytest.fixture
def finished(world):
    return world, world.bring("浙江", "四川", upto="REVIEWED")


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
    "keys": lambda event: (
        event.action in ("seal.change", "logkey.add", "logkey.retire", "contactskey.rotate")
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
        leave_round(rows[4], by=world.units[str(rows[4].pk)].user, note="单位合并，不再需要称号。")
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
    left = last["WITHDRAWN"]
    assert shares(year) == {
        "reported": 5,
        "won": won,
        "lost": lost,
        "left": left,
        "open": 5 - won - lost - left,
    }
    assert left == 1 and shown["said"]["year"] == (
        f"2026 年度报送 5 件：授予或合格 {won} 件，办理中 {5 - won - lost - left} 件，未通过 {lost} 件，撤回或终止 1 件。"
    )
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
    split = {office: Counter() for office in offices}
    for row, path in zip(rows, paths, strict=True):
        split[row.recommender.label] += Counter(["reported", SHARES.get(path[-1][1], "open")])
    assert {one["label"]: +Counter(shares(one)) for one in shown["charts"]["by_recommender"]} == split
    assert dict(shown["tiles"]) == offices
    functions = Counter(label for row in rows for label in row.platform.function_labels)
    parts = {label: Counter() for label in functions}
    for row, path in zip(rows, paths, strict=True):
        for label in row.platform.function_labels:
            parts[label] += Counter(["reported", SHARES.get(path[-1][1], "open")])
    assert {one["label"]: +Counter(shares(one)) for one in shown["charts"]["by_function"]} == parts
    most = max(functions.values())
    assert f"{len(functions)} 项服务功能有报送" in shown["said"]["function"]
    assert f"（{most} 件）" in shown["said"]["function"]
    assert f"{len(offices)} 家推荐单位有报送" in shown["said"]["recommender"]
    reported = event_day("application.report", rows[2])
    announced = event_day("application.designate", rows[2])
    [(label, taken)] = shown["durations"]
    assert taken == [len(list(working_days(reported, announced)))] and f"中位 {taken[0]}" in label
    [(_, scores)] = shown["scores"]
    assert scores == sorted(score_of(row) for row in rows[:3])
    assert f"最低 {min(scores):.1f}，最高 {max(scores):.1f}" in shown["said"]["score"]


SHARES = {"DESIGNATED": "won", "REJECTED": "lost", "REFUSED": "lost", "WITHDRAWN": "left"}


def shares(line) -> dict[str, int]:
    return {name: line[name] for name in ("reported", "won", "lost", "left", "open")}


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


def served_in(row, *, year: int) -> int:
    """Enterprises of the filed roster with that year, each once."""
    lines = row.materials.get(code="smes").rows.all()
    return len({line.data["uscc"] for line in lines if str(line.data["year"]) == str(year)})


GAINS, ENDINGS = {"granted", "restored"}, {"surrendered", "revoked", "ended", "expired"}


def test_the_tiles_of_the_public_home_are_those_of_the_titles_events(world, client):
    """What stands, where, since when and for what: counted again from the public events of the titles."""
    rows = world.bring("陕西", "湖南", "四川", upto="PUBLICISED")
    with world.on(date(2026, 5, 6)):
        world.two(rows, "designate", document_number="1 号")
        title = Designation.objects.get(platform=rows[1].platform_id)
        asked = ask_surrender(title, reason="平台停止运营", by=world.units[str(rows[1].pk)].user)
        world.two([asked], "accept", note="同意")
    stands, granted = set(), Counter()
    for event in TitleEvent.objects.order_by("on", "order", "id").select_related("title"):
        granted[event.title.year] += event.kind == "granted"
        stands |= {event.title_id} if event.kind in GAINS else set()
        stands -= {event.title_id} if event.kind in ENDINGS else set()
    left = [row for row in rows if row.platform.designations.get().pk in stands]
    with world.on(date(2029, 3, 2)):
        client.logout()
        home = client.get("/")
    figures = home.context["figures"]
    assert figures["total"] == len(stands) == len(left) == 2
    assert figures["by_recommender"] == Counter(row.recommender.label for row in left)
    functions = Counter(label for row in left for label in row.platform.function_labels)
    assert dict(figures["by_function"]) == functions
    assert figures["by_year"] == [(2026, granted[2026])] == [(2026, 3)]
    served = [served_in(row, year=2025) for row in left]
    assert figures["served"] == sum(served) > 0
    assert figures["due"] == 2  # three years after 2026, and nothing was confirmed since
    page = html.fromstring(home.content.decode())
    tiles = page.xpath("//div[@class='kpi']/b/text()")
    assert [int(tile.replace(",", "").strip()) for tile in tiles] == [2, sum(served), 37, 2]
