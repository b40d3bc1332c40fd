"""What contradicts itself leads to its field and is settled in one click; rosters come before the report."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from applications.filing.services import open_dossier
from applications.models import Report
from applications.report.services import save_section
from tests.factories import filing
from training.demo.dossiers import file_dossier

pytestmark = pytest.mark.django_db


def page(client, name: str, application):
    with filing.on(filing.FILING_DAY):
        return html.document_fromstring(client.get(reverse(name, args=[application.pk])).content.decode())


@pytest.fixture
def dossier(client):
    unit, cycle = filing.unit(), filing.year()
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        row = file_dossier(unit, cycle)
        capacity = {**row.annex.data["capacity"], "staff": "99"}
        version = row.annex.section_version("capacity")
        save_section(row, "capacity", data=capacity, finished=True, version=version, by=unit.user)
    return row


def test_a_figure_is_taken_from_its_roster_in_one_click(client, dossier):
    tasks = page(client, "dossier_tasks", dossier)
    assert tasks.xpath("string(//div[contains(@class, 'next')]//b)").startswith("下一步：核对 1 处互相矛盾")
    form = next(one for one in tasks.forms if one.xpath(".//button[@name='adopt']"))
    section = reverse("report_section", args=[dossier.pk, "capacity"])
    assert form.action == section and form.xpath(".//a/@href")[0] == f"{section}#id_staff"
    before = Report.objects.get(pk=dossier.pk).data["capacity"]
    with filing.on(filing.FILING_DAY):
        client.post(section, {"adopt": "staff"})
    after = Report.objects.get(pk=dossier.pk).data["capacity"]
    counted = dossier.materials.get(code="staff").figures["staff"]
    assert after == {**before, "staff": str(counted)}
    rest = page(client, "dossier_tasks", dossier)
    assert rest.xpath("string(//div[contains(@class, 'next')]//b)") == "下一步：核对并提交"


@pytest.mark.parametrize("report", ["todo", "doing"])  # begun: a self-check fills some of it
def test_rosters_come_before_the_report(client, report):
    unit, cycle = filing.unit(), filing.year()
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        row = open_dossier(unit.platform, cycle=cycle, by=unit.user)
        row.materials.exclude(code__in=("report", "staff")).update(status="done")
        row.materials.filter(code="report").update(status=report)
    tasks = page(client, "dossier_tasks", row)
    (card,) = tasks.xpath("//div[contains(@class, 'next')]//a/@href")
    assert card == reverse("material", args=[row.pk, "staff"])


def test_the_licence_opens_with_what_is_registered_and_takes_it_over_in_one_click(client):
    unit, cycle = filing.unit(), filing.year()
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        row = open_dossier(unit.platform, cycle=cycle, by=unit.user)
    licence = page(client, "dossier_tasks", row).xpath("//a[contains(@href, '/licence/')]/@href")[0]
    with filing.on(filing.FILING_DAY):
        shown = html.document_fromstring(client.get(licence).content.decode())
    said = {one: shown.get_element_by_id(f"id_{one}").value for one in ("licence_name", "licence_code")}
    assert said == {"licence_name": unit.organisation.name, "licence_code": unit.organisation.uscc}
    assert "已按单位登记带入" in shown.text_content()
    assert not row.materials.get(code="licence").fields  # nothing is kept before somebody has looked
    address = reverse("material_fields", args=[row.pk, "licence"])
    with filing.on(filing.FILING_DAY):
        client.post(address, {**said, "licence_name": "另一家公司", "licence_kind": "", "valid_until": ""})
    tasks = page(client, "dossier_tasks", row)
    form = next(one for one in tasks.forms if one.action == address)
    assert form.xpath(".//a/@href")[0].endswith("/licence/#id_licence_name")
    with filing.on(filing.FILING_DAY):
        client.post(address, {"adopt": "licence_name"})
        assert client.post(address, {"adopt": "body"}).status_code == 404
    assert row.materials.get(code="licence").fields["licence_name"] == unit.organisation.name
