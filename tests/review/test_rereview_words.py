"""Art. 14: a recommender evaluates and gives its opinion of a re-review; nobody is recommended, and every page says so."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from applications.reporting.workbooks import reported_list
from portal.kernel import outbox
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AuditEvent, Notification
from tests.factories.year import Year
from training.demo import officials

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(client):
    """A re-review whose opinion was signed on 19 March, and the year it belongs to."""
    year = Year()
    unit = year.unit()
    year.title(unit)
    row = year.file(unit, year.open_year(2026))
    with year.on(date(2026, 3, 18)):
        officials.evaluate(row, year.officer, day=date(2026, 3, 18), score=72, opinion="pass")
    client.force_login(year.head)
    with year.on(date(2026, 3, 19)):
        assert "签发测评意见：" in client.get("/recommender/").content.decode()
        page = client.get(reverse("recommend", args=[row.pk])).content.decode()
        assert "签发测评意见" in page and "列入本单位复核名单" in page and "推荐名单，" not in page
        officials.recommend(row, year.head)
    row.refresh_from_db()
    return year, unit, row


def test_the_opinion_is_signed_and_reported_in_its_own_words(signed, client):
    year, unit, row = signed
    assert (row.get_state_display(), row.public_state) == ("已测评，待报送", "已测评")
    outbox.drain_outbox()
    told = Notification.objects.filter(recipient=unit.user)
    assert told.filter(title="测评意见已签发，待报送工业和信息化部").exists()
    assert not told.filter(title__contains="推荐，").exists()
    with year.on(date(2026, 3, 20)):
        page = client.get(reverse("dossier", args=[row.pk])).content.decode()
        assert "收回测评意见" in page and "收回推荐" not in page and "已推荐" not in page
        with pytest.raises(TransitionBlocked, match="办理“收回测评意见”需要写明理由"):
            perform(row, "recall", by=year.head)
        client.force_login(unit.user)
        assert "已推荐" not in client.get(f"/my/dossiers/{row.pk}/").content.decode()
        answer = client.post(
            reverse("progress_query"), {"number": row.number, "query_code": row.query_code}
        ).content.decode()
        assert "已测评" in answer and "已推荐" not in answer


def test_the_list_carries_the_evaluation_and_the_opinion(signed, client):
    year, _, row = signed
    with year.on(date(2026, 4, 13)):
        year.report(row.cycle, [row], row.procedure)
    row.refresh_from_db()
    out = io.BytesIO()
    reported_list(row.reporting, out)
    title, office, head, line, total = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
    assert title[0] == "2026 年度国家中小企业公共服务示范平台复核汇总表" and "文号：" in office[0]
    assert total[:2] == ("合计", "1 家")
    cells = dict(zip(head, line, strict=True))
    assert cells["证书编号"] == row.designation.number and cells["测评意见"] == "合格"
    assert float(cells["测评得分"]) == float(row.province_score) and "第五条" not in head
    page = client.get(reverse("reporting_receipt", args=[row.reporting_id])).content.decode()
    assert (
        "复核汇总表" in page
        and "复核材料、测评情况及意见" in page
        and "推荐" not in page.partition("名单 SHA-256")[2]
    )


def test_the_trail_of_the_dossier_uses_the_same_words(signed, client):
    year, _, row = signed
    event = AuditEvent.objects.get(action="application.recommend")
    client.force_login(year.people["miit_officer"])
    with year.on(date(2026, 4, 13)):
        year.report(row.cycle, [row], row.procedure)
        page = client.get(reverse("dossier", args=[row.pk])).content.decode()
    assert event.note in page and "签发测评意见" in page and "已测评，待报送" in page
