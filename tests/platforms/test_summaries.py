"""Annual summaries: who owes one, what filing asks, who answers, who is told, what adds up."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from platforms.daily import escalate_overdue_summaries, open_due_summaries, remind_of_summaries
from platforms.models import AnnualSummary
from platforms.summaries import trends
from platforms.summaries.figures import CODES, TEXT_CODES
from platforms.summaries.forms import SummaryForm
from platforms.summaries.services import answer_summary, file_summary, open_summaries, save_summary
from portal.kernel import clock
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AuditEvent, Notification
from tests.factories.titles import make_titled, make_user

pytestmark = pytest.mark.django_db
FULL = {
    **dict.fromkeys(CODES, 7),
    "satisfaction": Decimal("93.50"),
    **dict.fromkeys(TEXT_CODES, "服务正常。"),
}


@pytest.fixture
def feb():
    with clock.standing_at(timezone.make_aware(datetime(2026, 2, 3, 10))):
        yield


def opened(titled, year=2025) -> AnnualSummary:
    open_summaries(year)
    return AnnualSummary.objects.get(title=titled.title, year=year)


def filed(titled, year=2025, **changes) -> AnnualSummary:
    row = opened(titled, year)
    row = save_summary(row, version=row.version, content={**FULL, **changes}, by=titled.lead)
    return file_summary(row, by=titled.lead)


def test_every_living_title_of_the_year_owes_one(feb):
    """Art. 13."""
    ours, later = make_titled(number=1), make_titled(number=2, granted_on=date(2026, 1, 20))
    ended = make_titled(number=3)
    perform(ended.title, "end", by=SYSTEM, note="复核不合格", on=date(2025, 12, 1))
    open_due_summaries(date(2026, 2, 3))
    open_due_summaries(date(2026, 2, 4))
    rows = AnnualSummary.objects.all()
    assert [(row.title, row.year, row.state, row.due_on) for row in rows] == [
        (ours.title, 2025, "DUE", date(2026, 3, 31))
    ]
    assert not AnnualSummary.objects.filter(title=later.title).exists()


def test_a_title_listed_after_the_deadline_is_not_overdue_at_once(feb):
    """A historic list brings titles of long ago in the middle of the year."""
    make_titled()
    open_due_summaries(date(2026, 4, 1))
    assert not AnnualSummary.objects.exists()
    open_due_summaries(date(2026, 3, 31))
    assert AnnualSummary.objects.get().year == 2025


def test_a_figure_that_no_column_holds_is_answered_on_the_page(feb, client):
    titled = make_titled()
    row = opened(titled)
    client.force_login(titled.lead, backend="portal.accounts.backends.PortalBackend")
    typed = {"version": 1, "staff": "99999999999999", "satisfaction": "120", "then": "save"}
    page = client.post(f"/my/summaries/{row.pk}/", typed)
    assert page.status_code == 422
    assert page.context["form"].errors == {
        "staff": ["从业人员（人）不能大于 2147483647。"],
        "satisfaction": ["服务满意度（％）不能大于 100。"],
    }


def test_filing_names_what_is_missing_and_only_the_lead_files(feb):
    titled = make_titled()
    row = opened(titled)
    row = save_summary(row, version=1, content={**FULL, "public_services": None, "plan": " "}, by=titled.lead)
    with pytest.raises(TransitionBlocked) as refusal:
        file_summary(row, by=titled.lead)
    assert refusal.value.reasons == ["还有 2 项没有填写：公益性服务、问题和下一年度计划。"]
    with pytest.raises(PermissionDenied):
        file_summary(row, by=titled.officer)


def test_two_people_saving_do_not_overwrite_each_other(feb):
    titled = make_titled()
    row = opened(titled)
    save_summary(row, version=1, content=FULL, by=titled.lead)
    with pytest.raises(TransitionBlocked, match="另有人保存过"):
        save_summary(row, version=1, content=FULL, by=titled.lead)


def test_returned_with_reason_then_acknowledged(feb):
    titled = make_titled()
    row = filed(titled)
    with pytest.raises(TransitionBlocked, match="需要写明理由"):
        answer_summary(row, "send_back", by=titled.officer)
    row = answer_summary(row, "send_back", by=titled.officer, note="请补充受托任务的委托部门。")
    row = save_summary(row, version=row.version, content=FULL, by=titled.lead)
    row = answer_summary(file_summary(row, by=titled.lead), "acknowledge", by=titled.officer)
    assert row.state == "ACKNOWLEDGED"
    drain_outbox()
    titles = set(Notification.objects.filter(recipient=titled.lead).values_list("title", flat=True))
    assert titles == {
        f"2025 年度总结被退回，请修改后再报：{titled.title.platform_name}",
        f"2025 年度总结已审阅通过：{titled.title.platform_name}",
    }
    stream = AuditEvent.objects.filter(stream=f"platforms.annualsummary:{row.pk}").order_by("sequence")
    assert [event.action.partition(".")[2] for event in stream] == [
        "open",
        "edit",
        "file",
        "send_back",
        "edit",
        "file",
        "acknowledge",
    ]


def test_many_are_acknowledged_at_once_and_what_is_not_filed_is_told(feb, client):
    one, two, silent = (make_titled(number=number) for number in (1, 2, 3))
    rows, owed = [filed(one), filed(two)], opened(silent)
    client.force_login(one.officer)
    address = client.post(
        reverse("bulk_start"), {"list": "summaries", "verb": "acknowledge", "back": "year=2025", "all": "1"}
    )["Location"]
    assert {line.obj for line in client.get(address).context["ready"]} <= set(rows)
    client.post(address, {"note": "已阅"})
    states = dict(AnnualSummary.objects.values_list("pk", "state"))
    ours = [row.pk for row in rows if row.recommender == rows[0].recommender]
    assert {states[key] for key in ours} == {"ACKNOWLEDGED"}
    assert states[owed.pk] == "DUE"
    assert AuditEvent.objects.filter(action="annualsummary.acknowledge").count() == len(ours)


def test_another_recommender_can_neither_see_nor_answer(feb):
    titled, other = make_titled(), make_titled("江苏", 5)
    row = filed(titled)
    assert not AnnualSummary.objects.for_user(other.officer).filter(pk=row.pk).exists()
    with pytest.raises(PermissionDenied):
        answer_summary(row, "acknowledge", by=other.officer)


def test_next_year_carries_texts_and_no_figure_of_the_year(feb):
    titled = make_titled()
    filed(titled, 2024, overview="去年的总结", staff=31)
    row = opened(titled, 2025)
    assert (row.overview, row.staff, row.smes_served) == ("去年的总结", 31, None)


@pytest.mark.parametrize(("length", "refused"), [(5000, []), (5001, ["overview"])])
def test_a_text_has_its_length(feb, length, refused):
    form = SummaryForm({"version": "0", "overview": "述" * length}, instance=opened(make_titled(), 2025))
    assert [name for name in form.errors if name == "overview"] == refused
    assert not refused or form.errors["overview"] == ["全年工作总结不能超过 5000 个字，现在是 5001 个。"]


def test_reminded_then_escalated(feb):
    titled = make_titled()
    make_user("officer-miit", Role.MINISTRY_OFFICER)
    opened(titled)
    for day in (date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 30)):
        remind_of_summaries(day)
    reminders = Notification.objects.filter(recipient=titled.lead).order_by("pk")
    assert [row.title for row in reminders] == [
        "2025 年度总结尚未报送，剩余 10 个工作日",
        "2025 年度总结尚未报送，剩余 1 个工作日",
    ]
    for day in (date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 15), date(2026, 4, 16)):
        escalate_overdue_summaries(day)
    told = Notification.objects.exclude(recipient=titled.lead).order_by("pk")
    assert [(row.recipient.username, row.title) for row in told] == [
        ("officer-浙江", "1 家平台逾期未报 2025 年度总结"),
        ("officer-miit", "浙江省经济和信息化厅 1 家平台 2025 年度总结逾期已满 10 个工作日"),
    ]


def test_only_acknowledged_figures_add_up(feb):
    first, second = make_titled(number=1), make_titled(number=2)
    answer_summary(filed(first, smes_served=100), "acknowledge", by=first.officer)
    filed(second, smes_served=40)
    (row,) = trends.totals(AnnualSummary.objects.all())
    assert (row["due"], row["filed"], row["read"], row["sum_smes_served"]) == (2, 2, 1, 100)
    (province,) = trends.by_recommender(AnnualSummary.objects.all())
    assert (province["label"], {f.code: v for f, v in province["sums"]}["smes_served"]) == ("浙江", 100)


def test_pages(feb, client):
    titled = make_titled()
    row = opened(titled)
    client.force_login(titled.lead, backend="portal.accounts.backends.PortalBackend")
    page = client.post(f"/my/summaries/{row.pk}/", {"version": 1, "smes_served": "-3", "then": "save"})
    assert page.status_code == 422
    sent = {**FULL, "version": 1, "then": "file", "plan": ""}
    page = client.post(f"/my/summaries/{row.pk}/", sent)
    assert page.status_code == 409
    assert "还有 1 项没有填写：问题和下一年度计划。" in page.content.decode()
    page = client.post(f"/my/summaries/{row.pk}/", {**sent, "version": 2, "plan": "加强培训"})
    assert page.url == f"/summaries/{row.pk}/"
    client.force_login(titled.officer, backend="portal.accounts.backends.PortalBackend")
    listed = client.get("/summaries/?year=2025")
    assert titled.title.platform_name in listed.content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get("/summaries/download.xlsx").content))
    assert book.active["B2"].value == titled.title.platform_name
    assert client.get("/summaries/figures/").status_code == 200
    assert client.post(f"/summaries/{row.pk}/acknowledge/", {"note": "好"}).url == f"/summaries/{row.pk}/"
    row.refresh_from_db()
    assert row.state == "ACKNOWLEDGED"


def test_the_later_of_two_editors_reads_both_texts_and_decides(feb, client):
    titled = make_titled()
    row = opened(titled)
    save_summary(row, version=1, content={**FULL, "plan": "先保存的计划", "staff": 26}, by=titled.lead)
    client.force_login(titled.lead, backend="portal.accounts.backends.PortalBackend")
    sent = {**FULL, "version": 1, "then": "save", "plan": "后填写的计划"}
    page = client.post(f"/my/summaries/{row.pk}/", sent)
    assert page.status_code == 409
    assert page.context["apart"] == [
        ("从业人员", "7", "26"),
        ("问题和下一年度计划", "后填写的计划", "先保存的计划"),
    ]
    text = page.content.decode()
    assert "不同之处" in text and "先保存的计划" in text and 'name="version" value="2"' in text
    row.refresh_from_db()
    assert row.plan == "先保存的计划"
    assert client.post(f"/my/summaries/{row.pk}/", {**sent, "version": 2}).status_code == 302
    row.refresh_from_db()
    assert row.plan == "后填写的计划"


def test_the_platforms_home_shows_the_title_and_what_it_asks_for(feb, client):
    titled = make_titled()
    row = opened(titled)
    client.force_login(titled.lead, backend="portal.accounts.backends.PortalBackend")
    home = client.get("/my/").content.decode()
    for part in (
        f"/my/summaries/{row.pk}/",
        f"/my/platforms/{titled.title.platform_id}/services/",
        "复核年度",
        "变更登记",
    ):
        assert part in home, part


def test_trends_stand_against_the_limits_of_the_edition(feb, client):
    """Art. 5 (四) beside Art. 13: by platform, and the middle one of a province."""
    first, second = make_titled(number=1), make_titled(number=2)
    for titled, served, satisfied in ((first, 240, "95.5"), (second, 60, "78")):
        row = filed(titled, smes_served=served, satisfaction=Decimal(satisfied))
        answer_summary(row, "acknowledge", by=titled.officer)
    served, satisfied = trends.per_platform(AnnualSummary.objects.all())
    assert (served["limit"], served["years"]) == (
        100,
        [{"year": 2025, "count": 2, "middle": 150.0, "least": 60, "below": 1}],
    )
    assert (satisfied["limit"], satisfied["years"][0]["below"]) == (80, 1)
    (province,) = trends.by_recommender(AnnualSummary.objects.all())
    assert province["middles"] == [(150.0, 1), (86.75, 1)]
    client.force_login(second.lead, backend="portal.accounts.backends.PortalBackend")
    page = client.get(f"/summaries/{row.pk}/").content.decode()
    assert row.title.platform_name in page[page.index("<h1>") : page.index("</h1>")]  # also on paper
    assert "下限 100" in page and "下限 80" in page and page.count("低于下限") == 2
    for user in (first.officer, make_user("officer", Role.MINISTRY_OFFICER)):
        client.force_login(user, backend="portal.accounts.backends.PortalBackend")
        page = client.get("/summaries/figures/").content.decode()
        assert "下限 100" in page and "86.8" in page
