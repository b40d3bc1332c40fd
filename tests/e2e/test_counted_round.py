"""A round with failures closed by two persons, counted: as many clicks for sixty or four hundred dossiers as for eight."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import serving
from tests.e2e.test_counted import Counted

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]
MOST = 60
SCENE = "from tests.factories import rounds; rounds.{}"
ENDS = (
    "from collections import Counter; from applications.models import Application; "
    "print(*sorted(Counter(Application.objects.values_list('state', flat=True)).items()))"
)
PATIENCE = 300_000  # milliseconds
CLICKS = 59  # of both persons, signing in left out


@pytest.mark.parametrize("number", [8, 60, 400])
def test_a_round_is_closed_in_few_clicks(
    database_copy, static_files, tmp_path, browser, number, record_property
):
    scene = SCENE.format(f"for_counting({number})")
    with serving(database_copy, tmp_path, static_files, "shell", "-v0", "-c", scene) as portal:
        officer, lead = (Counted(browser, portal.address, name) for name in ("miit_officer", "miit_lead"))
        for person in (officer, lead):
            person.begin()
            person.page.set_default_timeout(PATIENCE)
        checks(portal, officer, lead)
        reviews(portal, officer)
        decides(officer, lead, best=number // 2)
        publicises(portal, officer, lead)
        counted = officer.clicks + lead.clicks
        record_property("clicks", counted)
        ended = portal.manage("shell", "-v0", "-c", ENDS)
        few, half = number // 4, number // 2
        assert ended.strip() == f"('DESIGNATED', {half}) ('REFUSED', {few}) ('REJECTED', {few})"
        assert counted < MOST and counted == CLICKS


def told(portal, act: str) -> None:
    portal.manage("shell", "-v0", "-c", SCENE.format(act))


def waits_for(person, words: str) -> None:
    """Hundreds of dossiers in one act take their time on a busy machine."""
    expect(person.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)


def menu(person, name: str) -> None:
    person.choose(person.page.locator("nav a:visible", has_text=name).first.click)


def funnel(person, stage: str) -> None:
    """From the home page to all that stand at one stage."""
    person.choose(person.page.locator("main a", has_text=stage).first.click)
    person.settles()


def in_bulk(
    person, verb: str, *, mark: str = "", note: str = "", reason: str = "", rest: bool = False
) -> None:
    """All that the list shows, one verb, what will happen, one act."""
    if mark:
        person.picks("材料", mark)
        person.press("筛选")
    person.choose(person.page.get_by_label("当前筛选的全部").check)
    person.picks("批量办理", verb)
    person.press("先看会发生什么")
    if reason:
        person.picks("理由类别", reason)
    if rest:
        person.choose(person.page.get_by_label("其余的材料已逐件核对").check)
    person.page.locator("#id_note").fill(note)
    person.choose(person.page.locator("main form.form button.btn").first.click)
    person.settles()
    waits_for(person, "批量办理结果")


def signs(lead) -> None:
    menu(lead, "审签")
    lead.choose(lead.page.locator("main a.name").first.click)
    lead.press("审签，立即生效")
    waits_for(lead, "已审签，事项已办理")


def checks(portal, officer, lead) -> None:
    """Refused what lacks a paper, asked again where it is doubtful, accepted all that is left."""
    funnel(officer, "待形式审查")
    in_bulk(officer, "不予受理", mark="记为“缺”", reason="材料不齐全", note="没有提交审计报告。")
    signs(lead)
    officer.press("回到清单")
    in_bulk(officer, "要求补正", mark="记为“疑”", note="请按所列补正。")
    told(portal, "answer_supplements()")
    menu(officer, "今日待办")
    funnel(officer, "待形式审查")
    in_bulk(officer, "形式审查通过", rest=True)


def reviews(portal, officer) -> None:
    """One draw for all; experts score; what is complete is concluded."""
    menu(officer, "专家评审")
    officer.press("抽取补足全部空缺")
    officer.sees("结果一致")
    told(portal, "score_all()")
    menu(officer, "今日待办")
    funnel(officer, "专家评审中")
    in_bulk(officer, "结束专家评审")


def decides(officer, lead, *, best: int) -> None:
    """The line is drawn once: above it proposed, below it rejected with one reason."""
    menu(officer, "合议与结果")
    officer.page.locator("#cut").fill(str(best))
    officer.press("重新计算")
    officer.press("拟定结论，送审签")
    signs(lead)
    menu(officer, "合议与结果")
    in_bulk(officer, "不通过", reason="专家评审得分未达到要求", note="评审得分低于入选线。")
    signs(lead)


def publicises(portal, officer, lead) -> None:
    menu(officer, "公示与异议")
    officer.fill("联系电话", "010-00000000")
    officer.fill("监督电话", "010-00000001")
    officer.press("送审签")
    signs(lead)
    told(portal, "stand_at(rounds.datetime(2026, 4, 27, 9, 30))")
    menu(officer, "公示中与认定")
    officer.press("授予称号：核对后果和信函")
    officer.press("确认，送审签")
    signs(lead)
