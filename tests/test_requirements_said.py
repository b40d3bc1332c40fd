"""Requirements that need a record beside the row: what they say with it, without it, and on the day between.

Rows are put into their state by hand, with the guards off: what is asked here is the requirement alone.
"""

from __future__ import annotations

import ast
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from applications.models import (
    Application,
    CorrectionRequest,
    Cycle,
    Evaluation,
    Finding,
    Material,
    Recommendation,
)
from applications.states import ApplicationState as S
from platforms.models import Recognition
from platforms.register.columns import safe_cell
from review.models import (
    Assignment,
    Moderation,
    Notice,
    NoticeItem,
)
from review.notices.services import start_reasons
from review.scoring.totals import FAR_APART, spread
from tests.factories import dossiers, people, records
from tests.factories.bare import NOON, bare, put, stand
from tests.factories.dossiers import on
from tests.factories.tampering import unsealed
from tests.test_rules import D, said

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent


@cache
def told_in_tests() -> str:
    return "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))


def sentences_in(path: Path) -> list[tuple[int, str]]:
    """Its strings that are no docstrings, where they are long enough to be said of a case."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        if len(re.findall("[\u4e00-\u9fff]", node.value)) >= 6
    ]


def test_a_test_expects_each_sentence_of_a_requirement():
    """Six characters of it stand in a test: nobody refuses with words that no test has heard."""
    untold = [
        f"{path.relative_to(ROOT)}:{line} {words}"
        for pattern in ("*/requirements.py", "*/*/requirements.py")
        for path in sorted(ROOT.glob(pattern))
        for line, words in sentences_in(path)
        if not any(words[at : at + 6] in told_in_tests() for at in range(len(words) - 5))
    ]
    assert untold == []


# --- filing ---


def test_a_dossier_goes_where_its_platform_lies():
    row = bare()
    assert said("recommender_fits_the_place", row) == []
    row.platform.jurisdiction = people.recommender("甘肃")
    moved = (
        f"平台所在地区已改为甘肃，而此件的推荐单位是{row.recommender.name}。"
        "请改回所在地区，或者撤回此件后重新申报。"
    )
    assert said("recommender_fits_the_place", row) == [moved]
    row.procedure = "REREVIEW"
    assert said("recommender_fits_the_place", row) == []
    row.procedure, row.recommender = "DESIGNATION", people.association()
    assert said("recommender_fits_the_place", row) == []


def test_one_dossier_a_year_and_procedure():
    row = bare(S.SUBMITTED)
    same = {"platform": row.platform, "cycle": row.cycle, "procedure": row.procedure}
    words = ["本平台在本年度已有一件在办申报，请先办结或撤回那一件。"]
    assert said("no_other_live_dossier", Application(**same)) == words
    assert said("no_other_live_dossier", Application(**{**same, "procedure": "REREVIEW"})) == []
    assert said("no_other_live_dossier", Application(**{**same, "cycle": Cycle(pk=None)})) == []
    assert said("no_other_live_dossier", Application(**{**same, "platform": dossiers.unit().platform})) == []
    assert said("no_other_live_dossier", row) == []
    with unsealed(Application):
        Application.objects.filter(pk=row.pk).update(state=S.WITHDRAWN)
    assert said("no_other_live_dossier", Application(**same)) == []


def test_a_correction_until_its_last_minute():
    row = bare(S.SUPPLEMENTING)
    request = put(CorrectionRequest, application=row, stage="recommender", items=[], due_on=D, asked_at=NOON)
    with on(D, 23, 59):
        assert said("correction_is_in_time", row) == []
        still = ["补正期限至 2026 年 6 月 8 日（周一），期限届满前不能作出此决定。"]
        for name in ("overdue_before_refusal_of_a_supplement", "overdue_before_going_on"):
            assert said(name, row) == still
    with on(date(2026, 6, 9), 0, 0):
        late = f"补正期限已于 2026 年 6 月 8 日（周一） 24:00 届满。请联系{request.get_stage_display()}说明情况，由其决定是否延长。"
        assert said("correction_is_in_time", row) == [late]
        for name in ("overdue_before_refusal_of_a_supplement", "overdue_before_going_on"):
            assert said(name, row) == []
    stand(row, S.REPORTED)
    with on(D):
        assert said("overdue_before_going_on", row) == []
    with unsealed(CorrectionRequest):
        CorrectionRequest.objects.update(state="ANSWERED")
    stand(row, S.SUPPLEMENTING)
    with on(date(2026, 6, 9), 0, 0):
        assert said("correction_is_in_time", row) == []
    with on(D):
        assert said("overdue_before_going_on", row) == []


def test_what_a_recommendation_needs_in_writing():
    row = bare(S.UNDER_EVALUATION)
    unfinished = ["测评尚未完成，请先完成运营情况、服务业绩、示范性三部分测评。"]
    assert said("evaluation_is_complete", row) == unfinished
    evaluation = put(Evaluation, application=row, methods=[])
    assert said("evaluation_is_complete", row) == unfinished
    Evaluation.objects.filter(pk=evaluation.pk).update(completed_at=NOON)
    assert said("evaluation_is_complete", row) == []
    row.procedure = "REREVIEW"
    assert said("evaluation_is_complete", row) == ["请填写测评意见（合格或者不合格）。"]
    assert said("recommendation_is_written", row) == []
    row.procedure = "DESIGNATION"
    incomplete = ["推荐表尚未填写完整，请填写示范性表述和推荐意见。"]
    assert said("recommendation_is_written", row) == incomplete
    officer = people.staff_of(row.recommender)[0]
    form = put(Recommendation, application=row, opinion="同意推荐", prepared_by=officer)
    assert said("recommendation_is_written", row) == incomplete
    Recommendation.objects.filter(pk=form.pk).update(opinion="", demonstration="带动本地")
    assert said("recommendation_is_written", row) == incomplete
    Recommendation.objects.filter(pk=form.pk).update(opinion="同意推荐")
    assert said("recommendation_is_written", row) == []


def test_an_association_recommends_what_it_had_recognised_when_it_was_filed():
    row = bare(S.UNDER_EVALUATION)
    row.recommender, row.submitted_at = people.association(), NOON
    name = row.platform.name
    missing = f"本协会的认定平台登记册中没有{name}（第十九条）。请先登记认定文号并附认定文件，或者不予推荐。"
    late = (
        f"本协会认定{name}的日期（2026 年 6 月 9 日（周二））晚于其提交日期，"
        "不能作为本次推荐的依据（第十九条）。请不予推荐，该平台下一年度再申报。"
    )
    rule = "association_has_recognised_it"
    assert said(rule, row) == [missing]
    with on(date(2026, 6, 30)):
        entry = records.recognition(row.recommender, row.platform, by=people.officer_of(row.recommender))
        for day, says in (
            (8, []),
            (9, [late]),
        ):
            with unsealed(Recognition):
                Recognition.objects.filter(pk=entry.pk).update(recognised_on=date(2026, 6, day))
            assert said(rule, row) == says
    row.procedure = "REREVIEW"
    assert said(rule, row) == []
    row.procedure, row.recommender = "DESIGNATION", row.platform.jurisdiction
    assert said(rule, row) == []


def test_what_the_desk_has_marked_is_answered_first():
    row = bare(S.UNDER_EVALUATION)
    put(Material, application=row, code="audit", position=1)
    by = people.staff_of(row.recommender)[0]
    mark = {"code": "audit", "words": "缺少签字页", "marked_by": by, "marked_at": NOON}
    for stage, verdict in (("ministry", "missing"), ("recommender", "ok")):
        put(Finding, application=row, stage=stage, verdict=verdict, **mark)
    assert said("marks_are_answered", row) == []
    with unsealed(Finding):
        Finding.objects.filter(stage="recommender").update(verdict="doubt")
    (words,) = said("marks_are_answered", row)
    assert words.endswith("记为“疑”（缺少签字页），请退回补正，或者写明理由后改记为“齐”。")


# --- the ministry's review ---


def test_every_material_is_looked_at_by_the_ministry():
    row = bare(S.REPORTED)
    for position, code in enumerate(("licence", "declaration")):
        put(Material, application=row, code=code, position=position)
    left = "形式审查已核对 0 / 1 项，还有 1 项未核对，请先在材料上标记，或者勾选“其余各项已核对，均符合”。"
    assert said("materials_were_looked_at", row) == [left]
    assert said("materials_were_looked_at", row, looking_ahead=True) == []


def sheet_of(row: Application, state: str, total=None) -> Assignment:
    given = {"assigned_by": people.ministry(), "assigned_at": NOON, "due_on": D}
    return put(
        Assignment,
        application=row,
        expert=people.expert(),
        state=state,
        total=total,
        handed_in_at=NOON if state == "HANDED_IN" else None,
        **given,
    )


def test_a_panel_and_its_sheets():
    row = bare(S.UNDER_REVIEW)
    row.cycle.panel_size = 2
    assert said("panel_is_complete", row) == ["已分派 0 位专家，还差 2 位。"]
    for state in ("RECUSED", "ASSIGNED"):
        sheet_of(row, state)
    assert said("panel_is_complete", row) == ["已分派 1 位专家，还差 1 位。"]
    assert said("every_sheet_is_in", row) == ["还有 1 位专家未提交评分，请催办或者解除分派后补派。"]
    with unsealed(Assignment):
        Assignment.objects.filter(state="ASSIGNED").update(state="HANDED_IN", total=80, handed_in_at=NOON)
    assert said("every_sheet_is_in", row) == ["有效评分 1 份，不足 2 份，请补派专家。"]
    sheet_of(row, "HANDED_IN", 94)
    assert said("panel_is_complete", row) == said("every_sheet_is_in", row) == []
    assert said("far_apart_sheets_were_moderated", row) == []
    sheet_of(row, "HANDED_IN", 95)
    apart = ["专家评分相差 15 分，请先在“评审进度”中记录复议意见。"]
    assert [words.replace("15.00", "15") for words in said("far_apart_sheets_were_moderated", row)] == apart
    for outcome, at, says in (("kept", -1, 1), ("reopened", 1, 1), ("kept", 0, 0)):
        put(
            Moderation,
            application=row,
            outcome=outcome,
            reason="已复核",
            spread=15,
            moderated_by=people.ministry(),
            moderated_at=NOON + timedelta(minutes=at),
        )
        assert len(said("far_apart_sheets_were_moderated", row)) == says


def test_nobody_scores_what_is_not_under_review():
    closed = ["此件当前不在专家评审阶段。"]
    for state, says in ((S.UNDER_REVIEW, []), (S.REVIEWED, closed), (S.ACCEPTED, closed)):
        assert said("review_is_going_on", Assignment(application=Application(state=state))) == says


def notice_about(*rows: Application, kind: str = "publicity", begins: date = date(2026, 5, 18)) -> Notice:
    notice = put(
        Notice,
        kind=kind,
        serial=1,
        title="公示",
        body="{}",
        items_text="[]",
        digest="0" * 64,
        cycle=rows[0].cycle,
        published_on=begins,
        ends_on=date(2026, 6, 5),
        created_at=NOON,
        state="PUBLISHED",
    )
    for position, row in enumerate(rows, start=1):
        names = (row.platform.name, row.platform.organisation.name, row.recommender.name)
        put(
            NoticeItem,
            notice=notice,
            application=row,
            position=position,
            **dict(zip(("platform_name", "organisation_name", "recommender_name"), names, strict=True)),
            outcome="",
        )
    return notice


def test_what_a_publicity_lets_go_on():
    row = bare(S.PROPOSED)
    nothing = ["没有有效的公示，请先公示。"]
    for publicise, says in ((True, nothing), (False, [])):
        row.cycle.publicise_rereview = publicise
        assert said("publicity_is_over", row) == says
    stand(row, S.PUBLICISED)
    assert said("publicity_is_over", row) == nothing


def test_a_notice_is_taken_back_as_a_whole_or_corrected():
    first, second = bare(S.PUBLICISED), bare(S.PUBLICISED)
    notice = notice_about(first, second)
    assert said("nothing_was_decided_yet", notice) == []
    assert said("something_changed", notice) == ["名单没有变化，不需要更正。"]
    with unsealed(Application):
        Application.objects.filter(pk=first.pk).update(state=S.DESIGNATED)
    decided = ["名单中已有 1 家作出决定，不能整体撤回公示；名单有变化的，请办理更正公示。"]
    assert said("nothing_was_decided_yet", notice) == decided
    assert said("nothing_was_decided_yet", notice, facts={"partial": True}) == []
    with unsealed(Application):
        Application.objects.filter(pk__in=(first.pk, second.pk)).update(state=S.WITHDRAWN)
    assert said("nothing_was_decided_yet", notice) == []
    assert said("something_changed", notice) == ["名单上已没有公示中的平台，不能更正。"]
    notice.kind = "announcement"
    assert said("something_changed", notice) == ["只有公示可以更正。"]


@pytest.mark.parametrize("mark", list("=+-@\t\r"))
def test_no_cell_of_a_csv_is_a_formula(mark):
    assert safe_cell(f"{mark}SUM(A1)") == f"'{mark}SUM(A1)"
    assert safe_cell("甲公司") == "甲公司" and safe_cell(7) == 7


def test_sheets_are_far_apart_from_fifteen_points():
    assert spread([70, 85]) >= FAR_APART > spread([70, 84])


def test_publicity_begins_tomorrow_at_the_earliest():
    with on(date(2026, 6, 8), 0, 0):
        assert start_reasons(date(2026, 6, 8), length=15) == [
            "公示自开始日 0 时起对外可见，开始日应在今天之后。"
        ]
        assert start_reasons(date(2026, 6, 9), length=15) == []
