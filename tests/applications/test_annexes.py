"""The annexes as they leave the portal: the facts as filed, the words as written."""

from __future__ import annotations

import io

import openpyxl
import pypdfium2
import pytest

from applications.dossiers.documents import recommendation_context, recommendation_pdf
from applications.recommendation.sheets import recommendation_xlsx, recommended_titles
from applications.states import ApplicationState as S
from tests.factories import dossiers

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range() for page in document).split())


def test_the_recommendation_form_says_what_was_filed_and_decided():
    """Annex 1, Art. 7: the three parts of the evaluation and the recommender's opinion."""
    row, of = dossiers.draft()
    row = dossiers.bring_to(row, of, S.RECOMMENDED)
    words = words_of(recommendation_pdf(row))
    evaluation, platform = row.evaluation, row.platform
    for expected in (
        "国家中小企业公共服务示范平台推荐表",
        platform.name,
        platform.organisation.name,
        platform.organisation.uscc,
        row.recommender.name,
        *platform.function_labels,
        evaluation.operation_note,
        evaluation.performance_note,
        evaluation.demonstration_note,
        row.recommendation.opinion,
    ):
        assert "".join(expected.split()) in words
    sheet = openpyxl.load_workbook(io.BytesIO(recommendation_xlsx(row)))["推荐表"]
    cells = [str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell]
    for expected in (platform.name, platform.organisation.uscc, row.recommendation.opinion):
        assert expected in cells
    row = dossiers.bring_to(row, of, S.REFUSED)
    decided = words_of(recommendation_pdf(row)).partition("工业和信息化部评审意见")[2]
    assert decided.startswith("不予受理。材料不齐全。材料不符")


def test_a_title_that_the_provinces_own_register_does_not_hold_is_told_as_such():
    row = dossiers.application_in(S.RECOMMENDED)
    row.recommendation.recognised = True
    row.assessment = {**row.assessment, "register": "浙江", "provincial": {}}
    said = "浙江省级名录中没有此称号"
    assert said in recommended_titles(recommendation_context(row, row.recommendation))
    row.assessment["provincial"] = {"words": "浙江省级名录第 1 号"}
    assert said not in recommended_titles(recommendation_context(row, row.recommendation))


def test_a_number_that_the_register_does_not_have_is_told_beside_it():
    row = dossiers.application_in(S.RECOMMENDED)
    row.recommendation.recognised, row.recommendation.commended = True, False
    row.recommendation.recognition_document = "浙经信企业〔2024〕88 号"
    row.recommendation.save()
    row.assessment = {
        **row.assessment,
        "register": "浙江",
        "provincial": {"document": "浙经信企服〔2024〕60号"},
    }
    said = "（文号与名录不一致，以名录为准）"
    assert f"88 号{said}" in recommended_titles(recommendation_context(row, row.recommendation))
    assert said in words_of(recommendation_pdf(row))
    row.recommendation.recognition_document = "浙经信企服〔2024〕60 号"
    assert said not in recommended_titles(recommendation_context(row, row.recommendation))
