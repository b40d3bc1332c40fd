"""The report drafted offline: a Word document with every heading, read back by them, and saved once it was looked at."""

from __future__ import annotations

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from applications.dossiers.facts import form_of
from applications.models import Report
from applications.report.offline import read_report, report_docx
from applications.report.services import save_section
from tests.factories import filing

pytestmark = pytest.mark.django_db
TEXT = "面向中小企业  提供检测服务。\n第二段：流程公开。"


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def dossier(unit):
    return filing.dossier(unit, filing.year(), leave_out=("report.overview", "report.leader"))


def test_what_is_written_is_what_is_read(dossier):
    form, data = form_of(dossier), dossier.annex.data
    read = read_report(form, report_docx(form, data, title=form.title), "report.docx")
    for section in form.sections:
        filled = {
            code: value
            for code, value in (data.get(section.code) or {}).items()
            if value not in ("", [], False)
        }
        assert read.get(section.code, {}) == filled, section.code


def fill_in(content: bytes) -> bytes:
    """As somebody at a desk does: a cell, a row of a table, a long text over two paragraphs."""
    document = docx.Document(io.BytesIO(content))
    cells = {
        row.cells[0].text: row.cells[1]
        for table in document.tables
        for row in table.rows
        if len(row.cells) == 3
    }
    cells["资产总额（上年末）（万元）"].text = "1280 万元"
    cells["场所性质"].text = "租赁"
    cells["租期或使用期至"].text = "2029年3月1日"
    finance = next(table for table in document.tables if table.rows[0].cells[0].text == "年度（年）")
    finance.rows[1].cells[1].text = "900"
    heading = next(
        one for one in document.paragraphs if one.text == "单位及平台概况" and one.style.name == "Heading 2"
    )
    following = document.paragraphs[[one.text for one in document.paragraphs].index("单位及平台概况") + 1]
    assert heading is not None and not following.text
    following.text = TEXT
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_document_filled_in_offline_is_shown_and_then_saved(client, unit, dossier):
    client.force_login(unit.user)
    address = reverse("report_offline", args=[dossier.pk])
    with filing.on(filing.FILING_DAY):
        sent = b"".join(client.get(reverse("report_offline_docx", args=[dossier.pk])).streaming_content)
        shown = client.post(address, {"file": SimpleUploadedFile("报告.docx", fill_in(sent))})
        page = html.document_fromstring(shown.content.decode())
        assert "尚未保存" in page.text_content() and "1280 万元" in page.text_content()
        before = Report.objects.get(pk=dossier.pk).data
        assert not before.get("overview")
        read = page.xpath("string(//input[@name='read']/@value)")
        assert client.post(address, {"read": read, "take": ["overview", "capacity"]}).status_code == 302
        after = Report.objects.get(pk=dossier.pk).data
        assert (
            after["overview"]["total_assets"] == "1280" and after["overview"]["finance"][0]["income"] == "900"
        )
        assert after["overview"]["overview"] == TEXT
        assert after["capacity"]["site_until"] == "2029-03-01"
        assert after["capacity"]["capacity_text"] == before["capacity"]["capacity_text"]
        assert after["performance"] == before["performance"]


def test_whoever_was_quicker_is_not_overwritten_and_what_is_no_report_is_told(client, unit, dossier):
    client.force_login(unit.user)
    address = reverse("report_offline", args=[dossier.pk])
    with filing.on(filing.FILING_DAY):
        form = form_of(dossier)
        content = report_docx(form, {"leader": {"leader_name": "王越"}}, title=form.title)
        shown = client.post(address, {"file": SimpleUploadedFile("报告.docx", content)})
        read = html.document_fromstring(shown.content.decode()).xpath("string(//input[@name='read']/@value)")
        version = dossier.annex.section_version("leader")
        mine = {"leader_name": "沈国栋"}
        save_section(dossier, "leader", data=mine, finished=None, version=version, by=unit.user)
        again = client.post(address, {"read": read, "take": ["leader"]})
        assert "有人修改了申请报告" in again.content.decode() and "沈国栋" in again.content.decode()
        assert Report.objects.get(pk=dossier.pk).data["leader"] == mine
        blank = report_docx(form, {}, title=form.title)
        refused = client.post(address, {"file": SimpleUploadedFile("空白.docx", blank)})
        assert refused.status_code == 422 and "没有读到填写的内容" in refused.content.decode()


def test_headings_that_were_changed_are_told(client, unit, dossier):
    """What stands under them is not read, or lies with what is before it: whoever saves must know."""
    client.force_login(unit.user)
    address = reverse("report_offline", args=[dossier.pk])
    with filing.on(filing.FILING_DAY):
        content = fill_in(
            b"".join(client.get(reverse("report_offline_docx", args=[dossier.pk])).streaming_content)
        )
        whole = client.post(address, {"file": SimpleUploadedFile("报告.docx", content)})
        assert whole.context["sections"] and not whole.context["absent"]
        document = docx.Document(io.BytesIO(content))
        section = next(one for one in document.paragraphs if one.text.startswith("三、"))
        text = next(one for one in document.paragraphs if one.style.name == "Heading 2")
        absent = [section.text, f"一、单位及平台概况：{text.text}"]
        section.text, text.text = "三、我们的业绩", "概况（改）"
        next(one for one in document.tables if one.rows[0].cells[0].text == "年度（年）").rows[0].cells[
            0
        ].text = "年"
        out = io.BytesIO()
        document.save(out)
        page = client.post(address, {"file": SimpleUploadedFile("报告.docx", out.getvalue())})
    assert {*absent} < {*page.context["absent"]} and len(page.context["absent"]) == 3
    assert "请改回原文后重新读入" in page.content.decode()
    assert page.context["absent"][-1] == absent[0] and page.context["absent"][1].endswith("的表头")
