"""A province's own system: it reads states and pushes drafts by a person's key, and can do nothing else with it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from applications.evaluation.services import save_evaluation
from applications.interface import api
from applications.models import Evaluation, Recommendation
from portal.accounts import tokens
from portal.accounts.services import edit_account
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import AccessToken, AuditEvent
from tests.factories import dossiers, people

ROOT = "/api/province/v1"
GOOD = {"operation_grade": "meets", "operation_note": "场地和人员属实"}


@pytest.fixture(autouse=True)
def nobody_asked_yet():
    cache.clear()


@pytest.fixture
def dossier(db):
    return dossiers.application_in("UNDER_EVALUATION")


@pytest.fixture
def officer(dossier):
    return people.staff_of(dossier.recommender)[0]


@pytest.fixture
def key(officer):
    return tokens.issue_token(officer, purpose="province", label="浙江业务系统")


def ask(key: str, address: str, draft: dict | None = None, status: int = 200):
    client, headers = Client(enforce_csrf_checks=True), {"Authorization": f"Bearer {key}"}
    answer = (
        client.get(ROOT + address, headers=headers)
        if draft is None
        else client.post(ROOT + address, json.dumps(draft), content_type="application/json", headers=headers)
    )
    assert answer.status_code == status, answer.content.decode()[:800]
    assert "public" not in answer.get("Cache-Control", "") and not answer.cookies
    return answer.json()


def test_the_states_of_ones_own_dossiers(dossier, key):
    answer = ask(key, f"/dossiers?year={dossier.cycle.year}")
    assert [(row["number"], row["state"]) for row in answer["items"]] == [
        (dossier.number, "UNDER_EVALUATION")
    ]
    assert ask(key, "/dossiers?state=REPORTED")["count"] == 0
    detail = ask(key, f"/dossiers/{dossier.pk}")
    assert detail["evaluation"]["version"] == 0 and detail["items"][0]["score"] is None
    assert not Evaluation.objects.exists()  # looking begins nothing


def test_nobody_elses(dossier):
    other = people.staff_of(people.recommender("江苏"))[0]
    key = tokens.issue_token(other, purpose="province", label="江苏业务系统")
    assert ask(key, "/dossiers")["count"] == 0
    ask(key, f"/dossiers/{dossier.pk}", status=404)
    ask(key, f"/dossiers/{dossier.pk}/evaluation", {"version": 0, **GOOD}, status=404)
    assert not Evaluation.objects.exists()


def test_a_draft_of_the_evaluation(dossier, officer, key):
    item = ask(key, f"/dossiers/{dossier.pk}")["items"][0]["code"]
    draft = {"version": 0, **GOOD, "items": {item: {"score": 88, "note": "属实"}}}
    assert ask(key, f"/dossiers/{dossier.pk}/evaluation", draft) == {"version": 1}
    row = Evaluation.objects.get()
    assert (row.operation_grade, row.sheet[item], row.evaluated_by) == (
        "meets",
        {"score": 88, "note": "属实"},
        officer,
    )
    assert row.completed_at is None
    ask(key, f"/dossiers/{dossier.pk}/evaluation", {"version": 1, "performance_note": "业绩属实"})
    row.refresh_from_db()
    assert (row.operation_note, row.performance_note, row.sheet[item]["score"]) == (
        "场地和人员属实",
        "业绩属实",
        88,
    )
    pushed = AuditEvent.objects.filter(action="application.push_draft")
    assert {event.facts["token"] for event in pushed} == {"浙江业务系统"}


def test_what_the_page_has_changed_is_not_written_over(dossier, officer, key):
    save_evaluation(dossier, by=officer, complete=False, operation_note="页面上写的")
    answer = ask(key, f"/dossiers/{dossier.pk}/evaluation", {"version": 0, **GOOD}, status=409)
    assert "版本 1" in answer["detail"]
    Evaluation.objects.update(completed_at=timezone.now())
    ask(key, f"/dossiers/{dossier.pk}/evaluation", {"version": 1, **GOOD}, status=409)
    assert Evaluation.objects.get().operation_note == "页面上写的"


def test_a_wrong_draft_is_answered_by_field(dossier, key):
    answer = ask(
        key, f"/dossiers/{dossier.pk}/evaluation", {"version": 0, "evaluated_on": "2031-01-01"}, status=422
    )
    assert "测评日期应在提交日" in answer["errors"]["evaluated_on"][0]
    ask(key, f"/dossiers/{dossier.pk}/evaluation", {"version": 0, "state": "RECOMMENDED"}, status=422)
    assert not Evaluation.objects.exists()


def test_a_draft_of_the_recommendation_signs_nothing(dossier, officer, key):
    sent = {
        "version": 0,
        "opinion": "同意推荐",
        "recognised": True,
        "recognition_document": "浙经信〔2025〕1号",
    }
    ask(key, f"/dossiers/{dossier.pk}/recommendation", sent)
    row = Recommendation.objects.get()
    assert (row.opinion, row.recognised, row.prepared_by, row.signed_by) == ("同意推荐", True, officer, None)
    dossier.refresh_from_db()
    assert dossier.state == "UNDER_EVALUATION"


def test_nothing_is_offered_that_the_head_signs(client, db):
    paths = client.get(f"{ROOT}/openapi.json").json()["paths"]
    writing = {path.rpartition("/")[2] for path, methods in paths.items() if set(methods) - {"get"}}
    assert writing == {"evaluation", "recommendation"}


def test_a_key_is_no_session(dossier, key):
    answer = Client().get(f"/dossiers/{dossier.pk}/", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 302 and answer["Location"].startswith("/login/")


@pytest.mark.parametrize("how", ["ended", "expired", "account closed", "another role", "of another purpose"])
def test_a_key_that_does_not_stand(dossier, officer, key, how):
    administrator = people.user(Role.ADMINISTRATOR)
    if how == "ended":
        tokens.end_tokens(officer, by=officer)
    elif how == "expired":
        AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "account closed":
        edit_account(officer, by=administrator, is_active=False)
        edit_account(officer, by=administrator, is_active=True)
    elif how == "another role":
        type(officer).objects.filter(pk=officer.pk).update(role=Role.EXPERT)
    else:
        key = tokens.issue_token(officer, purpose="calendar", label="手机")
    assert "令牌" in ask(key, "/dossiers", status=401)["detail"]


def test_too_many_questions_of_one_key(key, monkeypatch):
    [throttle] = api.api.throttle
    monkeypatch.setattr(throttle, "num_requests", 1)
    ask(key, "/dossiers")
    assert "每分钟最多" in ask(key, "/dossiers", status=429)["detail"]


# --- the owner's page ---


def test_issued_shown_once_and_ended(client, officer):
    client.force_login(officer)
    page = client.post("/account/tokens/", {"purpose": "province", "label": "业务系统"}).content.decode()
    row = AccessToken.objects.get()
    key = page.partition("Bearer ")[2].partition("<")[0]
    assert row.digest == tokens.digest_of(key)
    own = client.get("/account/").content.decode()
    assert "业务系统" in own and key not in own
    other = Client()
    other.force_login(people.user(Role.RECOMMENDER))
    other.post(f"/account/tokens/{row.pk}/end/")
    ask(key, "/dossiers")
    client.post(f"/account/tokens/{row.pk}/end/")
    ask(key, "/dossiers", status=401)


def test_who_may_have_which(client, db):
    person = people.user(Role.EXPERT)
    client.force_login(person)
    answer = client.post("/account/tokens/", {"purpose": "province", "label": "x"})
    assert answer.status_code == 422 and not AccessToken.objects.exists()
    for number in range(tokens.MOST):
        tokens.issue_token(person, purpose="calendar", label=str(number))
    with pytest.raises(TransitionBlocked, match="最多同时有 5 个"):
        tokens.issue_token(person, purpose="calendar", label="x")


def test_ones_own_deadlines_in_a_calendar_program(dossier, officer, caplog):
    key = tokens.issue_token(officer, purpose="calendar", label="手机")
    with dossiers.on(dossier.cycle.handling_from):
        answer = Client().get(f"/calendar/own/{key}.ics")
        assert not answer.cookies, "a program is no browser of that person"
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] and key not in caplog.text
    tokens.end_tokens(officer, by=officer)
    assert Client().get(f"/calendar/own/{key}.ics").status_code == 404
