"""Work in bulk: what will happen to which, each case by its own rules and with its own event, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from applications.corrections.models import Stage
from applications.corrections.services import mark_material
from applications.models import Application, CorrectionRequest
from applications.states import ApplicationState as S
from portal.bulk.registry import list_of, verb_of
from portal.kernel import signoff
from portal.kernel.permissions import Role
from portal.models import AuditEvent, BulkRun, SignOff
from review.panels.views import MATRIX
from review.queue.bulk import found_wanting
from tests.factories import dossiers, people, supervision
from tests.factories.dossiers import CHECKED_ON, PROPOSED_ON, REVIEWED_ON, on

pytestmark = pytest.mark.django_db


def choose(client, key: str, verb: str, **fields) -> str:
    """The page that tells what would happen."""
    answer = client.post(reverse("bulk_start"), {"list": key, "verb": verb, **fields})
    assert answer.status_code == 302, answer.content.decode()[:400]
    return answer["Location"]


def names_of(lines) -> set[str]:
    return {str(one.obj.pk) for one in lines}


def test_accepting_many_leaves_out_what_is_marked_and_is_done_once(client):
    rows = [dossiers.application_in(S.REPORTED) for _ in range(3)]
    officer, doubtful = people.ministry(), rows[0]
    client.force_login(officer)
    with on(CHECKED_ON):
        mark_material(
            doubtful,
            "audit",
            stage=Stage.MINISTRY,
            verdict="doubt",
            reason="illegible",
            words="审计报告缺页",
            by=officer,
        )
        address = choose(client, "queue", "accept", back="view=all", all="1")
        page = client.get(address)
        assert names_of(page.context["ready"]) == {str(row.pk) for row in rows[1:]}
        [(reason, left)] = page.context["left_out"]
        assert "要求补正" in reason
        assert names_of(left) == {str(doubtful.pk)}
        refused = client.post(address, {"note": ""})
        assert refused.status_code == 422
        assert "未核对" in "".join(refused.context["form"].non_field_errors())
        assert not BulkRun.objects.get().done_at
        assert client.post(address, {"note": "材料齐全", "rest": "on"}).status_code == 302
        assert client.post(address, {"note": "材料齐全", "rest": "on"}).status_code == 302  # a second click
        done = client.get(address)
    assert {line["id"] for line in done.context["done"]} == {str(row.pk) for row in rows[1:]}
    assert done.context["left_ids"] == [str(doubtful.pk)]
    states = Application.objects.in_bulk([row.pk for row in rows])
    assert [states[row.pk].state for row in rows] == [S.REPORTED, S.ACCEPTED, S.ACCEPTED]
    events = AuditEvent.objects.filter(action="application.accept")
    assert [(one.note, one.actor) for one in events] == [("材料齐全", officer)] * 2
    assert AuditEvent.objects.get(action="bulkrun.carry_out").facts["left_out"] == 1


def test_each_unit_is_asked_for_what_is_marked_on_its_own_materials(client):
    one, two, clean = (dossiers.application_in(S.REPORTED) for _ in range(3))
    officer = people.ministry()
    client.force_login(officer)
    with on(CHECKED_ON):
        for row, words in ((one, "审计报告缺页"), (two, "审计报告未盖章")):
            mark_material(
                row,
                "audit",
                stage=Stage.MINISTRY,
                verdict="doubt",
                reason="illegible",
                words=words,
                by=officer,
            )
        address = choose(client, "queue", "request_supplement", pick=[one.pk, two.pk, clean.pk])
        assert client.post(address, {"note": "请按所列补正"}).status_code == 302
    asked = {row.application_id: row.items[0]["words"] for row in CorrectionRequest.objects.all()}
    assert asked == {one.pk: "审计报告缺页", two.pk: "审计报告未盖章"}
    clean.refresh_from_db()
    assert clean.state == S.REPORTED


def test_what_is_marked_is_found_without_opening_it(client):
    """Else whoever refuses forty of four hundred ticks forty rows."""
    missing, doubtful, clean = rows = [dossiers.application_in(S.REPORTED) for _ in range(3)]
    officer = people.ministry()
    client.force_login(officer)
    with on(CHECKED_ON):
        mark_material(
            missing, "audit", stage=Stage.MINISTRY, verdict="missing", reason="", words="", by=officer
        )
        mark_material(
            doubtful, "audit", stage=Stage.MINISTRY, verdict="doubt", reason="illegible", words="", by=officer
        )
        found = {
            mark: {
                row.pk
                for row in client.get(reverse("ministry_queue"), {"view": "all", "pips": mark}).context[
                    "page"
                ]
            }
            for mark in ("missing", "doubt", "none", "")
        }
        address = choose(client, "queue", "refuse", back="view=all&pips=missing", all="1")
        [line] = client.get(address).context["ready"]
    assert line.obj == missing and "专项审计报告（缺）" in line.fact  # why, beside each
    assert found == {
        "missing": {missing.pk},
        "doubt": {doubtful.pk},
        "none": {clean.pk},
        "": {row.pk for row in rows},
    }


def test_why_a_case_would_be_refused_is_told_once_and_first():
    row, officer = dossiers.application_in(S.REPORTED), people.ministry()
    wanting = {"stage": Stage.MINISTRY, "verdict": "missing", "reason": "", "words": "没有提交审计报告。"}
    with on(CHECKED_ON):
        mark_material(row, "audit", by=officer, **wanting)
    said = found_wanting(Application.objects.get(pk=row.pk))
    assert said.startswith("专项审计报告（缺）没有提交审计报告；材料已核对 ")
    assert said.count("专项审计报告") == 1


def test_seats_are_drawn_on_whatever_page_of_the_table_they_are_free(client, monkeypatch):
    """With the first page full the button had gone, and the rest was drawn dossier by dossier."""
    dossiers.application_in(S.UNDER_REVIEW)
    waiting = dossiers.application_in(S.ACCEPTED)
    monkeypatch.setattr("review.panels.views.MATRIX", replace(MATRIX, size=1))
    client.force_login(people.ministry())
    with on(REVIEWED_ON):
        page = client.get(reverse("panel_matrix"))
        screen = page.context["screen"]
        assert (screen.wanting, screen.wanting_in_all) == (0, waiting.cycle.panel_size)
        client.post(reverse("panel_draw"), {"year": waiting.cycle.year})
    waiting.refresh_from_db()
    assert waiting.state == S.UNDER_REVIEW


def test_many_rejections_are_one_reason_and_one_signature(client):
    rows = [dossiers.application_in(S.REVIEWED) for _ in range(2)]
    other = dossiers.application_in(S.REPORTED)
    lead = people.ministry(Role.MINISTRY_LEAD)
    client.force_login(people.ministry())
    with on(PROPOSED_ON):
        address = choose(client, "queue", "reject", pick=[row.pk for row in (*rows, other)])
        assert "当前状态为" in client.get(address).context["left_out"][0][0]
        assert client.post(address, {"note": "", "reason_code": "score"}).status_code == 422
        assert client.post(address, {"note": "评审得分低于入选线", "reason_code": "score"}).status_code == 302
        again = client.post(address, {"note": "评审得分低于入选线", "reason_code": "score"})
        assert again.status_code == 302
        act = SignOff.objects.get()
        assert act.object_ids == [str(row.pk) for row in rows]
        signoff.sign(act, by=lead)
    assert set(
        Application.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)
    ) == {S.REJECTED}
    other.refresh_from_db()
    assert other.state == S.REPORTED


def test_experts_are_reminded_and_reviews_concluded_where_every_sheet_is_in(client):
    going, complete = dossiers.application_in(S.UNDER_REVIEW), dossiers.application_in(S.UNDER_REVIEW)
    client.force_login(people.ministry())
    with on(REVIEWED_ON, 15):
        for row in complete.assignments.filter(state__in=("ASSIGNED", "SCORING")):
            dossiers.officials.fill_sheet(row, level=85)
        address = choose(client, "queue", "conclude_review", back="view=all", all="1")
        page = client.get(address)
        assert names_of(page.context["ready"]) == {str(complete.pk)}
        assert "未提交评分" in page.context["left_out"][0][0]
        client.post(address, {"note": ""})
        address = choose(client, "queue", "remind", back="view=all", all="1")
        assert names_of(client.get(address).context["ready"]) == {str(going.pk)}
        client.post(address, {"note": ""})
    complete.refresh_from_db()
    assert (complete.state, complete.review_score is not None) == (S.REVIEWED, True)
    assert set(going.assignments.filter(state="ASSIGNED").values_list("reminded_on", flat=True)) <= {
        REVIEWED_ON
    }


def test_what_another_chose_and_what_is_not_ours_stays_closed(client):
    row = dossiers.application_in(S.REPORTED)
    client.force_login(people.ministry())
    with on(CHECKED_ON):
        address = choose(client, "queue", "accept", pick=[row.pk])
        client.force_login(people.ministry(number=2))
        assert client.get(address).status_code == 404
        client.force_login(people.staff_of(row.recommender)[1])
        refused = client.post(reverse("bulk_start"), {"list": "queue", "verb": "accept", "pick": [row.pk]})
        assert refused.status_code == 403
        client.force_login(people.ministry())
        empty = client.post(
            reverse("bulk_start"), {"list": "queue", "verb": "accept", "pick": ["x"]}, follow=True
        )
        assert "请先勾选" in empty.content.decode()
    assert BulkRun.objects.count() == 1


@pytest.mark.parametrize(
    ("key", "verbs"),
    [
        ("queue", "accept request_supplement refuse begin_review remind conclude_review reject"),
        ("decision", "reject"),
        ("checks", "notify hand_over clear"),
        ("summaries", "acknowledge"),
        ("provincial_titles", "renew"),
    ],
)
def test_every_verb_says_what_follows(key, verbs):
    model = list_of(key).model
    for name in verbs.split():
        verb = verb_of(key, name)
        assert verb.label_on(model)
        assert verb.consequence_on(model)


def test_drawn_platforms_are_told_together(client):
    dossiers.enough_experts()
    titles = [dossiers.title(dossiers.unit(people.recommender(label))) for label in ("浙江", "江苏")]
    checks = list(supervision.drawn_plan(team_size=1).checks.all())
    assert {check.title_id for check in checks} == {title.pk for title in titles}
    client.force_login(people.ministry())
    with on(date(2026, 9, 9)):
        address = choose(client, "checks", "notify", back=f"plan={checks[0].plan_id}", all="1")
        assert client.post(address, {"note": "请备齐台账", "visit_on": "2026-09-08"}).status_code == 422
        assert client.post(address, {"note": "请备齐台账", "visit_on": "2026-09-14"}).status_code == 302
    for check in checks:
        check.refresh_from_db()
        assert (check.state, check.visit_on) == ("NOTIFIED", date(2026, 9, 14))
