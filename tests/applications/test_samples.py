"""Every material and form has a filled sample that anybody may take, and a sample fits the form that it shows."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest
from django.urls import reverse

from applications.cycles.years import rules_in_force
from applications.guide.sample_texts import TEXTS
from applications.guide.samples import MARK, sample_of
from applications.report.checks import check_section
from applications.report.offline import read_report

pytestmark = pytest.mark.django_db


def test_every_material_has_a_filled_sample(client):
    edition = rules_in_force()
    codes = [one.code for one in (*edition.materials, *edition.rereview_materials) if one.kind != "report"]
    page = client.get(reverse("guide")).content.decode()
    for code in {*codes, "authorisation", "annex2", "annex3"}:
        address = reverse("sample", args=[code])
        content = io.BytesIO(b"".join(client.get(address).streaming_content))
        if sample_of(edition, code)[1] == "xlsx":
            assert openpyxl.load_workbook(content)["名册"].max_row >= 5, code
        else:
            assert MARK in [one.text for one in docx.Document(content).paragraphs], code
        assert address in page or code == "audit3", code
    assert client.get(reverse("sample", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("code", ["annex2", "annex3"])
def test_the_sample_of_a_form_is_filled_as_the_form_demands(code):
    form = rules_in_force().forms[code]
    read = read_report(form, sample_of(rules_in_force(), code)[2](), "样表.docx")
    assert {one.code: check_section(one, read.get(one.code, {})) for one in form.sections} == {
        one.code: {} for one in form.sections
    }


@pytest.mark.parametrize("code", ["annex2", "annex3"])
def test_each_long_text_of_a_sample_has_an_example_of_its_own(code):
    form = rules_in_force().forms[code]
    read = read_report(form, sample_of(rules_in_force(), code)[2](), "样表.docx")
    texts = {
        field.code: read[section.code][field.code]
        for section in form.sections
        for field in section.fields
        if field.kind == "longtext" and field.required
    }
    assert set(texts) <= set(TEXTS) and len(set(texts.values())) == len(texts)


def test_the_sample_of_the_declaration_says_what_is_declared():
    edition = rules_in_force()
    paper = docx.Document(io.BytesIO(sample_of(edition, "declaration")[2]()))
    assert edition.declaration in [one.text for one in paper.paragraphs]
