"""The pages of a province's own round: declared, published, found by the applicant, closed to everybody else."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.cycles.services import publish_cycle
from applications.editions import Provincial, digest_of, get_edition
from applications.models import Application, Cycle, Overlap
from applications.overlaps.rules import RULES
from applications.overlaps.services import answer_overlap
from applications.provincial_rounds.services import proposed_terms
from platforms.programmes.services import change_programme
from platforms.querysets import people_of_organisation
from portal.kernel import clock, outbox
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import Notification
from tests.factories import dossiers, people, provinces
from tests.factories.dossiers import on

pytestmark = pytest.mark.django_db
OPENED, FILED = date(2026, 5, 11), provinces.FILED_ON
BACKEND = "portal.accounts.backends.PortalBackend"
FORM = {
    "year": "2026",
    "filing_from": "2026-06-01",
    "filing_until": "2026-07-31",
    "review_until": "2026-10-30",
    "closes_on": "2026-12-31",
    "title": "浙江省中小企业公共服务示范平台认定管理办法",
    "document_number": "浙经信〔2026〕1号",
    "publicity_days": "7",
    "years": "3",
    "threshold_years": "2",
    "threshold_assets": "100",
    "threshold_staff": "10",
    "threshold_ratio": "60",
    "threshold_smes": "60",
    "threshold_satisfaction": "80",
    "without": ["quality", "support"],
    "contact_phone": "0571-1",
    "supervision_phone": "0571-2",
}


@pytest.fixture
def office():
    programme = provinces.programme()
    return programme, *people.staff_of(programme.recommender)


def test_a_round_is_declared_and_published_on_pages(office, client):
    _, officer, lead = office
    client.force_login(officer, backend=BACKEND)
    with on(OPENED):
        assert "国家暂行办法" in client.get("/province/rounds/new/").content.decode()
        wrong = client.post(
            "/province/rounds/new/", {**FORM, "publicity_days": "3", "filing_until": "2026-08-01"}
        )
        assert wrong.status_code == 422 and "不是工作日" in wrong.content.decode()
        done = client.post("/province/rounds/new/", FORM)
        row = Cycle.objects.get()
        assert done["Location"] == f"/province/rounds/{row.pk}/"
        assert client.get(f"/province/rounds/{row.pk}/publish/").status_code == 403
        assert client.get("/provinces/33/2026/").status_code == 404
    client.force_login(lead, backend=BACKEND)
    with on(OPENED):
        shown = client.get(f"/province/rounds/{row.pk}/publish/").content.decode()
        assert "从业人数 10 人" in shown and "质量管理体系" in shown
        assert client.post(f"/province/rounds/{row.pk}/publish/", {"note": ""}).status_code == 302
    row = Cycle.objects.get()
    assert (row.state, row.edition_digest) == ("PUBLISHED", digest_of(row.edition))
    edition = row.edition
    assert (edition.publicity_days, edition.threshold("smes").value, len(edition.materials)) == (7, 60, 10)
    page = client.get("/provinces/33/2026/").content.decode()
    assert (
        "不低于 60 家" in page and "7 个工作日" in page and "国家中小企业公共服务示范平台申请报告" not in page
    )


def test_a_published_round_keeps_its_terms_and_moves_its_dates_with_a_reason(office, client):
    _, officer, _ = office
    row = provinces.round_of()
    client.force_login(officer, backend=BACKEND)
    address, moved = f"/province/rounds/{row.pk}/edit/", {**FORM, "filing_until": "2026-08-14"}
    with on(FILED):
        assert "threshold_smes" not in client.get(address).content.decode()
        refused = client.post(address, moved)
        assert refused.status_code == 422 and "修改须写明理由" in refused.content.decode()
        assert client.post(address, {**moved, "reason": "台风影响"}).status_code == 302
        assert "台风影响" in client.get(f"/province/rounds/{row.pk}/").content.decode()
    after = Cycle.objects.get(pk=row.pk)
    assert (after.filing_until, after.edition_overlay) == (date(2026, 8, 14), row.edition_overlay)


def test_the_national_pages_do_not_lead_to_a_provinces_round(office, client):
    row = provinces.round_of()
    national = dossiers.cycle()
    client.force_login(people.ministry(Role.MINISTRY_LEAD), backend=BACKEND)
    with on(FILED):
        assert f"/cycles/{row.pk}/" not in client.get("/cycles/").content.decode()
        for address in (f"/cycles/{row.pk}/", f"/cycles/{row.pk}/edit/", f"/cycles/{row.pk}/publish/"):
            assert client.get(address).status_code == 404
        assert client.get(f"/province/rounds/{row.pk}/").status_code == 403
    _, officer, _ = office
    client.force_login(officer, backend=BACKEND)
    with on(FILED):
        page = client.get(f"/cycles/{national.pk}/").content.decode()
        assert "/edit/" not in page and client.get(f"/cycles/{national.pk}/edit/").status_code == 403


def test_the_applicant_finds_the_round_and_files_in_it(office, client):
    row = provinces.round_of()
    unit = dossiers.unit()
    client.force_login(unit.user, backend=BACKEND)
    with on(FILED):
        home = client.get("/my/").content.decode()
        link = f"/my/platforms/{unit.platform.pk}/open_dossier/?round={row.pk}"
        assert link in home and "/provinces/33/2026/" in home
        assert "浙江省经济和信息化厅" in client.get(link).content.decode()
        made = client.post(link, {"csrfmiddlewaretoken": "as the browser sends it"})
        application = Application.objects.get()
        assert made["Location"] == f"/my/dossiers/{application.pk}/"
        assert (application.procedure, application.cycle, application.recommender) == (
            "PROVINCIAL",
            row,
            row.programme.recommender,
        )
        tasks = client.get(made["Location"]).content.decode()
        assert "列入本省名录" in tasks and "专家评分" not in tasks
        assert link not in client.get("/my/").content.decode()


@pytest.mark.parametrize(("years", "term"), [(3, "有效期至 2029-"), (None, "不设期限")])
def test_whoever_holds_the_title_is_not_asked_to_file_for_it_again(client, years, term):
    """A second title of the same year could not be written when two persons had signed it."""
    row = provinces.round_of(years=years)
    platform = provinces.bring(row, "DESIGNATED").platform
    unit = platform.organisation
    client.force_login(people_of_organisation(unit).first(), backend=BACKEND)
    with on(date(2026, 7, 7)):
        link = f"/my/platforms/{platform.pk}/open_dossier/?round={row.pk}"
        assert row.filing_is_open() and link not in client.get("/my/").content.decode()
        refused = client.post(link, {"csrfmiddlewaretoken": "as the browser sends it"})
    assert (refused.status_code, f"），{term}" in refused.content.decode()) == (422, True)


def test_a_platform_of_another_province_is_shown_the_ministrys_year_only(client):
    row = provinces.round_of()
    unit = dossiers.unit(people.recommender("甘肃"))
    client.force_login(unit.user, backend=BACKEND)
    with on(FILED):
        assert str(row.pk) not in client.get("/my/").content.decode()
        address = f"/my/platforms/{unit.platform.pk}/open_dossier/?round={row.pk}"
        client.post(address, {"csrfmiddlewaretoken": "as the browser sends it"})
    assert not Application.objects.exists()


def test_the_road_on_the_pages_of_the_province(office, client):
    _, officer, lead = office
    row = provinces.round_of()
    application = provinces.bring(row, "REVIEWED")
    client.force_login(officer, backend=BACKEND)
    with on(provinces.PROPOSED_ON):
        page = client.get(f"/province/rounds/{row.pk}/decision/").content.decode()
        assert application.platform.name in page and 'aria-label="事项"' not in page
        sent = client.post(
            f"/province/rounds/{row.pk}/decision/",
            {"pick": [str(application.pk)], "cut": "1", "outcome": "designate", "note": "同意"},
        )
        assert sent.status_code == 302
        assert sent["Location"] in client.get("/province/").content.decode()
    client.force_login(lead, backend=BACKEND)
    with on(provinces.PROPOSED_ON):
        assert client.post(sent["Location"], {"then": "sign", "answer": "同意"}).status_code == 302
    application.refresh_from_db()
    assert application.state == "PROPOSED"
    client.force_login(officer, backend=BACKEND)
    with on(provinces.SIGNED_ON):
        shown = client.get(f"/province/rounds/{row.pk}/publicise/").content.decode()
        assert "浙江省经济和信息化厅" in shown and "工业和信息化部" not in shown.partition("paper")[2][:2000]
        sent = client.post(
            f"/province/rounds/{row.pk}/publicise/",
            {
                "start": "2026-06-24",
                "pick": [str(application.pk)],
                "then": "sign",
                "contact_phone": "1",
                "supervision_phone": "2",
            },
        )
        assert sent.status_code == 302, sent.context["form"].errors
    client.force_login(lead, backend=BACKEND)
    with on(provinces.SIGNED_ON):
        client.post(sent["Location"], {"then": "sign"})
    with on(provinces.PUBLIC_FROM, 12):
        public = client.get("/provinces/33/notices/").content.decode()
        assert "拟认定名单（第一批）的公示" in public
        assert "拟认定名单（第一批）的公示" not in client.get("/notices/").content.decode()
        assert "拟认定名单（第一批）的公示" not in client.get("/publicity/").content.decode()
        assert "浙江省中小企业公共服务示范平台拟认定" not in client.get("/").content.decode()
        running = client.get(f"/province/rounds/{row.pk}/publicised/").content.decode()
        assert "公示期至" in running


def test_the_dossiers_panel_goes_on_within_the_province(office, client):
    _, officer, _ = office
    row = provinces.round_of()
    application = provinces.bring(row, "SUBMITTED")
    client.force_login(officer, backend=BACKEND)
    with on(provinces.EVALUATED_ON):
        assert client.post(f"/dossiers/{application.pk}/begin_evaluation/", {"note": ""}).status_code == 302
        page = client.get(f"/dossiers/{application.pk}/").content.decode()
        assert "推荐表" not in page and "结束测评，转合议前还需要" in page
        assert client.get(f"/dossiers/{application.pk}/recommend/").status_code == 403
        queue = client.get("/recommender/queue/?procedure=PROVINCIAL").content.decode()
        assert application.platform.name in queue
        assert application.platform.name not in client.get("/recommender/reporting/").content.decode()


def test_the_report_asks_with_the_numbers_of_the_round():
    form = provinces.round_of().edition.forms["annex2"]
    assert form.section("performance").intro == "年服务中小企业不低于 60 家，用户满意度不低于 80 %。"
    assert form.section("overview").intro == "运营年限不低于 2 年，资产总额不低于 100 万元。"
    assert form.section("leader") == get_edition("interim-2010").forms["annex2"].section("leader")


def test_terms_that_do_not_fit_are_refused_with_a_sentence():
    base, terms = get_edition("interim-2010"), proposed_terms(provinces.programme(), 2026)
    assert terms.problems(base) == []
    odd = Provincial.from_json(
        {
            **terms.to_json(),
            "publicity_days": 2,
            "years": 20,
            "without": ["declaration"],
            "thresholds": {"x": "1", "ratio": "130"},
        }
    )
    assert odd.problems(base) == [
        "公示期应为 5 到 30 个工作日。",
        "有效期应为 1 到 10 年，不设期限的不填。",
        "没有这项条件：x。",
        "“专业人员占比”应为0 到 100 的数字。",
        "申请报告、主体资格证明和真实性声明不能省略。",
    ]
    with pytest.raises(ValueError, match="不能在省级办法中设定"):
        Provincial.from_json({**terms.to_json(), "quota": 3})


def test_the_units_of_the_province_are_told_and_nobody_else():
    here, there = dossiers.unit(), dossiers.unit(people.recommender("甘肃"))
    provinces.round_of()
    outbox.drain_outbox()
    told = Notification.objects.filter(title__endswith="开始申报").values_list("recipient", flat=True)
    assert list(told) == [here.user.pk] and there.user.pk not in told


def test_a_late_filing_is_admitted_by_the_provinces_head_alone(office, client):
    _, officer, lead = office
    row = provinces.round_of()
    application, unit = provinces.draft(row)
    address = f"/province/rounds/{row.pk}/late/"
    sent = {
        "uscc": unit.organisation.uscc,
        "application": str(application.pk),
        "until": "2026-08-14",
        "reason": "台风停电",
    }
    with on(date(2026, 8, 10)):
        with pytest.raises(TransitionBlocked, match="浙江省经济和信息化厅负责人决定"):
            dossiers.submit(application, unit)
        client.force_login(officer, backend=BACKEND)
        assert client.get(address).status_code == 403
        client.force_login(people.ministry(Role.MINISTRY_LEAD), backend=BACKEND)
        assert client.get(f"/cycles/{row.pk}/late/").status_code == 404
        client.force_login(lead, backend=BACKEND)
        assert client.post(address, sent)["Location"] == f"/province/rounds/{row.pk}/"
        application.refresh_from_db()
        assert dossiers.submit(application, unit).state == "SUBMITTED"


def test_the_units_home_and_receipt_name_the_provinces_title(client):
    row = provinces.round_of()
    application = provinces.bring(row, "DESIGNATED")
    client.force_login(application.created_by, backend=BACKEND)
    receipt = application.submissions.get()
    with on(provinces.PUBLIC_FROM):
        home = client.get("/my/").content.decode()
        assert "SJ33-2026-0001" in home and "省级称号" in home
        page = client.get(f"/receipts/{receipt.pk}/").content.decode()
    assert "列入本省名录" in page and "工业和信息化部" not in page.partition("接下来")[2]


def test_a_provinces_lists_cost_the_same_for_many_rows(office, client, monkeypatch):
    # No visit is noted and no calendar is read again in the middle of counting.
    monkeypatch.setattr("portal.accounts.sessions.NOTE_EVERY", 24 * 3600)
    monkeypatch.setattr("portal.kernel.calendar.RENEW_AFTER", 24 * 3600)
    _, officer, _ = office
    row = provinces.round_of()
    provinces.line()
    provinces.bring(row, "SUBMITTED")
    client.force_login(officer, backend=BACKEND)
    pages = (
        "/province/",
        "/province/titles/",
        f"/province/rounds/{row.pk}/",
        "/provinces/33/",
        "/provinces/",
    )

    def cost() -> list[int]:
        counts = []
        for address in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    with on(FILED):
        cost()
        one = cost()
        for number in range(3):
            provinces.line(platform_name=f"老平台{number}", year=2020 + number)
        provinces.bring(row, "SUBMITTED")
        assert cost() == one


def test_a_draft_follows_its_programmes_new_name_before_it_is_published(office, client):
    programme, officer, lead = office
    row = provinces.round_of(publish=False)
    with on(OPENED):
        change_programme(programme, by=lead, honour="浙江省示范平台", number_prefix="ZJ")
        with pytest.raises(TransitionBlocked, match="重新保存后再发布"):
            publish_cycle(Cycle.objects.get(pk=row.pk), by=lead)
        client.force_login(officer, backend=BACKEND)
        assert client.post(f"/province/rounds/{row.pk}/edit/", FORM).status_code == 302
        publish_cycle(Cycle.objects.get(pk=row.pk), by=lead)
    edition = Cycle.objects.get(pk=row.pk).edition
    assert (edition.honour, edition.number_prefix) == ("浙江省示范平台", "ZJ")
    with on(OPENED):
        change_programme(programme, by=lead, honour="另一名称", number_prefix="ZZ")
    assert Cycle.objects.get(pk=row.pk).edition.honour == "浙江省示范平台"


def test_the_same_evidence_in_two_dossiers_is_looked_into_by_the_province(office):
    _, officer, _ = office
    row = provinces.round_of()
    first, second = (provinces.bring(row, "SUBMITTED") for _ in range(2))
    overlap = Overlap.objects.create(
        application=second,
        other=first,
        rule=RULES[0].name,
        material="audit",
        count=1,
        share=100,
        found_at=clock.now(),
    )
    assert not Overlap.objects.for_user(people.ministry()).exists()
    with pytest.raises(PermissionDenied):
        answer_overlap(overlap, answer="explained", words="", by=people.ministry())
    assert answer_overlap(overlap, answer="explained", words="", by=officer).answered_by == officer
