"""The cross-checks of real dossiers: gathered from rows, told to the applicant, carried to every reader."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from applications.crosschecks.evidence import findings_of
from applications.filing.submission import submit
from applications.materials.services import save_fields
from applications.models import Application
from portal.kernel.workflow import TransitionBlocked, perform
from tests.factories import filing

pytestmark = pytest.mark.django_db
SENTENCE = "上年服务收入：专项审计报告为 900 万元，报告所填为 860.5 万元，相差 39.5 万元。"


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def draft(unit):
    return filing.dossier(unit, filing.year())


def contradict(draft, by):
    with filing.on(filing.FILING_DAY):
        audit = draft.materials.get(code="audit")
        save_fields(draft, "audit", fields={**audit.fields, "service_income": "900"}, by=by)
    return Application.objects.get(pk=draft.pk)


def file(draft, unit, **more):
    with filing.on(filing.FILING_DAY):
        return submit(
            draft, by=unit.user, declarant_name="沈国栋", declarant_title="主任", declared=True, **more
        )


def test_a_careful_dossier_agrees_with_itself(draft):
    findings = findings_of(draft)
    assert [one.sentence for one in (*findings.conflicts, *findings.notices)] == []
    assert len(findings.agreeing) >= 30
    assert {one.check.name for one in findings.open} == {
        "earlier_assets",
        "earlier_staff",
        "earlier_income",
        "earlier_smes",
        "earlier_list",
        "provincial_register",
    }


def test_gathering_costs_the_same_for_every_dossier(draft, django_assert_num_queries):
    fresh = Application.objects.select_related("platform__organisation", "cycle", "annex").get(pk=draft.pk)
    with django_assert_num_queries(2):
        findings_of(fresh)


def test_a_contradiction_is_filed_only_with_words_and_the_words_are_sealed(draft, unit):
    changed = contradict(draft, unit.user)
    with pytest.raises(TransitionBlocked) as refusal:
        file(changed, unit)
    assert refusal.value.reasons == [
        "材料之间有 1 处不一致，请先更正；确实无误的，请在“不一致之处的说明”中写明原因。"
    ]
    submission = file(changed, unit, explanation="  审计口径含受托项目收入。 ")
    assert submission.explanation == "审计口径含受托项目收入。"
    assert json.loads(submission.manifest)["explanation"] == "审计口径含受托项目收入。"


def test_applicant_and_officer_read_the_same_sentence(client, draft, unit):
    changed = contradict(draft, unit.user)
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        for page in ("dossier_tasks", "dossier_check"):
            assert SENTENCE in client.get(reverse(page, args=[draft.pk])).content.decode()
        answer = client.post(
            reverse("dossier_check", args=[draft.pk]),
            {"declarant_name": "沈国栋", "declarant_title": "主任", "declared": "on"},
        )
        assert answer.status_code == 422
        assert "请先更正不一致之处，或者写明原因。" in answer.content.decode()
    file(changed, unit, explanation="口径不同")
    client.force_login(filing.officer_of(draft))
    text = client.get(reverse("dossier", args=[draft.pk])).content.decode()
    assert SENTENCE in text
    assert "口径不同" in text


def test_next_year_is_held_against_this_year(draft, unit):
    file(draft, unit)
    with filing.on(filing.FILING_DAY):
        perform(draft, "withdraw", by=unit.user, note="明年再报")
    unit.smes += 40
    again = filing.dossier(unit, filing.year(2027))
    found = {one.check.name: one.sentence for one in findings_of(again).conflicts}
    assert set(found) == {"earlier_income", "earlier_smes"}
    assert found["earlier_smes"].startswith("2025 年服务企业本次名单为")
