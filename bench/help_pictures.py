"""Pictures of the help page, taken from a running demonstration: `python -m bench.help_pictures http://127.0.0.1:8000 PASSWORD`.

Real pages of made-up people, at the size of a laptop, kept small: 960 pixels wide, WebP.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "static/img/help"
WIDTH, QUALITY = 960, 60
LAPTOP = {"width": 1366, "height": 768}


def opens(path: str) -> Callable[[Page, str], None]:
    return lambda page, address: page.goto(f"{address}{path}") and None


def follows(path: str, pattern: str) -> Callable[[Page, str], None]:
    """The first link of a list that leads on."""

    def act(page: Page, address: str) -> None:
        page.goto(f"{address}{path}")
        page.goto(address + page.locator(f"main a[href*='{pattern}']").first.get_attribute("href"))

    return act


PICTURES = (
    ("applicant", "yunfan_lead", follows("/my/", "/my/dossiers/")),
    ("recommender", "zhejiang_officer", follows("/recommender/queue/?view=all", "/dossiers/")),
    ("ministry", "miit_officer", opens("/ministry/queue/next/")),
    ("expert", "expert1", follows("/expert/", "/score/")),
    ("auditor", "inspector", opens("/audit/")),
    ("public", "", opens("/")),
)


def take(address: str, password: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, username, act in PICTURES:
            page = browser.new_context(viewport=LAPTOP, locale="zh-CN").new_page()
            page.set_default_timeout(120_000)
            if username:
                sign_in(page, address, username, password)
            act(page, address)
            page.wait_for_load_state("networkidle")
            page.evaluate("document.querySelectorAll('.training').forEach((bar) => bar.remove())")
            save(name, page.screenshot())
            page.context.close()
        browser.close()


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/login/")
    page.get_by_label("用户名").first.fill(username)
    page.get_by_label("密码").first.fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


def save(name: str, png: bytes) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    picture.save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    take(*sys.argv[1:3])
