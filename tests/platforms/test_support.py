"""Support records: who records for whom, totals, voiding, import, and who sees them."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from html import unescape
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from platforms.imports.services import preview_import
from platforms.imports.sheets import SUPPORT
from platforms.models import SupportPlan, SupportRecord
from platforms.support.doubts import IS_USUAL, doubts_about
from platforms.support.services import close_plan, record_support, void_support
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked
from portal.models import AuditEvent
from portal.shared.xlsx import write_rows
from tests.factories import dossiers, provinces, records
from tests.factories.dossiers import on
from tests.factories.imports import apply_import, undo_import
from tests.factories.titles import make_titled, make_user

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"
GIVEN = {
    "year": 2025,
    "kind": "funds",
    "name": "服务能力提升补助",
    "amount": Decimal("30.00"),
    "document": "浙财企〔2025〕1号",
}


def test_each_office_records_within_its_reach(client):
    """Arts. 16, 18."""
    titled, other = make_titled(), make_titled("江苏", 4)
    lead = make_user("lead", Role.MINISTRY_LEAD)
    ours = record_support(titled.title.platform, by=titled.officer, **GIVEN)
    ministry = record_support(titled.title.platform, by=lead, **{**GIVEN, "amount": Decimal(100)})
    assert (ours.giver_name, ministry.giver_name) == ("浙江省经济和信息化厅", "工业和信息化部")
    for user in (other.officer, titled.lead):
        with pytest.raises(PermissionDenied):
            record_support(titled.title.platform, by=user, **GIVEN)
    with pytest.raises(PermissionDenied):
        void_support(ministry, reason="重复", by=titled.officer)
    assert (ours.level, ministry.level) == ("national", "national")
    seen = {
        user.username: SupportRecord.objects.for_user(user).count()
        for user in (
            titled.lead,
            titled.officer,
            other.officer,
            other.lead,
            lead,
            make_user("i", Role.INSPECTOR),
        )
    }
    assert list(seen.values()) == [2, 2, 0, 0, 2, 2]
    client.force_login(lead, backend=BACKEND)
    totals = client.get("/support/").context["totals"]
    assert [(t["year"], t["giver__label"], t["count"], t["amount"]) for t in totals] == [
        (2025, "浙江", 1, Decimal(30)),
        (2025, None, 1, Decimal(100)),
    ]
    page = client.get("/support/").content.decode()
    for giver, row in (("浙江", ours), ("工业和信息化部", ministry)):  # a total leads to its records
        link = f"?year=2025&amp;giver={quote(giver)}&amp;kind=&amp;q="
        assert f'<a href="{link}"' in page
        assert list(client.get(f"/support/{unescape(link)}").context["page"]) == [row]
    void_support(ours, reason="重复登记", by=titled.officer)
    assert len(client.get("/support/").context["totals"]) == 1
    assert client.get("/support/download.xlsx?year=2025").status_code == 200
    client.force_login(titled.lead, backend=BACKEND)
    page = client.get(f"/my/platforms/{titled.title.platform_id}/support/").content.decode()
    assert "100.00" in page


def test_typed_in_on_the_page(client):
    titled = make_titled()
    client.force_login(titled.officer, backend=BACKEND)
    sent = {**GIVEN, "platform": titled.title.platform_id, "year": 2055}
    page = client.post("/support/new/", sent)
    assert (page.status_code, "年度应在 2005 与" in page.content.decode()) == (422, True)
    page = client.post("/support/new/", {**sent, "year": 2025, "amount": "-5"})
    assert (page.status_code, "金额不能小于 0" in page.content.decode()) == (422, True)
    assert client.post("/support/new/", {**sent, "year": 2025}).url == "/support/"
    row = SupportRecord.objects.get()
    assert client.post(f"/support/{row.pk}/void/", {"reason": "填错"}).url == "/support/"
    row.refresh_from_db()
    assert row.void_reason == "填错"


def test_imported_and_taken_back():
    titled, other = make_titled(), make_titled("江苏", 4)
    out = io.BytesIO()
    rows = [
        [titled.title.number, "", "", 2025, "资金", "补助", "30.5", ""],
        [other.title.number, "", "", 2025, "资金", "补助", "30", ""],
        ["", "", titled.title.platform_name, 2025, "奖状", "补助", "三十", ""],
    ]
    write_rows(out, [column.label for column in SUPPORT], rows)
    out.seek(0)
    batch = preview_import("support", out, name="扶持.xlsx", by=titled.officer)
    found = [(row.match, [f["cell"] for f in row.findings]) for row in batch.rows.all()]
    assert found == [("code", []), ("wrong", ["A3"]), ("wrong", ["E4", "G4"])]
    batch.rows.filter(match="wrong").update(decision="skip")
    apply_import(batch, by=titled.officer)
    row = SupportRecord.objects.get()
    assert (row.platform, row.amount, row.giver) == (
        titled.title.platform,
        Decimal("30.50"),
        titled.title.recommender,
    )
    undo_import(batch, by=titled.officer, note="重复")
    row.refresh_from_db()
    assert row.taken_back_at is not None
    assert not SupportRecord.objects.exists() and not titled.title.platform.supports.exists()
    out.seek(0)
    again = preview_import("support", out, name="扶持.xlsx", by=titled.officer)
    again.rows.filter(match="wrong").update(decision="skip")
    apply_import(again, by=titled.officer)
    assert SupportRecord.objects.get().pk != row.pk


def test_a_list_read_twice_is_recognised_line_by_line(client):
    titled = make_titled()
    number = titled.title.number
    record_support(titled.title.platform, by=titled.officer, **GIVEN)
    lines = [
        (2025, GIVEN["name"], "30"),
        (2025, GIVEN["name"], "31"),
        (2025, GIVEN["name"], 31),
        (2031, "明年以后", 1),
        (2025, "三位小数", "12.345"),
        (2025, "表格中的尾数", 0.1 + 0.2),
    ]
    out = io.BytesIO()
    rows = [[number, "", "", year, "资金", name, amount, ""] for year, name, amount in lines]
    write_rows(out, [column.label for column in SUPPORT], rows)
    out.seek(0)
    batch = preview_import("support", out, name="扶持.xlsx", by=titled.officer)
    found = [(row.match, row.decision, [f["cell"] for f in row.findings]) for row in batch.rows.all()]
    assert found == [
        ("known", "skip", []),
        ("code", "match", []),
        ("known", "skip", []),
        ("wrong", "", ["D5"]),
        ("wrong", "", ["G6"]),
        ("code", "match", []),
    ]
    client.force_login(titled.officer, backend=BACKEND)
    assert "已有相同记录" in client.get(f"/imports/{batch.pk}/").content.decode()


def test_a_plan_from_call_to_result(client):
    """Art. 16."""
    titled, lead = make_titled(), make_user("lead", Role.MINISTRY_LEAD)
    client.force_login(lead, backend=BACKEND)
    call = {
        "name": "服务能力提升",
        "year": 2026,
        "kind": "funds",
        "document": "工信厅企业函〔2026〕8号",
        "called_on": "2026-03-02",
        "closes_on": "2026-02-01",
        "terms": "综合性示范平台，每个不超过 100 万元",
        "planned": "500",
    }
    refused = client.post("/support/plans/new/", call)
    assert refused.context["form"].errors["closes_on"] == ["征集截止不能早于通知日期。"]
    page = client.post("/support/plans/new/", {**call, "closes_on": "2099-12-31"}).url
    plan = SupportPlan.objects.get()
    sent = {**GIVEN, "platform": titled.title.platform_id, "plan": plan.pk}
    other = client.post("/support/new/", sent)
    assert other.context["form"].errors["year"] == ["所选扶持计划是 2026 年度的，请核对年度。"]
    assert client.post("/support/new/", {**sent, "year": 2026}).url == page
    found = client.get(page).context
    assert (found["row"].given, found["row"].platforms) == (Decimal(30), 1)
    with pytest.raises(PermissionDenied):
        close_plan(plan, result="完成", by=titled.officer)
    reader = Client()
    reader.force_login(titled.lead, backend=BACKEND)
    assert call["terms"] in reader.get(f"/my/platforms/{titled.title.platform_id}/support/").content.decode()
    client.post(f"{page}close/", {"result": "资金已全部拨付。"})
    assert "资金已全部拨付。" in client.get(page).content.decode()
    with pytest.raises(TransitionBlocked, match="没有办结的扶持计划"):
        record_support(titled.title.platform, by=lead, plan=SupportPlan.objects.get(), **GIVEN)


def test_what_is_doubtful_is_asked_back_and_recorded_when_it_is_so(client):
    titled = make_titled()
    platform, by = titled.title.platform, titled.officer
    client.force_login(by, backend=BACKEND)
    sent = {**GIVEN, "platform": platform.pk}
    none = client.post("/support/new/", {**sent, "amount": ""})
    assert none.context["form"].errors == {"amount": ["资金扶持请填写金额。"]}
    yuan = client.post("/support/new/", {**sent, "amount": "500000"})
    asked = ["500,000 万元（50 亿元），请核对单位：是不是把元填成了万元？"]
    assert yuan.context["form"].errors == {"confirmed": asked}
    assert client.post("/support/new/", {**sent, "amount": "500000", "confirmed": "on"}).status_code == 302
    event = AuditEvent.objects.get(action="supportrecord.record")
    assert event.facts["known"] == asked
    again = client.post("/support/new/", {**sent, "amount": "500000"})
    assert "本单位已经登记过相同的一条" in again.content.decode()
    assert SupportRecord.objects.count() == 1


def test_what_is_unusual_is_found_from_what_the_office_gives():
    titled = make_titled()
    platform, giver = titled.title.platform, titled.title.recommender
    for number in range(IS_USUAL):
        record_support(platform, by=titled.officer, **{**GIVEN, "name": f"补助 {number}"})
    usual = {"year": 2025, "kind": "funds", "name": "新的补助"}
    assert list(doubts_about(platform, giver, **usual, amount=Decimal(300))) == []
    assert list(doubts_about(platform, giver, **usual, amount=Decimal(301))) == [
        "301 万元，是本单位同类扶持通常金额（30 万元）的 10 倍以上，请核对。"
    ]
    early = {**usual, "year": titled.title.year - 1, "amount": Decimal(20)}
    assert list(doubts_about(platform, giver, **early)) == [
        f"此平台 {titled.title.year} 年才获得称号，扶持年度 {titled.title.year - 1} 在此之前。"
    ]


def test_a_department_supports_its_own_provinces_platforms():
    """Art. 18."""
    titled, gansu = make_titled(), make_titled("甘肃", 4)
    unit = dossiers.unit(titled.title.recommender)
    with pytest.raises(PermissionDenied):
        record_support(unit.platform, by=titled.officer, **GIVEN)
    provinces.line(titled.title.recommender, platform=unit.platform)
    with pytest.raises(PermissionDenied):
        record_support(unit.platform, by=gansu.officer, **GIVEN)
    assert record_support(unit.platform, by=titled.officer, **GIVEN).level == "provincial"


def test_a_list_that_contradicts_itself_is_refused_by_line():
    titled, other = make_titled(), make_titled("江苏", 4)
    records.support_plan(by=titled.officer)
    out, number = io.BytesIO(), titled.title.number
    rows = [
        [number, "", other.title.platform_name, 2026, "资金", "补助", "30", "", ""],
        [number, "", "", 2026, "资金", "补助", "", "", ""],
        [number, "", "", 2026, "资金", "补助", "500000", "", "服务券"],
        [number, "", "", 2026, "资金", "补助", "31", "", "别的计划"],
    ]
    write_rows(out, [column.label for column in SUPPORT], rows)
    out.seek(0)
    with on(date(2026, 4, 1)):
        batch = preview_import("support", out, name="扶持.xlsx", by=titled.officer)
        found = [(row.match, [f["cell"] for f in row.findings]) for row in batch.rows.all()]
        assert found == [("wrong", ["C2"]), ("wrong", ["G3"]), ("code", ["G4"]), ("wrong", ["I5"])]
        batch.rows.filter(match="wrong").update(decision="skip")
        apply_import(batch, by=titled.officer)
    assert SupportRecord.objects.get().plan == SupportPlan.objects.get()
