"""The applicant's home and what follows a submission: first things first, both versions, reasons, the office that acted."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from lxml import html

from applications.corrections.models import Stage
from applications.corrections.services import request_correction
from applications.filing.submission import submit
from applications.models import Application, Report
from applications.report.services import save_section, take_selfcheck
from applications.todo import complete_of
from portal.kernel.permissions import SYSTEM
from portal.kernel.workflow import perform
from tests.factories import filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def filed(unit):
    draft = filing.dossier(unit, filing.year())
    with filing.on(filing.FILING_DAY):
        submit(draft, by=unit.user, declarant_name="沈国栋", declarant_title="主任", declared=True)
    return Application.objects.get(pk=draft.pk)


def page(client, user, name, *args) -> str:
    client.force_login(user)
    with filing.on(filing.FILING_DAY):
        return client.get(reverse(name, args=args)).content.decode()


def ask(filed):
    with filing.on(filing.FILING_DAY):
        request_correction(
            filed,
            stage=Stage.RECOMMENDER,
            by=filing.officer_of(filed),
            words="一次补齐",
            items=[{"code": "report", "reason": "insufficient", "words": "补充案例"}],
        )


def test_a_correction_stands_first_on_the_home_page_and_shows_both_versions(client, filed, unit):
    ask(filed)
    home = page(client, unit.user, "applicant_home")
    assert home.index('<div class="next">') < home.index(f"下一步：补正：{filed.platform.name}")
    with filing.on(filing.FILING_DAY):
        fresh = Application.objects.get(pk=filed.pk)
        data = {**fresh.annex.data["performance"], "performance_text": "柯桥某企业缩短交货期"}
        save_section(
            fresh,
            "performance",
            data=data,
            finished=True,
            version=fresh.annex.section_version("performance"),
            by=unit.user,
        )
    text = page(client, unit.user, "own_changes", filed.pk)
    assert "柯桥某企业缩短交货期" in text
    assert "平台坚持面向中小企业" in text
    assert text.count('<div class="diff">') == 1


def test_a_filed_dossier_counts_its_declaration(client, filed, unit):
    """Art. 8 (十二): signed by submitting, so nothing looks unfinished afterwards; an empty optional one is no work done."""
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        context = client.get(reverse("dossier_tasks", args=[filed.pk])).context
        home = client.get(reverse("applicant_home"))
    screen = context["screen"]
    assert (screen.done, screen.total, screen.optional) == (11, 11, 1)
    assert [done for _, _, _, done in home.context["screen"].present] == ["11 / 11"]
    header = html.document_fromstring(home.content).xpath("//header//*[@class='ctx']")[0]
    assert "2026 年度" in header.text_content()


def test_nothing_to_compare_before_a_second_filing(client, filed, unit):
    client.force_login(unit.user)
    assert client.get(reverse("own_changes", args=[filed.pk])).status_code == 404


def test_the_trail_names_offices(client, filed, unit):
    ask(filed)
    text = page(client, unit.user, "dossier_tasks", filed.pk)
    trail = text[text.index("办理过程") :]
    assert filed.recommender.name in trail
    assert filing.officer_of(filed).name not in trail


def test_an_ended_dossier_gives_its_reasons(client, filed, unit):
    with filing.on(filing.FILING_DAY):
        filed.assessment["criteria"][3].update(verdict="FAIL", sentence="从业人数18 人，还差 2 人。")
        filed.save(update_fields=["assessment"])
        perform(filed, "withdraw", by=unit.user, note="内部调整")
    text = page(client, unit.user, "dossier_tasks", filed.pk)
    assert "内部调整" in text
    assert "（三）从业人数18 人，还差 2 人。" in text


def test_the_self_check_fills_only_what_is_blank(unit):
    draft = filing.dossier(unit, filing.year(), leave_out=("report.overview",))
    values = {"assets": 1280, "staff": 99, "educated": 10, "titled": 8, "both": 5, "management": True}
    with filing.on(filing.FILING_DAY):
        assert take_selfcheck(draft, values, by=unit.user) == ["资产总额（上年末）"]
    data = Report.objects.get(pk=draft.pk).data
    assert (data["overview"], data["capacity"]["staff"]) == ({"total_assets": "1280"}, str(unit.staff))


def test_only_who_may_file_is_offered_to_carry_the_self_check_over(client, unit):
    year = filing.year()
    assert "带入申报" in client.get(reverse("selfcheck"), {"staff": "19"}).content.decode()
    assert "带入申报" in page(client, unit.user, "selfcheck")
    assert "带入申报" not in page(client, filing.officer_of(filing.dossier(unit, year)), "selfcheck")


def test_after_the_last_day_the_home_page_offers_a_draft_and_no_filing(client, unit):
    filing.year()
    client.force_login(unit.user)
    for day, offered, other in (
        (filing.LAST_DAY, "开始申报", "建立草稿"),
        (date(2026, 3, 28), "建立草稿", "开始申报"),
    ):
        with filing.on(day):
            home = client.get(reverse("applicant_home")).content.decode()
        assert offered in home and other not in home
        assert ("2026 年度填报已截止" in home) == (offered == "建立草稿")


def test_what_is_missing_of_a_draft_and_what_is_complete_add_up(client, unit):
    draft = filing.dossier(unit, filing.year())
    done, total = complete_of(draft)
    home = page(client, unit.user, "applicant_home")
    assert f"材料 {done} / {total}" in home
    assert re.search(rf"未办 {total - done}[，<]", home)  # another unit's figures may raise a doubt beside it


def test_after_the_last_day_a_draft_waits_and_is_no_next_step(client, unit):
    filing.dossier(unit, filing.year())
    client.force_login(unit.user)
    with filing.on(date(2026, 3, 28)):
        answer = client.get(reverse("applicant_home"))
    home = answer.content.decode()
    assert answer.context["next"] is None and [one.due for one in answer.context["screen"].waits] == [None]
    assert "没有提交：" in home and "继续填报" not in home and "已过期限" not in home


def test_a_draft_with_all_its_materials_is_to_be_checked_and_submitted(client, unit):
    draft = filing.dossier(unit, filing.year())
    home = html.fromstring(page(client, unit.user, "applicant_home"))
    card = home.xpath("//div[contains(@class, 'next')]")[0]
    assert "核对并提交" in card.text_content() and "继续填报" not in card.text_content()
    check = html.fromstring(page(client, unit.user, "dossier_check", draft.pk))
    places = [link.get("href") for link in check.xpath("//aside//nav//a")]
    assert places[0] == "#m-report" and places[-1] == "#declaration" and len(places) == 14
    assert all(check.xpath(f"//*[@id='{place[1:]}']") for place in places)


def test_a_section_that_was_not_asked_for_says_why_it_is_locked(client, unit, filed):
    with filing.on(filing.FILING_DAY):
        asked = [{"code": "audit", "reason": "insufficient", "words": "请换清晰的扫描件"}]
        request_correction(filed, stage=Stage.RECOMMENDER, by=filing.officer_of(filed), words="", items=asked)
    section = html.fromstring(page(client, unit.user, "report_section", filed.pk, "overview"))
    assert "没有要求补正此项" in section.text_content()
    (form,) = section.xpath("//form[.//textarea]")
    assert form.xpath("./fieldset[@disabled]//textarea") and not form.xpath(".//div[@class='actions']")
    assert form.get("data-autosave") is None


def test_a_draft_of_a_year_that_is_over_is_nobodys_next_step(client, unit):
    draft = filing.dossier(unit, filing.year(), leave_out=("audit",))
    client.force_login(unit.user)
    for over in (False, True):
        if over:
            with filing.on(draft.cycle.closes_on + timedelta(days=1)):
                perform(draft.cycle, "close", by=SYSTEM)
        with filing.on(filing.FILING_DAY):
            home = client.get(reverse("applicant_home")).content.decode()
        assert ("继续填报" in home) != over and unit.platform.name in home
