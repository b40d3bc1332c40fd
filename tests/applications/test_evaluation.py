"""Art. 7: the rubric and its arithmetic, own items, the visit on site, relaxation with its proof."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from applications.editions.evaluating import DEFAULT_ITEMS, Item, part_score, problems_of
from applications.evaluation.services import (
    add_item,
    grant_relaxation,
    record_visit,
    retire_item,
    rubric_for,
    save_evaluation,
)
from applications.models import EvaluationItem, SiteVisit
from portal.kernel.workflow import TransitionBlocked, missing, perform
from tests.factories.rounds import Round
from training.demo.actors import staff_of

ITEMS = st.lists(st.tuples(st.integers(1, 100), st.integers(0, 100)), min_size=1, max_size=8)


@given(ITEMS)
def test_a_part_lies_between_its_lowest_and_highest_item(rows):
    items = [Item(str(n), "operation", str(n), points) for n, (points, _) in enumerate(rows)]
    sheet = {str(n): {"score": score} for n, (_, score) in enumerate(rows)}
    found = part_score(items, sheet, "operation")
    scores = [score for _, score in rows]
    assert min(scores) <= found <= max(scores)
    assert part_score(items, {**sheet, "0": {"score": None}}, "operation") is None


def test_the_default_rubric_adds_up():
    assert problems_of(DEFAULT_ITEMS) == []
    assert problems_of(DEFAULT_ITEMS[1:]) == ["“运营情况”各项分值合计应为 100，现为 70。"]


def picture(name: str = "现场.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 220, 240)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.fixture
def year(db):
    return Round()


@pytest.fixture
def evaluated(year):
    (row,) = year.bring("浙江", upto="SUBMITTED")
    with year.on(date(2026, 3, 10)):
        perform(row, "begin_evaluation", by=staff_of(row.recommender)[0])
    row.refresh_from_db()
    return row


def test_own_items_weigh_beside_the_years(year, evaluated):
    officer, _ = staff_of(evaluated.recommender)
    stranger, _ = staff_of(year.bring("江苏", upto="SUBMITTED")[0].recommender)
    fields = {"part": "operation", "name": "信用记录", "points": 100, "guide": ""}
    with pytest.raises(PermissionDenied):
        add_item(evaluated.recommender, year.year, by=stranger, **fields)
    own = add_item(evaluated.recommender, year.year, by=officer, **fields)
    assert not EvaluationItem.objects.for_user(stranger).exists()
    sheet = {item.code: {"score": 80, "note": ""} for item in rubric_for(evaluated)}
    sheet[own.as_item().code] = {"score": 100, "note": "信用中国无不良记录"}
    row = save_evaluation(evaluated, by=officer, complete=False, sheet=sheet)
    assert row.operation_score == Decimal("90.00")
    retire_item(own, by=officer)
    assert save_evaluation(evaluated, by=officer, complete=False, sheet=sheet).operation_score == Decimal(
        "80.00"
    )
    with pytest.raises(TransitionBlocked, match="尚未评分：带动作用和资源共享"):
        del sheet["lead"]
        save_evaluation(evaluated, by=officer, complete=True, sheet=sheet)


@pytest.mark.parametrize("day", [date(2030, 1, 1), date(1999, 1, 1)])
def test_nobody_evaluates_before_filing_or_in_the_future(evaluated, day):
    officer, _ = staff_of(evaluated.recommender)
    with pytest.raises(TransitionBlocked, match="测评日期应在提交日"):
        save_evaluation(evaluated, by=officer, complete=False, evaluated_on=day)


def test_the_page_saves_before_it_shows_the_next_material(client, evaluated):
    officer, _ = staff_of(evaluated.recommender)
    client.force_login(officer)
    page = reverse("dossier_evaluation", args=[evaluated.pk])
    answer = client.post(page, {"item_status": "91", "note_status": "证照有效", "show": "audit"})
    assert answer.url == f"{page}?m=audit"
    text = client.get(answer.url).content.decode()
    assert 'value="91"' in text
    assert "证照有效" in text
    answer = client.post(page, {"item_status": "九十", "then": "save"})
    assert answer.status_code == 422
    assert "得分应为 0 到 100 的整数" in answer.content.decode()
    assert 'value="九十"' in answer.content.decode(), "nothing typed is lost"


def test_who_claims_a_visit_has_one_on_record(year, evaluated):
    officer, _ = staff_of(evaluated.recommender)
    with year.on(date(2026, 3, 10)):
        save_evaluation(evaluated, by=officer, complete=False, methods=["materials", "site"])
        claim = "测评方式含“现场核查”，卷宗中没有现场核查记录"
        assert any(reason.startswith(claim) for reason in missing(evaluated, "recommend"))
        record_visit(
            evaluated,
            by=officer,
            photos=[],
            signed=None,
            visited_on=date(2026, 3, 9),
            place="杭州",
            inspectors="周敏、李明",
            received_by="沈国栋",
            seen="设备在用",
            conclusion="meets",
        )
        assert not any(reason.startswith(claim) for reason in missing(evaluated, "recommend"))


def test_one_wrong_field_keeps_nothing_else_from_being_kept(client, year, evaluated):
    officer, _ = staff_of(evaluated.recommender)
    client.force_login(officer)
    page = reverse("dossier_evaluation", args=[evaluated.pk])
    typed = {
        "autosave": "1",
        "version": "0",
        "item_status": "九十",
        "note_audit": "",
        "operation_note": "制度健全",
        "evaluated_on": "1999-01-01",
    }
    answer = client.post(page, typed).json()
    assert answer["unsaved"] == ["item_status", "evaluated_on"]
    assert answer["message"].startswith("其余已自动保存，尚未保存：")
    evaluated.evaluation.refresh_from_db()
    assert (evaluated.evaluation.operation_note, evaluated.evaluation.evaluated_on) == ("制度健全", None)


def test_the_visit_keeps_its_files_among_officials(client, year, evaluated):
    officer, _ = staff_of(evaluated.recommender)
    fields = {
        "visited_on": date(2026, 3, 9),
        "place": "杭州",
        "inspectors": "周敏、李明",
        "received_by": "沈国栋",
        "seen": "设备在用",
        "conclusion": "meets",
    }
    with year.on(date(2026, 3, 10)):
        visit = record_visit(
            evaluated, by=officer, photos=[picture()], signed=picture("签字表.jpg"), **fields
        )
        with pytest.raises(TransitionBlocked, match="不能晚于今天"):
            record_visit(
                evaluated, by=officer, photos=[], signed=None, **{**fields, "visited_on": date(2026, 3, 11)}
            )
    assert [entry.kind for entry in visit.files.all()] == ["photo", "signed"]
    (other,) = year.bring("江苏", upto="SUBMITTED")
    file = visit.files.first().file
    for user, status in (
        (officer, 200),
        (staff_of(other.recommender)[0], 404),
        (year.units[str(evaluated.pk)].user, 404),
        (year.people["miit_officer"], 404),  # not reported yet
        (year.people["expert1"], 404),
        (year.people["inspector"], 200),
    ):
        client.force_login(user)
        assert client.get(reverse("file_download", args=[file.pk])).status_code == status, user
    assert SiteVisit.objects.for_user(officer).count() == 1


def test_no_relaxation_without_proof(evaluated):
    officer, _ = staff_of(evaluated.recommender)
    evaluated.assessment["criteria"] = [
        {**row, "verdict": "RELAXABLE"} if row["code"] == "staff" else row
        for row in evaluated.assessment["criteria"]
    ]
    with pytest.raises(TransitionBlocked, match="依据文件"):
        grant_relaxation(evaluated, criterion="staff", area="老区", reason="", proof=None, by=officer)


@pytest.fixture
def pages(year, evaluated, client):
    """Opens and sends a page of the dossier as one of its two officers, on a day of the evaluation."""

    def visit(name: str, by, said: dict | None = None):
        address = reverse(name, args=[evaluated.pk])
        client.force_login(by)
        with year.on(date(2026, 3, 12)):
            return client.get(address) if said is None else client.post(address, said)

    return visit


@pytest.mark.parametrize(
    ("name", "field", "others"),
    [
        ("dossier_evaluation", "operation_note", {}),
        ("dossier_recommendation", "opinion", {"demonstration": "示范作用明显"}),
    ],
)
def test_a_colleagues_words_are_not_overwritten_unseen(evaluated, pages, name, field, others):
    officer, lead = staff_of(evaluated.recommender)
    opened = pages(name, lead).context["version"]
    assert pages(name, officer, {**others, field: "周敏写的", "version": opened}).status_code == 302
    late = pages(name, lead, {**others, field: "赵岚写的", "version": opened})
    text = late.content.decode()
    assert late.status_code == 409
    assert f"{officer.name}保存过此表" in text and "周敏写的" in text and "赵岚写的" in text
    assert "周敏写的" in pages(name, officer).content.decode()
    again = pages(name, lead, {**others, field: "赵岚写的", "version": late.context["version"]})
    assert again.status_code == 302
    assert "赵岚写的" in pages(name, officer).content.decode()


@pytest.mark.parametrize("name", ["dossier_evaluation", "dossier_recommendation"])
def test_a_version_that_never_was_is_no_fault(evaluated, pages, name):
    officer, _ = staff_of(evaluated.recommender)
    said = {"demonstration": "示范作用明显", "opinion": "同意", "version": "7"}
    assert pages(name, officer, said).status_code == 302


def test_one_officers_own_pages_do_not_stand_in_each_others_way(evaluated, pages):
    officer, _ = staff_of(evaluated.recommender)
    said = {"operation_note": "一", "version": 0, "autosave": "1"}
    assert pages("dossier_evaluation", officer, said).json()["version"] == 1
    assert pages("dossier_evaluation", officer, {"operation_note": "二", "version": 0}).status_code == 302


def test_autosave_tells_of_a_colleague_and_stores_nothing(evaluated, pages):
    officer, lead = staff_of(evaluated.recommender)
    pages("dossier_evaluation", officer, {"operation_note": "一", "version": 0})
    answer = pages("dossier_evaluation", lead, {"operation_note": "二", "version": 0, "autosave": "1"})
    assert answer.status_code == 409 and "同事刚保存过" in answer.json()["message"]
    evaluated.evaluation.refresh_from_db()
    assert evaluated.evaluation.operation_note == "一"
