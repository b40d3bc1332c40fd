"""What saves steps: several files at once by their names, and from one material straight to the next."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.filing.services import open_dossier
from applications.materials.prefill import registration_of
from applications.materials.together import material_named_in
from tests.factories import filing
from training.demo.files import evidence_pdf, staff_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client):
    unit, cycle = filing.unit(), filing.year()
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        return open_dossier(unit.platform, cycle=cycle, by=unit.user)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("2025年度服务收支专项审计报告.pdf", "audit"),
        ("营业执照（副本）.jpg", "licence"),
        ("人员名册.xlsx", "staff"),
        ("服务企业名单和成效评价.xlsx", "smes"),
        ("仪器设备清单.xlsx", "facilities"),
        ("质量管理体系认证证书.pdf", "quality"),
        ("省级示范平台认定文件.pdf", "honours"),
        ("三年发展规划.pdf", "plan"),
        ("人员名册.pdf", None),
        ("扫描件001.pdf", None),
    ],
)
def test_a_file_goes_where_its_name_says_and_nowhere_else(draft, name, code):
    found = material_named_in(name, draft.cycle.edition.materials)
    assert (found.code if found else None) == code


def test_several_files_come_in_at_once_and_what_says_nothing_is_told(client, draft):
    files = [
        SimpleUploadedFile("营业执照.pdf", evidence_pdf("营业执照")),
        SimpleUploadedFile("人员名册.xlsx", staff_roster(26, 20, 5)),
        SimpleUploadedFile("扫描件001.pdf", evidence_pdf("不详")),
    ]
    with filing.on(filing.FILING_DAY):
        page = client.post(reverse("upload_together", args=[draft.pk]), {"files": files}, follow=True)
    kept = {row.code: row.files.count() for row in draft.materials.all() if row.files.exists()}
    assert kept == {"licence": 1, "staff": 1}
    assert "“扫描件001.pdf”的文件名看不出属于哪项材料" in page.content.decode()


def test_from_one_material_straight_to_the_next_that_wants_something(client, draft):
    licence = reverse("material_fields", args=[draft.pk, "licence"])
    quality, support = (reverse("material_none", args=[draft.pk, code]) for code in ("quality", "support"))
    with filing.on(filing.FILING_DAY):
        whole = {**registration_of(draft), "valid_until": ""}
        assert client.post(licence, {**whole, "then": "next"})["Location"].endswith("/audit/")
        assert client.post(licence, whole)["Location"].endswith("/licence/")
        said = {"none": "1", "reason": "认证机构正在审核"}
        assert client.post(quality, said)["Location"].endswith("/honours/")
        assert client.post(support, said)["Location"] == reverse("dossier_tasks", args=[draft.pk])


def test_a_section_that_is_left_half_done_is_kept_and_not_called_done(client, draft):
    address = reverse("report_section", args=[draft.pk, "leader"])
    with filing.on(filing.FILING_DAY):
        shown = client.get(address).content.decode()
        assert 'name="finished" value="1" checked' in shown
        left = client.post(address, {"leader_name": "王越", "finished": "1", "then": "back", "version": "0"})
    draft.annex.refresh_from_db()
    assert left.status_code == 302 and draft.annex.data["leader"]["leader_name"] == "王越"
    assert "leader" not in draft.annex.finished_sections
