"""What an operator sees: one form of log line with the request's number, probes, counters, findings, and their page."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta
from io import StringIO

import pytest
import structlog
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from portal.accounts.services import end_sessions
from portal.kernel import clock, outbox
from portal.kernel.permissions import Role
from portal.kernel.request import current_request_id
from portal.models import OutboxMessage, PortalSession, ProcessSign
from portal.operations import health, hosttime
from portal.operations.logs import logging_config
from tests.factories import people


@pytest.fixture
def lines():
    """Everything logged, as a process writes it."""
    stream, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    formatter = dict(logging_config("INFO")["formatters"]["json"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_is_json_in_one_time_zone_whoever_wrote_it(lines):
    structlog.get_logger("ours").info("something", count=3)
    logging.getLogger("a.library").warning("text of %s", "another")
    ours, theirs = lines()
    assert (ours["event"], ours["count"], ours["level"], ours["logger"]) == ("something", 3, "info", "ours")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("text of another", "warning", "a.library")
    assert all(line["time"].endswith("+08:00") and line["process"] for line in (ours, theirs))


def test_the_number_on_the_error_page_stands_in_the_log(client, db, lines, monkeypatch):
    def broken(*_):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("portal.pages.context.Habits", broken)
    client.raise_request_exception = False
    response = client.get("/help/")
    number = response["X-Request-ID"]
    assert response.status_code == 500 and number in response.content.decode()
    told = [line for line in lines() if line.get("request_id") == number]
    assert any("broken on purpose" in line.get("exception", "") for line in told)
    [row] = [line for line in told if line["event"] == "request"]
    assert (row["status"], row["path"], row["method"]) == (500, "/help/", "GET")


@pytest.mark.parametrize("outside", [False, True])
def test_the_number_goes_on_with_the_letters_into_the_worker(db, lines, monkeypatch, outside):
    seen = []
    outbox.handler("test-number", outside=outside)(lambda **payload: seen.append(current_request_id()))
    try:
        with monkeypatch.context() as patched:
            patched.setattr("portal.kernel.outbox.current_request_id", lambda: "abc123")
            outbox.send("test-number", key="one")
        outbox.handle(OutboxMessage.objects.get(topic="test-number").pk)
        assert seen == ["abc123"]
        assert current_request_id() == ""
    finally:
        outbox._topics.pop("test-number")


# --- probes ---


def test_alive_asks_nobody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/healthz", HTTP_HOST="10.0.0.3:8000").json() == {"status": "ok"}


@pytest.fixture
def measured():
    before = hosttime._difference
    yield
    hosttime._difference = before


def test_a_slow_answer_makes_no_difference_of_clocks(db, measured):
    """It is more than a second under way; the clock is the same one."""
    slow = [1.2]

    def delay(execute, *question):
        answer = execute(*question)
        time.sleep(slow.pop() if slow else 0)
        return answer

    with connection.execute_wrapper(delay):
        difference = hosttime.measure()
    assert not slow and abs(difference) < timedelta(seconds=0.4) and not hosttime.correction()


def test_ready(client, db, measured):
    response = client.get("/readyz", HTTP_HOST="10.0.0.3:8000")
    assert (response.status_code, response.json()) == (
        200,
        {"ready": True, "database": "ok", "clock": "ok", "schema": "ok"},
    )


def test_not_ready_without_a_database(client, db, monkeypatch):
    def away(*args):
        raise OperationalError("no answer")

    monkeypatch.setattr("portal.operations.middleware.hosttime.measure", away)
    response = client.get("/readyz")
    assert response.status_code == 503 and response.json()["database"] == "OperationalError"


def test_not_ready_while_the_clocks_differ_and_the_domain_follows_the_database(
    client, db, monkeypatch, measured
):
    real = timezone.now
    monkeypatch.setattr(
        hosttime.timezone, "now", lambda: real() + timedelta(minutes=3)
    )  # the host runs ahead
    response = client.get("/readyz")
    assert response.status_code == 503 and response.json()["clock"] == "differs by -180.0 s"
    assert hosttime.correction() == hosttime.difference()
    finding = health.check_clock()
    assert finding.level == health.BROKEN and "相差 -180.0 秒" in finding.text
    monkeypatch.undo()
    assert abs(clock.now() + timedelta(minutes=3) - timezone.now()) < timedelta(seconds=1)
    hosttime._difference = timedelta(seconds=0.3)
    assert hosttime.correction() == timedelta()


def test_counters_are_for_those_inside(client, db):
    client.get("/help/")
    text = client.get("/metrics").content.decode()
    assert 'portal_requests_total{method="GET",status="200",view="help"}' in text
    for name in (
        "portal_outbox_messages",
        "portal_outbox_oldest_seconds",
        "portal_files",
        "portal_checkpoint_age_seconds",
    ):
        assert f"# TYPE {name} gauge" in text
    assert 'portal_health{check="relay"} 2.0' in text
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.7").status_code == 404


# --- findings ---


def finding(code: str):
    return next(row for row in health.examine() if row.code == code)


def test_a_silent_process_is_found_and_the_worst_comes_first(db):
    assert finding("relay").text == "从未启动"
    health.note_sign("relay")
    assert finding("relay").level == health.FINE
    ProcessSign.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    silent = finding("relay")
    assert silent.level == health.BROKEN and silent.since and "重新启动" in silent.todo
    levels = [row.level for row in health.examine()]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize(
    ("fields", "level", "text"),
    [
        ({}, health.FINE, "没有积压"),
        ({"created_at": -11}, health.WATCH, "1 项等候十分钟以上"),
        ({"attempts": 2, "failing_since": -5}, health.WATCH, "1 项未送达，正在重试"),
        (
            {"attempts": 9, "failing_since": -5, "given_up_at": -1},
            health.BROKEN,
            "1 项七天未送达，已停止重试",
        ),
        ({"attempts": 9, "given_up_at": -1, "done_at": 0}, health.FINE, "没有积压"),
    ],
)
def test_letters(db, fields, level, text):
    OutboxMessage.objects.all().delete()
    row = OutboxMessage.objects.create(topic="mail", key="one")
    moments = {
        name: value if name == "attempts" else timezone.now() + timedelta(minutes=value)
        for name, value in fields.items()
    }
    OutboxMessage.objects.filter(pk=row.pk).update(**moments)
    assert (finding("letters").level, finding("letters").text) == (level, text)


def test_the_page_and_the_command_say_the_same(client, db):
    client.force_login(people.user(Role.ADMINISTRATOR))
    page = client.get("/operations/").content.decode()
    assert "转发进程（relay）：从未启动" in page and "查看 relay 的日志并重新启动" in page
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("health", stdout=out)
    assert ended.value.code == 1 and "异常  转发进程（relay）：从未启动" in out.getvalue()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("health", "--json", stdout=out)
    assert {row["check"]: row["level"] for row in json.loads(out.getvalue())}["relay"] == "broken"


# --- what is let go ---


def test_what_is_past_its_time_is_let_go(db, client):
    now = timezone.now()
    client.force_login(people.user())
    PortalSession.objects.create(session_key="past", session_data="", expire_date=now - timedelta(minutes=1))
    for key, done in {
        "old": now - timedelta(days=91),
        "young": now - timedelta(days=89),
        "open": None,
    }.items():
        OutboxMessage.objects.create(topic="mail", key=key, done_at=done)
    gone = health.prune()
    assert (gone["sessions"], gone["outbox"]) == (1, 1)
    assert set(OutboxMessage.objects.filter(topic="mail").values_list("key", flat=True)) == {"young", "open"}
    assert PortalSession.objects.count() == 1


def test_to_end_somebodys_sessions_takes_two_statements(db, client, django_assert_num_queries):
    person, other = people.user(), people.user()
    for user in (person, other):
        client.cookies.clear()
        client.force_login(user)
    with django_assert_num_queries(2):  # the sessions, and the list that their owner sees
        end_sessions(person)
    assert list(PortalSession.objects.values_list("owner", flat=True)) == [other.pk]
