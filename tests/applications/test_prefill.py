"""Annex 3 begins with what the annual summaries of three years already say."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from django.urls import reverse

from applications.evaluation.views import claims
from applications.filing.services import open_dossier
from applications.models import Application
from applications.states import Procedure
from platforms.models import AnnualSummary
from portal.kernel import clock
from portal.kernel.workflow import perform
from tests.factories.year import Year

pytestmark = pytest.mark.django_db


def test_three_summaries_fill_three_years(client):
    year = Year()
    unit = year.unit()
    title = year.title(unit)
    cycle = year.open_year(2026)
    for past, filed in ((2023, True), (2024, True), (2025, False)):
        row = AnnualSummary.objects.create(
            title=title,
            recommender=year.province,
            year=past,
            due_on=date(past + 1, 2, 28),
            smes_served=100 + past - 2023,
            services=600,
            satisfaction="94.5",
            public_services=40,
            commissioned_tasks=3,
            mobilised_institutions=12,
            trained=300,
            public_service_smes=50,
            mobilised_experts=9,
            staff=26,
            income="860.50",
            expenses="700",
            overview=f"{past} 年运行平稳",
            welfare="公益",
            commissioned="无",
            mobilised="联合十二家机构",
            plan="扩大覆盖",
        )
        if filed:
            with year.on(date(past + 1, 2, 1)):
                perform(row, "file", by=unit.user, at=clock.now())
    with year.on(date(2026, 3, 2)):
        data = open_dossier(unit.platform, cycle=cycle, by=unit.user, procedure=Procedure.REREVIEW).annex.data
    rows = data["years"]["years"]
    assert [row["year"] for row in rows] == ["2023", "2024", "2025"]
    assert rows[0] == {
        "year": "2023",
        "staff": "26",
        "service_income": "860.50",
        "service_expense": "700.00",
        "smes": "100",
        "services": "600",
        "satisfaction": "94.50",
        "public_services": "40",
        "entrusted": "3",
        "partners": "12",
    }
    assert rows[2] == {"year": "2025"}  # not filed: nothing is taken from a draft
    assert data["goals"]["goals_text"] == "2023 年：2023 年运行平稳\n2024 年：2024 年运行平稳"
    assert data["goals"]["next_text"] == "2024 年：扩大覆盖"
    application = Application.objects.get()
    client.force_login(unit.user)
    answer = client.get(reverse("three_years_draft", args=[application.pk]))
    draft = docx.Document(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [[cell.text for cell in row.cells] for row in draft.tables[0].rows]
    assert cells[0] == ["指标", "2023 年", "2024 年", "2025 年"]
    assert cells[1] == ["服务中小企业（家）", "100", "101", ""]
    with year.on(date(2026, 3, 3)):
        perform(AnnualSummary.objects.get(year=2025), "file", by=unit.user, at=clock.now())
        address = reverse("report_section", args=[application.pk, "years"])
        assert "年度总结或者以往申报中有可以带入的内容" in client.get(address).content.decode()
        client.post(address, {"then": "fill"})  # what was filed after the dossier was begun
    application = Application.objects.get()
    filled = application.annex.data["years"]["years"]
    assert (filled[:2], filled[2]["smes"], filled[2]["staff"]) == (rows[:2], "102", "26")
    report = application.annex
    report.data["years"]["years"][2]["smes"] = "150"
    report.save()
    (served,) = [one for one in claims(application) if one["label"] == "服务中小企业数"]
    assert (served["claimed"], served["proved"], served["apart"]) == ("150", "102", "+48")
    assert served["source"] == "2025 年度总结"  # what the province evaluates a re-review against
    words = [paragraph.text for paragraph in draft.paragraphs]
    assert "2023 年：2023 年运行平稳" in words and "2024 年：联合十二家机构" in words
    client.force_login(year.officer)
    assert client.get(reverse("three_years_draft", args=[application.pk])).status_code == 404
