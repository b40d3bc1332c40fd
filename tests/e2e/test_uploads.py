"""Files at a real browser: a bad roster mended, a broken upload resumed, several at once, and all without script."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from portal.shared.storage import StoreFull
from tests.applications.test_roster_checks import STAFF, book
from tests.e2e.walk import Person
from tests.portal.shared import samples as make

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PIECE = 2 * 1024 * 1024
SET_UP = """
from tests.factories import filing
made = filing.unit()
print(made.user.username, filing.dossier(made, filing.year(), leave_out=("staff", "plan", "other")).pk)
"""
BAD = [
    STAFF,
    {**STAFF, "name": "李明", "document": "020020", "education": "高中"},
    {**STAFF, "name": "赵敏", "document": "030030", "since": "2021-13-01"},
    STAFF,
]
MANY = [{**STAFF, "name": f"王{n}", "document": f"{n:06d}"} for n in range(4999)]


@pytest.fixture
def files(tmp_path):
    large = make.pdf(
        lambda document: document.Root.__setitem__("/Extra", document.make_stream(os.urandom(3 * PIECE)))
    )
    for name, content in (
        ("名册.xlsx", book("staff", BAD)),
        ("大名册.xlsx", book("staff", MANY)),
        ("规划.pdf", large),
        ("照片.png", make.picture(size=(600, 400))),
        ("合同.pdf", make.pdf(pages=3)),
        ("协议.pdf", make.pdf(pages=4)),
        ("假.pdf", b"<html></html>"),
    ):
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def dossier(portal):
    username, pk = portal.manage("shell", "-c", SET_UP).split()[-2:]
    return username, f"/my/dossiers/{pk}/materials"


def test_files(portal, browser, files, dossier):
    Person.findings.clear()
    username, materials = dossier
    someone = Person(browser, portal.address, username)
    a_bad_roster_is_mended(someone, portal, materials, files)
    a_large_roster_is_seen_to_be_checked(someone, portal, materials, files)
    a_broken_upload_goes_on(someone, materials, files)
    a_cancelled_upload_leaves_nothing(someone, materials, files)
    a_full_store_is_told_and_tried_again(someone, materials, files)
    several_at_once(someone, portal, materials, files)
    someone.leave()
    without_script(Person(browser, portal.address, username, scripts=False), materials, files)
    assert not Person.findings, "\n".join(Person.findings)


def look_into_files(portal) -> None:
    """What the worker does where one runs."""
    portal.manage("shell", "-c", "from portal.kernel.outbox import drain_outbox; drain_outbox()")


def waits(someone, text: str) -> None:
    """For what a check of the file's content comes before: slow on a busy machine."""
    expect(someone.page.get_by_text(text).first).to_be_visible(timeout=60_000)


def a_bad_roster_is_mended(someone, portal, materials, files):
    someone.go(f"{materials}/staff/")
    someone.page.locator("#id_file").set_input_files(str(files / "名册.xlsx"))
    someone.looks("upload-chosen")
    someone.click("上传", exact=True)
    waits(someone, "已收到，正在核对")
    someone.looks("upload-received", phone=True)
    look_into_files(portal)
    waits(someone, "有 2 处需要更正")
    someone.looks("roster-findings", phone=True)
    someone.page.get_by_label("D4 学历改为").select_option(label="大专")
    someone.page.get_by_label("I5 入职日期改为").fill("2021-03-01")
    someone.page.get_by_label("删除第 6 行").check()
    someone.click("保存改动并重新核对")
    waits(someone, "新增 0 人，删除 1 人，修改 2 处")
    someone.sees("逐格核对没有发现问题")
    someone.looks("roster-mended", phone=True)


def a_large_roster_is_seen_to_be_checked(someone, portal, materials, files):
    """Five thousand rows take seconds after the last byte: the page says so and shows the reading when it is there."""
    someone.go(f"{materials}/staff/")
    someone.page.locator("#id_file").set_input_files(str(files / "大名册.xlsx"))
    someone.click("上传", exact=True)
    waits(someone, "已收到，正在核对")
    look_into_files(portal)
    waits(someone, "4999 人")


def a_broken_upload_goes_on(someone, materials, files):
    offsets: list[str] = []

    def after_the_first_piece(route):
        if route.request.method != "PATCH":
            route.continue_()
            return
        offsets.append(route.request.headers["upload-offset"])
        route.continue_() if len(offsets) == 1 else route.abort()

    someone.go(f"{materials}/plan/")
    someone.page.route("**/uploads/*/", after_the_first_piece)
    someone.page.locator("#id_file").set_input_files(str(files / "规划.pdf"))
    someone.click("上传", exact=True)
    waits(someone, "连接中断，正在重试")
    someone.page.unroute("**/uploads/*/")
    someone.go(f"{materials}/plan/")
    someone.sees("未传完的文件")
    someone.problems.clear()  # the broken connection is on the console, as it should be
    someone.looks("upload-unfinished", phone=True)
    offsets.clear()
    someone.page.on(
        "request",
        lambda request: (
            offsets.append(request.headers.get("upload-offset", "")) if request.method == "PATCH" else None
        ),
    )
    someone.page.locator("#id_file").set_input_files(str(files / "规划.pdf"))
    someone.click("上传", exact=True)
    waits(someone, "已收到，正在核对：规划.pdf")
    assert offsets[0] == str(PIECE)
    expect(someone.page.get_by_text("未传完的文件")).to_have_count(0)


def a_cancelled_upload_leaves_nothing(someone, materials, files):
    someone.go(f"{materials}/other/")
    held = []
    someone.page.route(
        "**/uploads/*/",
        lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_(),
    )
    someone.page.locator("#id_file").set_input_files(str(files / "规划.pdf"))
    someone.click("上传", exact=True)
    expect(someone.page.get_by_text("上传 0%")).to_be_visible()
    with someone.page.expect_response(lambda answer: answer.request.method == "DELETE") as cancelled:
        someone.click("取消 规划.pdf")
    assert cancelled.value.ok and held
    expect(someone.page.locator(".uploads li")).to_have_count(0)
    someone.page.unroute("**/uploads/*/")
    someone.go(f"{materials}/other/")
    expect(someone.page.get_by_text("未传完的文件")).to_have_count(0)


def a_full_store_is_told_and_tried_again(someone, materials, files):
    """The portal's own words for what stands behind it, while it tries again and when it has given up."""
    someone.go(f"{materials}/other/")
    full = {"error": StoreFull.sentence}

    def refuse(route):
        route.fulfill(status=503, json=full) if route.request.method == "PATCH" else route.continue_()

    someone.page.route("**/uploads/*/", refuse)
    someone.page.locator("#id_file").set_input_files(str(files / "协议.pdf"))
    someone.click("上传", exact=True)
    waits(someone, f"{StoreFull.sentence}正在重试（第 1 次）")
    expect(someone.page.get_by_text(StoreFull.sentence, exact=True)).to_be_visible(timeout=60_000)
    someone.problems.clear()  # each 503 is on the console
    someone.looks("upload-full", phone=True)
    someone.page.unroute("**/uploads/*/")
    someone.click("重试 协议.pdf")
    waits(someone, "已收到，正在核对：协议.pdf")


def several_at_once(someone, portal, materials, files):
    someone.go(f"{materials}/other/")
    chosen = [str(files / name) for name in ("照片.png", "合同.pdf", "假.pdf")]
    someone.page.locator("#id_file").set_input_files(chosen)
    someone.click("上传", exact=True)
    waits(someone, "文件内容不是 PDF")
    expect(someone.page.get_by_text("完成", exact=True)).to_have_count(2, timeout=60_000)
    someone.problems.clear()  # the refusal answers 422
    someone.looks("upload-several", phone=True)
    someone.click("移除 假.pdf")
    waits(someone, "已收到，正在核对：合同.pdf")
    look_into_files(portal)
    someone.page.get_by_role("link", name="合同.pdf").click()
    someone.sees("第 1 / 3 页")
    someone.click("下一页")
    someone.sees("第 2 / 3 页")
    someone.looks("preview", phone=True)


def without_script(someone, materials, files):
    someone.go(f"{materials}/plan/")
    someone.page.locator("summary", has_text="替换").click()
    someone.page.get_by_label("替换 规划.pdf 的文件").set_input_files(str(files / "假.pdf"))
    someone.click("上传并替换")
    waits(someone, "文件内容不是 PDF")
    someone.page.locator("summary", has_text="替换").click()
    someone.page.get_by_label("替换 规划.pdf 的文件").set_input_files(str(files / "合同.pdf"))
    someone.click("上传并替换")
    waits(someone, "已收到，正在核对：合同.pdf")
    someone.sees("历史版本")
    someone.page.get_by_role("button", name="移除 合同.pdf").click()
    someone.sees("还没有文件")
