"""A person at a browser: signs in, fills in, looks; every page is held against axe and the console."""

from __future__ import annotations

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, expect

from training.demo.actors import PASSWORD

SHOTS = os.environ.get("SCREENSHOTS", "")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
# A chart follows its box in the next frames; a page that is too wide stays so.
SETTLED_WIDTH = """async () => {
  const root = document.documentElement, until = Date.now() + 2000;
  while (root.scrollWidth > innerWidth && Date.now() < until) await new Promise(requestAnimationFrame);
  return root.scrollWidth;
}"""

SENT = """() => !window.isLeaving
  && !document.querySelector("form[data-checking='1'], form[data-sent='1']")"""

# A page that gave way to the next one while it was asked.
LEFT_MEANWHILE = re.compile("context was destroyed|frame was detached|Frame has been detached", re.IGNORECASE)

# The engine does not wait for the page that a click leads to: the page that is left says so until it is gone.
# A link whose answer is a file leads nowhere, so it says so for a moment only.
LEAVING = """
const leaves = () => { window.isLeaving = true; setTimeout(() => { window.isLeaving = false; }, 4000); };
addEventListener("beforeunload", leaves);
addEventListener("submit", (event) => { if (!event.defaultPrevented && !event.target.target) leaves(); });
"""


class Person:
    findings: list[str] = []  # of everybody in this walk
    tags: tuple[str, ...] = TAGS  # of axe's rules
    known: dict[tuple[str, str], list] = {}  # who has signed in where: each person types the password once

    def __init__(
        self,
        browser: Browser,
        address: str,
        username: str = "",
        password: str = PASSWORD,
        *,
        scripts: bool = True,
    ):
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
            accept_downloads=True,
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(60_000)  # as the expectations: a busy machine answers late
        self.context.add_init_script(LEAVING)
        self.page: Page = self.context.new_page()
        self.address, self.username = address, username
        self.problems: list[str] = []
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        if username:
            self.sign_in(password)

    def sign_in(self, password: str) -> None:
        self.context.add_cookies(self.known.get((self.address, self.username), []))
        self.go("/login/")  # leads on who has signed in before
        if self.path().startswith("/login/"):
            self.fill("用户名", self.username)
            self.fill("密码", password)
            self.click("登录", exact=True)
        expect(self.page.locator("details.who > summary")).to_be_visible()
        self.known[self.address, self.username] = self.context.cookies()

    def note(self, message) -> None:
        """An error on the console; the browser also notes there that a refused form came back (422)."""
        if message.type == "error" and "status of 422" not in message.text:
            self.problems.append(f"{message.text} {message.location['url']}")

    def go(self, path: str) -> None:
        self.page.wait_for_function(SENT)
        answer = self.page.goto(f"{self.address}{path}")
        assert answer.status < 400, f"{path}: {answer.status}"

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=False).first.fill(value)

    def click(self, name: str, *, exact: bool = False) -> None:
        button = self.page.get_by_role("button", name=name, exact=exact)
        link = self.page.get_by_role("link", name=name, exact=exact)
        expect(button.or_(link).first).to_be_attached()  # the page before may still be leaving
        (button if button.count() else link).first.click()
        self.settles()

    def settles(self) -> None:
        """A longer form asks first whether the session lasts, then it is sent; a link is followed to its page."""
        self.page.wait_for_function(SENT)
        self.page.wait_for_load_state()

    def reads(self, script: str):
        """What the page answers."""
        return self.steadily(lambda: self.page.evaluate(script))

    def steadily(self, ask):
        """What `ask` finds on the page; asked again where the next page came in between (twice at most)."""
        for _ in range(2):
            try:
                return ask()
            except Error as failure:
                if not LEFT_MEANWHILE.search(str(failure)):
                    raise
            self.page.wait_for_load_state()
        return ask()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def looks(self, name: str, *, phone: bool = False) -> None:
        """Note what axe finds, a page wider than the phone, a console that is not quiet."""
        found = self.steadily(self.violations)
        self.findings += [f"{name}: {v['id']} {v['nodes'][0]['html'][:200]}" for v in found]
        self.findings += [f"{name}: {problem}" for problem in self.problems]
        self.problems.clear()
        if phone:
            self.page.set_viewport_size({"width": 390, "height": 844})
            wide = self.reads(SETTLED_WIDTH)
            self.shot(f"{name}-390")
            self.page.set_viewport_size({"width": 1366, "height": 768})
            if wide > 390:
                self.findings.append(f"{name}: {wide} pixels wide on a phone")
        self.shot(name)

    def violations(self) -> list[dict]:
        """What axe finds on the page, once it stands."""
        self.page.wait_for_function(SENT)  # whoever clicked beside click() may still be on the way
        expect(self.page.locator("#main").last).to_be_attached()  # a busy machine sends a page in pieces
        for frame in self.page.frames:
            frame.wait_for_load_state()
        # describing what passes takes a third of the time
        quiet = {"runOnly": {"type": "tag", "values": list(self.tags)}, "resultTypes": ["violations"]}
        return Axe().run(self.page, options=quiet).response["violations"]

    def shot(self, name: str) -> None:
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{name.replace('/', '_')}.png", full_page=True)

    def move_clock(self, day: str) -> None:
        self.page.locator("#tc-d").fill(day)
        self.page.get_by_role("button", name="拨到这一天").click()
        self.page.wait_for_load_state()
        self.sees("演练时钟已拨到")

    def path(self) -> str:
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    def leave(self) -> None:
        self.context.close()
