"""Those who score and those who only read: experts, the public, the inspector."""

from __future__ import annotations

from tests.e2e.walk import Person


def experts_score(portal, browser):
    scored = 0
    for number in range(1, 15):
        expert = Person(browser, portal.address, f"expert{number}")
        link = expert.page.get_by_role("link", name="先作声明")
        if link.count():
            link.first.click()
            if not scored:
                expert.looks("declare", phone=True)
            expert.page.get_by_label("没有，我已阅读").check()
            expert.click("提交声明")
            for field in expert.page.locator("input[type=number][name^=score_]").all():
                field.fill(str(82 + scored))
            if not scored:
                expert.looks("score", phone=True)
            expert.click("提交评分")
            expert.sees("评分已提交")
            scored += 1
        expert.leave()
    assert scored == 3


def public_verifies(portal, browser, number):
    public = Person(browser, portal.address)
    for path, name in (
        (f"/verify/{number}/", "verify"),
        (f"/directory/{number}/", "platform-page"),
        ("/directory/", "directory"),
        ("/notices/", "notices"),
        ("/guide/", "guide"),
        ("/regulation/", "regulation"),
        ("/criteria/", "criteria"),
        ("/selfcheck/?staff=19&assets=300", "selfcheck"),
        ("/policies/", "policies"),
        ("/help/", "help"),
        ("/contacts/", "contacts"),
        ("/calendar/", "calendar"),
        ("/calendar/2026/", "calendar-year"),
        ("/site-map/", "site-map"),
        ("/search/?q=越州", "search"),
        ("/login/", "login"),
    ):
        public.go(path)
        public.looks(name, phone=True)
    public.go(f"/verify/{number}/")
    public.sees("有效")
    answer = public.context.request.get(f"{portal.address}/certificates/{number}.pdf")
    assert answer.body().startswith(b"%PDF-")
    public.leave()


def inspector_reads(portal, browser, dossier):
    inspector = Person(browser, portal.address, "inspector")
    inspector.looks("audit-desk", phone=True)
    inspector.go(f"/dossiers/{dossier}/")
    inspector.looks("dossier-inspector")
    assert not inspector.page.locator("main form").count()
    inspector.go("/audit/events/")
    inspector.looks("audit-events")
    inspector.go("/audit/verify/")
    inspector.looks("audit-verify")
    inspector.leave()
