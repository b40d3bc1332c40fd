"""Nothing typed is lost, at a browser: the session ends, the line is cut, one goes back, clicks twice, is refused."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_applicant import ready
from tests.e2e.walk import Person
from training.demo.actors import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
WORDS = "写到一半的话，不能丢。"
KINDS = {  # name: (who, page, field, button)
    "section": ("yunfan_lead", "/my/dossiers/{dossier}/report/area/", "#id_area_text", "保存并返回"),
    "record": ("yunfan_lead", "/platforms/{platform}/edit/", "#id_introduction", "保存"),
    "licence": (
        "yunfan_lead",
        "/my/dossiers/{dossier}/materials/licence/",
        "[name=licence_name]",
        "保存登记内容",
    ),
    "new": ("miit_lead", "/interpretations/new/", "#id_question", "发布"),
    "account": ("admin", "/accounts/new/", "#id_name", "保存"),
    "verb": ("yunfan_lead", "/my/dossiers/{dossier}/withdraw/", "#id_note", "确认撤回申报"),
}
LOOK = """
from applications.models import Application
row = Application.objects.select_related("cycle").get(pk="DOSSIER")
print("PK", row.platform_id, row.cycle_id)
"""


@pytest.fixture
def places(portal) -> dict:
    dossier = ready(portal)
    said = portal.manage("shell", "-v0", "-c", LOOK.replace("DOSSIER", dossier))
    platform, cycle = said.split("PK ")[1].split()[:2]
    return {"dossier": dossier, "platform": platform, "cycle": cycle}


def types(portal, browser, places, name: str, *, scripts: bool = True) -> tuple[Person, str]:
    who, page, field, _ = KINDS[name]
    person = Person(browser, portal.address, who, scripts=scripts)
    person.go(page.format(**places))
    person.page.locator(field).fill(WORDS)
    return person, field


def is_kept(person: Person) -> None:
    """The copy is written a moment after the last key."""
    person.page.wait_for_function(
        """words => [localStorage, sessionStorage].some(place => Object.keys(place).some(
            key => key.startsWith('typed:') && place[key].includes(words)))""",
        arg=WORDS,
    )


def is_sent(answer) -> bool:
    return answer.request.method == "POST" and answer.request.is_navigation_request()


def end_session(person: Person) -> None:
    person.context.clear_cookies(name="sessionid")
    Person.known.pop((person.address, person.username), None)


def presses(person: Person, name: str) -> None:
    person.page.get_by_role("button", name=KINDS[name][3], exact=True).click()


def test_the_password_is_asked_in_place_and_the_form_goes_on(portal, browser, places):
    """Session ended, for every kind of form: the dialog over the page, then what was pressed is carried out."""
    for name in KINDS:
        person, field = types(portal, browser, places, name)
        end_session(person)
        here = person.path()
        presses(person, name)
        dialog = person.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert person.path() == here
        expect(person.page.locator(field)).to_have_value(WORDS)
        dialog.get_by_label("用户名").fill(person.username)
        if name == "section":
            dialog.get_by_label("密码").fill("不对的密码")
            dialog.get_by_role("button", name="登录", exact=True).click()
            expect(dialog.get_by_text("用户名或者密码不正确").first).to_be_visible()
        dialog.get_by_label("密码").fill(PASSWORD)
        with person.page.expect_response(is_sent) as answer, person.page.expect_navigation():
            dialog.get_by_role("button", name="登录", exact=True).click()
        assert answer.value.status in (302, 422), name
        person.leave()


def test_another_person_at_the_same_browser_is_offered_nothing(portal, browser, places):
    lead, _ = types(portal, browser, places, "new")
    is_kept(lead)
    end_session(lead)
    presses(lead, "new")
    dialog = lead.page.get_by_role("dialog")
    dialog.get_by_label("用户名").fill("miit_officer")
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录", exact=True).click()
    lead.sees("登录的是另一位用户的账号，没有提交")
    lead.page.reload()
    assert lead.page.locator(".typednote").count() == 0
    copies = "Object.keys(localStorage).filter(key => key.startsWith('typed:')).length"
    assert lead.page.evaluate(copies) == 1
    lead.page.goto(portal.address)
    lead.leave()


def test_what_was_typed_waits_and_leaves_with_a_chosen_sign_out(portal, browser, places):
    """Expiry and back keep it; signing out takes it away; a day ends it. The section stores itself meanwhile."""
    for name in [one for one in KINDS if one != "section"]:
        person, field = types(portal, browser, places, name)
        is_kept(person)
        person.go("/desk/")
        person.page.go_back()
        expect(person.page.locator(field)).to_have_value(WORDS)
        end_session(person)
        person.sign_in(PASSWORD)
        person.go(KINDS[name][1].format(**places))
        expect(person.page.locator(field)).to_have_value(WORDS)
        person.sees("还没有保存的内容")
        is_kept(person)
        person.go("/desk/")
        person.page.evaluate(OLD)
        person.go(KINDS[name][1].format(**places))
        assert person.page.locator(field).input_value() != WORDS, name
        person.page.locator(field).fill(WORDS)
        is_kept(person)
        person.page.locator(
            "details.who > summary, details:has(form[data-signs-out]) > summary"
        ).first.click()
        person.click("退出")
        Person.known.pop((person.address, person.username), None)
        person.sign_in(PASSWORD)
        person.go(KINDS[name][1].format(**places))
        assert person.page.locator(field).input_value() != WORDS, name
        person.leave()


OLD = """() => Object.keys(localStorage).filter(key => key.startsWith("typed:")).forEach(key => {
  const copy = JSON.parse(localStorage.getItem(key));
  localStorage.setItem(key, JSON.stringify({ ...copy, at: copy.at - 24 * 3600 * 1000 - 1 }));
})"""


def test_a_cut_line_waits_and_a_second_click_sends_nothing(portal, browser, places):
    for name in KINDS:
        person, field = types(portal, browser, places, name)
        sent = []
        person.page.on(
            "request",
            lambda one, sent=sent: (
                sent.append(one.url) if one.method == "POST" and one.is_navigation_request() else None
            ),
        )
        person.context.set_offline(True)
        presses(person, name)
        person.sees("线路恢复后自动提交")
        presses(person, name)
        expect(person.page.locator(field)).to_have_value(WORDS)
        with person.page.expect_navigation():
            person.context.set_offline(False)
        person.page.wait_for_load_state()
        assert len(sent) == 1, name
        person.problems.clear()  # the browser notes every request that did not get through
        person.leave()


def test_a_refusal_and_a_saved_form_leave_the_right_copy(portal, browser, places):
    """422 keeps the copy for whoever goes away; saved drops it."""
    copies = "Object.keys(localStorage).filter(key => key.startsWith('typed:')).length"
    person, field = types(portal, browser, places, "new")
    with person.page.expect_response(is_sent) as answer:
        presses(person, "new")
    assert answer.value.status == 422
    expect(person.page.locator(field)).to_have_value(WORDS)
    person.go(KINDS["new"][1])
    expect(person.page.locator(field)).to_have_value(WORDS)
    person.page.locator("#id_answer").fill("答复。")
    person.page.locator("#id_article").fill("5")
    with person.page.expect_response(is_sent) as answer:
        presses(person, "new")
    assert answer.value.status == 302
    person.page.wait_for_url(lambda url: KINDS["new"][1] not in url)
    assert person.page.evaluate(copies) == 0
    person.leave()


def test_without_javascript_the_form_comes_back_filled(portal, browser, places):
    person, field = types(portal, browser, places, "record", scripts=False)
    end_session(person)
    presses(person, "record")
    person.fill("用户名", person.username)
    person.fill("密码", PASSWORD)
    person.click("登录", exact=True)
    expect(person.page.locator(field)).to_have_value(WORDS)
    person.sees("还没有提交")
    person.click("保存", exact=True)
    person.go(KINDS["record"][1].format(**places))
    expect(person.page.locator(field)).to_have_value(WORDS)
    person.leave()


def test_what_the_server_read_and_a_click_corrected_is_kept_and_not_the_paste(portal, browser):
    """The calendar answers with what it understood: the copy of what was pasted may not come back over it."""
    person = Person(browser, portal.address, "admin")
    person.go("/calendar/2027/enter/")
    person.page.locator("#id_days").fill(
        "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日（周五）至12日（周五）放假调休，共8天。"
    )
    for button, expected in (("look", "1-1 休 元旦"), ("2027-01-04", "1-4 休 节假日")):
        person.page.locator(f"button[value='{button}']").click()
        person.settles()
        expect(person.page.locator("#id_days")).to_have_value(re.compile(expected))
    expect(person.page.get_by_text("已放回您")).to_have_count(0)
    person.go("/calendar/2027/enter/")  # left without sending: the corrected text is put back
    expect(person.page.locator("#id_days")).to_have_value(re.compile("1-4 休 节假日"))
    person.leave()
