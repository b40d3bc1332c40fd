"""Art. 19: only an association that has the platform in its register can be asked, and its entry has its day."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from lxml import html

from applications.models import Recommendation
from applications.recommendation.services import prefill
from platforms.staff.recognitions import record_recognition
from portal.kernel.workflow import missing, perform
from tests.factories import filing, people
from training.demo.dossiers import file_dossier, submit
from training.demo.files import paper

pytestmark = pytest.mark.django_db


def recognise(unit, association, by, *, day: date):
    return record_recognition(
        association,
        proof=paper("认定文件.pdf", "协会认定文件"),
        by=by,
        platform_name=unit.platform.name,
        organisation_name=unit.organisation.name,
        uscc=unit.organisation.uscc,
        document="协会〔2024〕1 号",
        recognised_on=day,
        valid_until=None,
    )


def choices_of(client, unit) -> list[str]:
    page = client.get(reverse("dossier_open", args=[unit.platform.pk])).content.decode()
    return html.document_fromstring(page).xpath("//main//input[@name='recommender']/@value")


def test_only_associations_that_have_recognised_the_platform_can_be_chosen_and_the_own_department_stands_first(
    client,
):
    filing.year()
    unit, guild, other = filing.unit(), people.association(), people.association("CMA")
    client.force_login(unit.user)
    own = str(unit.platform.jurisdiction_id)
    with filing.on(filing.FILING_DAY):
        assert choices_of(client, unit) == [own]
        page = reverse("dossier_open", args=[unit.platform.pk])
        refused = client.post(page, {"recommender": str(other.pk)})
        assert refused.status_code == 422
        assert "认定平台登记册中没有本平台" in refused.content.decode()
        recognise(unit, guild, people.staff_of(guild)[0], day=date(2024, 5, 20))
        assert choices_of(client, unit) == [own, str(guild.pk)]
        opened = client.post(page, {"recommender": str(guild.pk)})
        assert opened.status_code == 302
        tasks = client.get(opened.url).content.decode()
    assert "协会测评推荐" in tasks and "省级测评" not in tasks


def test_a_recognition_after_the_filing_does_not_satisfy_the_rule_and_everybody_is_told(client):
    year = filing.year()
    unit, guild = filing.unit(), people.association()
    officer, lead = people.staff_of(guild)
    with filing.on(filing.FILING_DAY):
        dossier = submit(file_dossier(unit, year, recommender=guild), unit)
        perform(dossier, "begin_evaluation", by=officer)
    client.force_login(unit.user)
    tasks = client.get(reverse("dossier_tasks", args=[dossier.pk])).content.decode()
    assert "协会测评中" in tasks and "省级测评" not in tasks
    receipt = client.get(reverse("receipt", args=[dossier.submissions.get().pk])).content.decode()
    assert "首次提交" in receipt and "省级补正" not in receipt
    client.force_login(officer)
    page = client.get(reverse("dossier", args=[dossier.pk])).content.decode()
    (link,) = [
        one for one in html.document_fromstring(page).xpath("//*[@id='known']//a/@href") if "recogni" in one
    ]
    form = html.document_fromstring(client.get(link).content.decode())
    assert form.xpath("//input[@name='uscc']/@value") == [unit.organisation.uscc]
    assert form.xpath("//input[@name='platform_name']/@value") == [unit.platform.name]
    with filing.on(date(2026, 3, 10)):
        recognise(unit, guild, officer, day=date(2026, 3, 9))
        dossier.refresh_from_db()
        reasons = missing(dossier, "recommend", by=lead)
        assert any("晚于其提交日期" in reason for reason in reasons)
        form = Recommendation(application=dossier)
        prefill(form)
        assert not form.recognised and "协会〔2024〕1 号" not in form.recognition_document
        page = client.get(reverse("dossier", args=[dossier.pk])).content.decode()
    assert (
        "不能作为本次推荐的依据" in html.document_fromstring(page).get_element_by_id("known").text_content()
    )


@pytest.mark.parametrize("entered", [filing.FILING_DAY, date(2026, 3, 10)])
def test_an_old_recognition_entered_after_the_filing_is_shown_as_such_and_fills_the_form(client, entered):
    year = filing.year()
    unit, guild = filing.unit(), people.association()
    officer, lead = people.staff_of(guild)
    with filing.on(filing.FILING_DAY):
        dossier = submit(file_dossier(unit, year, recommender=guild), unit)
        perform(dossier, "begin_evaluation", by=officer)
    with filing.on(entered, hour=18):
        recognise(unit, guild, officer, day=date(2024, 5, 20))
        dossier.refresh_from_db()
        assert not any("第十九条" in reason for reason in missing(dossier, "recommend", by=lead))
        form = Recommendation(application=dossier)
        prefill(form)
        assert form.recognised and form.recognition_document.startswith("协会〔2024〕1 号")
        client.force_login(officer)
        for name in ("dossier", "reception", "dossier_evaluation"):
            page = client.get(reverse(name, args=[dossier.pk])).content.decode()
            assert (
                "才登入登记册" in html.document_fromstring(page).get_element_by_id("known").text_content()
            ), name
