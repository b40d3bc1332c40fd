"""The public question “where does it stand”: stages and dates to who holds number and code, nothing else."""

import pytest
from django.urls import reverse

from tests.factories.rounds import Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(db):
    return Round().bring("浙江", upto="REVIEWED")[0]


def ask(client, number, code):
    return client.post(reverse("progress_query"), {"number": number, "query_code": code})


def test_the_public_words_of_each_stage(client, dossier):
    answer = ask(client, dossier.number, dossier.query_code.lower())
    assert [label for label, _ in answer.context["stages"]] == [
        "已提交",
        "省级测评中",
        "已推荐",
        "部级审查中",
        "评审中",
    ]
    page = answer.content.decode()
    assert dossier.platform.name not in page
    assert str(dossier.review_score) not in page


@pytest.mark.parametrize("change", [("2026-浙-9999", None), (None, "000000")])
def test_a_wrong_number_and_a_wrong_code_are_one_answer(client, dossier, change):
    number, code = change
    answer = ask(client, number or dossier.number, code or dossier.query_code)
    assert answer.status_code == 422
    assert "没有找到此申报" in answer.content.decode()
    assert answer.context["found"] is None
