"""Art. 6 order, the comparison, and reporting as one act whose package leaks to nobody."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from guardian.shortcuts import remove_perm
from hypothesis import given
from hypothesis import strategies as st

from applications.editions import get_edition
from applications.models import Application, Recommendation
from applications.recommendation.services import candidates_of, report_list
from applications.reporting.comparing import Candidate, against_priority, dot_lines, suggested
from portal.kernel.workflow import missing
from portal.models import AuditEvent
from portal.shared.storage import open_private
from tests.factories.records import exported
from tests.factories.rounds import Round
from training.demo import officials
from training.demo.actors import staff_of
from training.demo.files import evidence_pdf


def candidate(key: str, *, score=80, honours=(), staff="22 人", verdict="PASS") -> Candidate:
    criteria = [{"code": "staff", "figure": staff, "verdict": verdict}]
    return Candidate(
        key,
        key,
        "单位",
        key,
        "测评中",
        "info",
        "1/1",
        Decimal(score),
        None,
        criteria,
        list(honours),
        False,
        False,
    )


RECOGNISED = {"kind": "recognition", "level": "provincial"}
CITY = {"kind": "recognition", "level": "city"}


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=12))
def test_nobody_with_priority_stands_behind_one_without(rows):
    made = [
        candidate(str(n), score=score, honours=[RECOGNISED] * first) for n, (score, first) in enumerate(rows)
    ]
    ordered = suggested(made)
    assert sorted(one.key for one in ordered) == sorted(one.key for one in made)
    assert against_priority(ordered) == []


def test_a_city_award_is_no_priority():
    first, second = candidate("a", score=95, honours=[CITY]), candidate("b", score=60, honours=[RECOGNISED])
    assert [one.key for one in suggested([first, second])] == ["b", "a"]
    assert against_priority([first, second]) == [second]


def test_dots_lie_on_their_side_of_the_threshold():
    rows = [candidate("a", staff="17 人", verdict="RELAXABLE"), candidate("b", staff="20 人")]
    (line,) = [one for one in dot_lines(get_edition("interim-2010"), rows) if one.dots]
    assert (line.at, [(dot.x, dot.kind) for dot in line.dots]) == (
        "50.0",
        [("42.5", "relaxed"), ("50.0", "ok")],
    )


@pytest.fixture
def year(db):
    return Round()


def test_the_package_holds_all_and_opens_to_few(client, year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    officer, lead = staff_of(row.recommender)
    with year.on(date(2026, 3, 18)):
        officials.evaluate(row, officer, day=date(2026, 3, 18), score=88)
        assert missing(row, "recommend", by=officer) == ["推荐表由您填写，须由另一位负责人签发。"]
        officials.recommend(row, lead)
    assert Recommendation.objects.get(pk=row.pk).signed_by == lead
    scan = SimpleUploadedFile("推荐文件.pdf", evidence_pdf("推荐文件"), "application/pdf")
    with year.on(date(2026, 4, 1)):
        sent = report_list(
            row.recommender,
            year.year,
            procedure="DESIGNATION",
            document_number="浙经信〔2026〕1 号",
            document_date=date(2026, 4, 1),
            document=scan,
            by=lead,
        )
    (other,) = year.bring("江苏", upto="SUBMITTED")
    stranger, _ = staff_of(other.recommender)
    unit = year.units[str(row.pk)].user
    for name in ("reporting_receipt", "reporting_xlsx", "reporting_pdf"):
        for user, status in ((lead, 200), (stranger, 404), (unit, 404), (year.people["miit_officer"], 200)):
            client.force_login(user)
            assert client.get(reverse(name, args=[sent.pk])).status_code == status, (name, user)
    for user in (stranger, unit):
        client.force_login(user)
        assert client.post(reverse("reporting_zip", args=[sent.pk])).status_code == 404
    assert client.get(reverse("file_download", args=[sent.document_id])).status_code == 404
    client.force_login(lead)
    job = exported(client, reverse("reporting_zip", args=[sent.pk]))
    assert (job.progress, job.done, job.total, job.requested_by) == ("done", 1, 1, lead)
    assert client.get(reverse("file_download", args=[job.file_id])).status_code == 200
    content = open_private(job.file.key).read()
    assert (job.file.sha256, job.file.size) == (hashlib.sha256(content).hexdigest(), len(content))
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    folder = f"10-{row.number}-{row.platform.name}"
    first = ["00-报送回执.pdf", "01-推荐汇总表.xlsx", "02-推荐文件.pdf", f"{folder}/推荐表.pdf"]
    assert names[:4] == first and f"{folder}/01-申请报告/01-申请报告.pdf" in names
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read("01-推荐汇总表.xlsx"))).active
        head, line = list(sheet.iter_rows(min_row=3, max_row=4, values_only=True))
        papers = [one["document"] for one in row.materials.get(code="honours").fields["rows"]]
        assert dict(zip(head, line, strict=True))["已获认定文号"] in papers  # not how many there are
        joined = pikepdf.open(io.BytesIO(archive.read(f"{folder}/全部材料-{row.number}.pdf")))
    with joined, joined.open_outline() as outline:
        marks = [item.title for item in outline.root]
        assert marks[1:] == sorted(marks[1:])  # in statutory order, the rosters as tables among them
        assert not [name for name in names if name.endswith((".xlsx.pdf", "合并说明.txt"))]
        assert {mark[:2] for mark in marks[1:]} == {f"{number:02d}" for number in range(1, 13)}
    assert marks[:2] == ["推荐表", "01-申请报告/01-申请报告"] and len(joined.pages) >= len(marks)
    filed = [  # Art. 7: 并附申请材料, what was only registered or declared as well
        f"{folder}/{material.position:02d}-{row.spec(material.code).short_title}/"
        for material in row.materials.all()
    ]
    assert len(filed) == 12 and all(any(name.startswith(place) for name in names) for place in filed)
    assert any(mark.startswith("12-") for mark in marks) and f"{folder}/推荐表.xlsx" in names
    assert min(entry.date_time[0] for entry in entries) > 1980  # where a ZIP begins to count
    looks = AuditEvent.objects.filter(actor=lead, action__in=("reporting.export", "exportjob.open_file"))
    assert {"zip", "pdf", "xlsx"} <= {event.facts.get("kind") for event in looks}
    assert looks.filter(action="exportjob.open_file").count() == 1
    for other_one in (officer, stranger, year.people["miit_officer"]):  # a colleague asks for an own one
        client.force_login(other_one)
        assert client.get(reverse("file_download", args=[job.file_id])).status_code == 404
        assert job.title not in client.get(reverse("export_list")).content.decode()


def test_a_package_asked_for_is_made_with_the_rights_of_its_asker(client, year):
    """Whoever lost the office while the package waited gets nothing."""
    (row,) = year.bring("浙江", upto="REPORTED")
    officer, _ = staff_of(row.recommender)
    client.force_login(officer)

    def lose_office():
        remove_perm("platforms.handle_recommender", officer, row.recommender)

    job = exported(client, reverse("reporting_zip", args=[row.reporting_id]), meanwhile=lose_office)
    assert (job.progress, job.file) == ("failed", None)


def test_the_comparison_names_only_own_candidates_and_costs_the_same(client, year, django_assert_num_queries):
    (mine,) = year.bring("浙江", upto="SUBMITTED")
    (other,) = year.bring("江苏", upto="SUBMITTED")
    officer, _ = staff_of(mine.recommender)
    client.force_login(officer)
    page = client.get(reverse("compare")).content.decode()
    assert mine.platform.name in page
    assert other.platform.name not in page
    with django_assert_num_queries(2):
        candidates_of(mine.recommender, year.year)
    year.bring("浙江", upto="SUBMITTED")
    with django_assert_num_queries(2):
        assert len(candidates_of(mine.recommender, year.year)) == 2


def test_the_preview_stores_nothing(client, year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    officer, _ = staff_of(row.recommender)
    client.force_login(officer)
    answer = client.post(reverse("recommendation_preview", args=[row.pk]), {"opinion": "同意推荐<b>"})
    assert "同意推荐&lt;b&gt;" in answer.content.decode()
    assert not Recommendation.objects.filter(pk=row.pk).exists()
    assert Application.objects.get(pk=row.pk).state == "SUBMITTED"
