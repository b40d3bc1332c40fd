"""Two years at once: one is published, filed and decided while the other runs on, and each comes to its own end."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from applications.corrections.services import extend_correction
from applications.cycles.services import create_cycle
from applications.cycles.years import alive_in, filing_cycles, running_cycles
from applications.models import Cycle
from applications.states import Procedure
from platforms.models import Designation
from portal.kernel import calendar, clock, daily, outbox, signoff
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import Notification
from tests.factories.year import Year
from training.demo import officials
from training.demo.dossiers import file_dossier, submit

pytestmark = pytest.mark.django_db
DATES_2027 = {
    "filing_from": date(2027, 2, 1),
    "filing_until": date(2027, 3, 26),
    "handling_from": date(2027, 4, 1),
    "handling_until": date(2027, 4, 30),
    "review_until": date(2027, 6, 30),
    "closes_on": date(2027, 12, 31),
}


@pytest.fixture
def year():
    return Year()


def published_2027(year, client) -> Cycle:
    """Made in April 2026 and published from its page, which says what follows."""
    cycle = create_cycle(by=year.people["miit_officer"], year=2027, **DATES_2027)
    client.force_login(year.people["miit_lead"])
    page = client.get(f"/cycles/{cycle.pk}/publish/").content.decode()
    assert "2026 年度照常办理，不受影响" in page and "填报开始之前，可由两人办理收回" in page
    assert "评审办理截止晚于集中办理结束，请写明理由" in (
        client.post(f"/cycles/{cycle.pk}/publish/", {"note": ""}).content.decode()
    )
    reason = "专家评审和公示须在集中办理之后进行。"
    assert client.post(f"/cycles/{cycle.pk}/publish/", {"note": reason}).status_code == 302
    assert f"发布时的理由：{reason}" in client.get(f"/cycles/{cycle.pk}/").content.decode()
    return Cycle.objects.get(pk=cycle.pk)


def know_2027(year) -> None:
    """The State Council's notice for 2027 is on file."""
    days = {date(2027, 1, day): (False, "元旦") for day in (1,)}
    calendar.enter_year(2027, source="国办发明电〔2026〕8号", days=days, by=year.people["admin"])


def evaluated(year, cycle, unit, *, procedure=Procedure.DESIGNATION):
    row = year.file(unit, cycle, procedure)
    with year.on(date(cycle.year, 3, 16)):
        officials.evaluate(row, year.officer, day=date(cycle.year, 3, 16), score=82)
        officials.recommend(row, year.head)
    return row


def test_a_year_is_published_while_another_runs_and_nothing_of_it_moves(year, client):
    units = [year.unit() for _ in range(3)]
    cycle = year.open_year(2026)
    reviewed, recommended = evaluated(year, cycle, units[0]), evaluated(year, cycle, units[1])
    with year.on(date(2026, 4, 9)):
        perform(recommended, "recall", by=year.head, note="补充核查")
        year.report(cycle, [reviewed])
        officials.accept(reviewed, year.people["miit_officer"])
        officials.review(reviewed, year.people["miit_officer"], base=80)
        officials.recommend(recommended, year.head)
    with year.on(date(2026, 4, 20)):
        later = published_2027(year, client)
        assert list(running_cycles()) == [cycle] and list(filing_cycles()) == [later]
        page = client.get("/ministry/decision/").content.decode()
        assert reviewed.platform.name in page and "2026 年度" in page
        assert '?view=all&amp;year=2026&amp;stage=reviewed"' in client.get("/ministry/").content.decode()
        client.logout()
        home = client.get("/").content.decode()
        assert "2026 年度工作正在进行" in home and "2027 年度安排已发布，尚未开始填报" in home
        client.force_login(year.head)
        assert recommended.platform.name in client.get("/recommender/reporting/").content.decode()
        sent = {
            "procedure": "DESIGNATION",
            "document_number": "浙经信〔2026〕2号",
            "document_date": "2026-04-20",
        }
        assert client.post("/recommender/reporting/", sent).status_code == 302
    recommended.refresh_from_db()
    assert recommended.state == "REPORTED" and recommended.reporting.cycle == cycle


def test_what_was_reported_goes_on_into_the_next_year_to_its_end(year, client):
    units = {name: year.unit() for name in ("publicised", "late", "unreported")}
    cycle, officer, lead = year.open_year(2026), year.people["miit_officer"], year.people["miit_lead"]
    rows = {name: evaluated(year, cycle, unit) for name, unit in units.items() if name != "unreported"}
    with year.on(date(2026, 4, 9)):
        year.report(cycle, list(rows.values()))
        officials.accept(rows["publicised"], officer)
        officials.review(rows["publicised"], officer, base=80)
        officials.ask_supplement(rows["late"], officer)
    rows["unreported"] = year.file(units["unreported"], cycle, Procedure.DESIGNATION)
    with year.on(date(2026, 4, 20)):
        following = published_2027(year, client)
    year.two([rows["publicised"]], "propose", day=date(2026, 12, 7))
    year.two([rows["publicised"]], "publicise", day=date(2026, 12, 28), start="2026-12-29")
    know_2027(year)
    with year.on(date(2027, 1, 2), hour=1):
        daily.run_due_days()
    cycle.refresh_from_db()
    rows["unreported"].refresh_from_db()
    assert (cycle.state, rows["unreported"].state) == ("CLOSED", "LAPSED")
    assert {row.state for row in alive_in(cycle)} == {"PUBLICISED", "SUPPLEMENTING"}
    with year.on(date(2027, 2, 3)):
        assert [one.year for one in running_cycles()] == [2026, 2027] and filing_cycles().get() == following
        client.force_login(lead)
        page = client.get("/ministry/publicised/").content.decode()
        assert rows["publicised"].platform.name in page and ">2026 年度</b>" in page
        page = client.get(f"/dossiers/{rows['publicised'].pk}/").content.decode()
        assert "此件在结束前已报送，按2026 年度的规则继续办理，不因跨年终止。" in page
        home = client.get("/").content.decode()
        assert "2026 年度申报已结束，未办结的继续办理" in home and "2027 年度申报正在进行" in home
        year.two([rows["publicised"]], "designate", day=clock.today(), note="公示期满")
        asked = rows["late"].corrections.get()
        extend_correction(asked, until=date(2027, 2, 10), reason="单位搬迁", by=officer)
        rows["late"].refresh_from_db()
        submit(rows["late"], units["late"], reply="已补充")
        rows["late"].refresh_from_db()
        with pytest.raises(
            TransitionBlocked, match=r"评审办理已于.*截止。负责人可在年度安排中说明理由后延长"
        ):
            perform(rows["late"], "accept", by=officer)
        sent = {"until": "2027-03-31", "reason": "补正材料经延期后收到，需要完成评审"}
        assert client.post(f"/cycles/{cycle.pk}/extend/", sent).status_code == 302
        officials.accept(rows["late"], officer)
        officials.review(rows["late"], officer, base=80)
        act = signoff.prepare(
            [rows["late"]], "reject", by=officer, note="得分未达到要求", reason_code="score"
        )
        signoff.sign(act, by=lead)
    rows["publicised"].refresh_from_db()
    assert rows["publicised"].state == "DESIGNATED"
    assert Designation.objects.get(platform=units["publicised"].platform).year == 2026
    with year.on(date(2027, 2, 17), hour=1):
        assert missing(cycle, "end") == ["还有 1 件结论在结果申诉期限内。"]  # of the rejection
    with year.on(date(2027, 2, 18), hour=1):
        daily.run_due_days()
    cycle.refresh_from_db()
    following.refresh_from_db()
    assert (cycle.state, following.state) == ("ENDED", "PUBLISHED")
    assert cycle.changes.get().changes == {"review_until": ["2026-06-30", "2027-03-31"]}


def test_a_platform_alive_in_two_years_is_decided_once(year):
    unit = year.unit()
    cycle, officer = year.open_year(2026), year.people["miit_officer"]
    row = evaluated(year, cycle, unit)
    with year.on(date(2026, 4, 9)):
        year.report(cycle, [row])
        officials.accept(row, officer)
        officials.review(row, officer, base=80)
    know_2027(year)
    following = year.open_year(2027)
    with year.on(date(2027, 3, 3)):
        again = submit(file_dossier(unit, following), unit, explanation="上年数据已按审计报告更正。")
    assert again.state == "SUBMITTED"
    year.two([row], "propose", day=date(2027, 3, 8))
    after = year.publicise([row], start=date(2027, 3, 10))
    year.two([row], "designate", day=after, note="公示期满")
    again.refresh_from_db()
    title = Designation.objects.get(platform=unit.platform)
    assert (again.state, again.outcome_reason) == (
        "WITHDRAWN",
        f"2026 年度已认定为示范平台（{title.number}），不需要重复认定。",
    )
    outbox.drain_outbox()
    letter = Notification.objects.get(recipient=unit.user, title="已获认定，另一年度的申报终止")
    assert title.number in letter.body


def test_a_published_year_is_taken_back_by_two_before_its_filing(year, client):
    unit = year.unit()
    year.title(unit, year=2024)
    year.open_year(2026)
    with year.on(date(2026, 4, 20)):
        cycle = published_2027(year, client)
        outbox.drain_outbox()
        page = client.get(f"/cycles/{cycle.pk}/take_back/").content.decode()
        assert "其他年度照常办理，不受影响" in page and "1 家，随年度安排收回" in page
        client.force_login(year.people["miit_officer"])
        answer = client.post(f"/cycles/{cycle.pk}/take_back/", {"note": "填报日期有误"})
        act = signoff.waiting_for(cycle).get()
        assert answer.url == f"/signoffs/{act.pk}/"
        with pytest.raises(TransitionBlocked, match="拟办人与审签人须为两人"):
            signoff.sign(act, by=year.people["miit_officer"])
        signoff.sign(act, by=year.people["miit_lead"])
        outbox.drain_outbox()
    cycle.refresh_from_db()
    assert (cycle.state, cycle.announced_titles, cycle.edition_digest) == ("DRAFT", None, "")
    assert (
        Notification.objects.filter(recipient=unit.user, title="2027 年度安排已收回")
        .get()
        .body.endswith("填报日期有误")
    )
    with year.on(date(2026, 4, 21)):
        perform(cycle, "publish", by=year.people["miit_lead"], digest="x", announced=[])
    with year.on(date(2027, 2, 1)), pytest.raises(TransitionBlocked, match="不能再收回"):
        signoff.prepare(
            [Cycle.objects.get(pk=cycle.pk)], "take_back", by=year.people["miit_lead"], note="迟了"
        )


def test_the_switch_is_shown_where_there_is_a_choice(year, client):
    """The oldest year with this page's work opens first; the other one is one press away, and posts stay in their year."""
    old, new = year.unit(), year.unit()
    cycle, officer = year.open_year(2026), year.people["miit_officer"]
    row = evaluated(year, cycle, old)
    with year.on(date(2026, 4, 9)):
        year.report(cycle, [row])
        officials.accept(row, officer)
        officials.review(row, officer, base=80)
    know_2027(year)
    following = year.open_year(2027)
    other = evaluated(year, following, new)
    client.force_login(year.people["miit_lead"])
    with year.on(date(2027, 4, 8)):
        page = client.get("/ministry/decision/").content.decode()
        assert row.platform.name in page and 'class="years"' not in page
        year.report(following, [other])
        officials.accept(other, officer)
        officials.review(other, officer, base=80)
        page = client.get("/ministry/decision/").content.decode()
        assert '<a href="?year=2027&amp;procedure=DESIGNATION">2027 年度</a>' in page
        assert row.platform.name in page and other.platform.name not in page
        page = client.get("/ministry/decision/?year=2027").content.decode()
        assert other.platform.name in page and row.platform.name not in page
        assert '<input type="hidden" name="year" value="2027">' in page
        client.force_login(officer)
        sent = {
            "procedure": "DESIGNATION",
            "year": "2027",
            "pick": [str(other.pk)],
            "outcome": "designate",
            "cut": "1",
            "note": "",
        }
        assert client.post("/ministry/decision/", sent).status_code == 302
        assert signoff.waiting_for(other).exists() and not signoff.waiting_for(row).exists()
        page = client.get("/ministry/queue/?view=all").content.decode()
        assert row.number in page and other.number in page and "· 2026 年度" in page
        book = client.post(reverse("queue_export"), {"pick": [str(row.pk)], "back": "view=all&year=2027"})
        assert book["Content-Type"].startswith("application/vnd.openxmlformats")
