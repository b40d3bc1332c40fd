"""Answering a correction: the officer's words at the place, what has been changed, and the letter that says it all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from lxml import html

from applications.corrections.answering import asked_items
from applications.corrections.changes import compare_manifests
from applications.corrections.models import Stage
from applications.corrections.services import request_correction
from applications.filing.submission import submit
from applications.materials.services import add_file
from applications.models import Application
from applications.report.services import save_section
from portal.kernel import outbox
from portal.shared.storage import open_private
from tests.factories import filing
from training.demo.actors import staff_of

pytestmark = pytest.mark.django_db
WORDS = "第 3 页没有注册会计师签章，请补扫。"
CASES = "请补充服务业绩的典型案例。"


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def returned(unit):
    row = filing.dossier(unit, filing.year())
    officer, _ = staff_of(row.recommender)
    unit.user.email = "unit@example.invalid"
    unit.user.save(update_fields=["email"])
    with filing.on(filing.FILING_DAY):
        submit(row, by=unit.user, declarant_name="沈国栋", declarant_title="主任", declared=True)
    with filing.on(filing.FILING_DAY + timedelta(days=1)):
        items = [
            {"code": "audit", "reason": "no_signature", "words": WORDS},
            {"code": "report", "reason": "insufficient", "words": CASES},
        ]
        request_correction(
            Application.objects.get(pk=row.pk),
            stage=Stage.RECOMMENDER,
            words="请一次补齐。",
            items=items,
            by=officer,
        )
        outbox.drain_outbox()
    return Application.objects.get(pk=row.pk)


def page(client, address: str):
    with filing.on(filing.FILING_DAY + timedelta(days=2)):
        return html.document_fromstring(client.get(address).content.decode())


def test_the_unit_is_led_item_by_item_in_the_officers_words(client, returned, unit):
    client.force_login(unit.user)
    tasks = page(client, reverse("dossier_tasks", args=[returned.pk]))
    cards = [text for text in tasks.xpath("//div[contains(@class, 'next')]//b/text()") if "下一步" in text]
    assert cards == ["下一步：补正（三）专项审计报告"]
    assert tasks.text_content().count("未改") == 2 and "各项材料已完成" not in tasks.text_content()
    listed = " ".join(tasks.text_content().split())
    assert "须补正 2 项材料，已改 0 项" in listed and "可以提交" not in listed and listed.count("待补正") == 3
    material = page(client, reverse("material", args=[returned.pk, "audit"]))
    assert WORDS in material.get_element_by_id("asked").text_content()
    walk = [link.text_content() for link in material.xpath("//main//a") if "一项：" in link.text_content()]
    assert walk == ["‹ 上一项：申请报告"]  # only what was asked for
    section = reverse("report_section", args=[returned.pk, "performance"])
    assert CASES in page(client, section).get_element_by_id("asked").text_content()
    check = page(client, reverse("dossier_check", args=[returned.pk]))
    assert (
        sum("修改" in link.text_content() for link in check.xpath("//*[contains(@class, 'sumcard')]//a")) == 2
    )
    assert check.get_element_by_id("id_declarant_title").value == "主任"  # as it was said before


def test_what_was_changed_is_known_and_an_identical_file_is_pointed_out(client, returned, unit):
    (correction,) = returned.corrections.all()
    with filing.on(filing.FILING_DAY + timedelta(days=2)):
        data = {**returned.annex.data["performance"], "performance_text": "典型案例：缩短交货期一半。"}
        version = returned.annex.section_version("performance")
        save_section(returned, "performance", data=data, finished=True, version=version, by=unit.user)
        before = returned.materials.get(code="audit").files.get(removed_at=None)
        with open_private(before.file.key) as content:
            add_file(returned, "audit", content=content, name="重新扫描.pdf", by=unit.user, replaces=before)
        items = {item.code: item for item in asked_items(returned, correction)}
    assert items["report"].is_changed and not items["audit"].is_changed
    assert items["audit"].same_files == ("重新扫描.pdf",)
    client.force_login(unit.user)
    text = page(client, reverse("dossier_tasks", args=[returned.pk])).text_content()
    assert "“重新扫描.pdf”与原来提交的文件完全相同" in text


def test_the_officer_reads_beside_each_request_what_came_of_it(client, returned, unit):
    with filing.on(filing.FILING_DAY + timedelta(days=2)):
        before = returned.materials.get(code="audit").files.get(removed_at=None)
        with open_private(before.file.key) as content:
            add_file(returned, "audit", content=content, name="重新扫描.pdf", by=unit.user, replaces=before)
        data = {**returned.annex.data["performance"], "performance_text": "典型案例：缩短交货期一半。"}
        version = returned.annex.section_version("performance")
        save_section(returned, "performance", data=data, finished=True, version=version, by=unit.user)
        submit(
            Application.objects.get(pk=returned.pk),
            by=unit.user,
            declarant_name="沈国栋",
            declarant_title="主任",
            declared=True,
            answers={"audit": "原件即如此"},
        )
    client.force_login(filing.officer_of(returned))
    asked = page(client, reverse("dossier_changes", args=[returned.pk])).xpath("//table[@class='kv']//tr")
    said = {row.xpath("th")[0].text_content()[:3]: row.text_content() for row in asked}
    assert "未改" in said["（三）"] and "“重新扫描.pdf”与原来提交的文件完全相同" in said["（三）"]
    assert "已改" in said["（一）"] and "完全相同" not in said["（一）"]


def test_letters_say_number_time_digest_words_next_step_and_contact(returned, unit):
    filed, asked = (
        next(one for one in mail.outbox if part in one.subject) for part in ("申报已提交", "需要补正")
    )
    row = returned.submissions.get()
    for part in (
        row.receipt_number,
        row.sha256,
        "服务器收到时间：2026-03-02 10:00",
        "接下来：",
        "联系：",
        "2026 年 3 月 3 日",
    ):
        assert part in filed.body, part
    for part in (
        f"缺少签字或者盖章。{WORDS}",
        CASES,
        "请一次补齐。",
        "24:00",
        "接下来：请登录后按通知逐项补正",
    ):
        assert part in asked.body, part
    assert filed.extra_headers["Auto-Submitted"] == "auto-generated"


def test_what_was_not_changed_is_answered_in_words_and_the_officer_reads_them_beside_the_item(
    client, returned, unit
):
    client.force_login(unit.user)
    address = reverse("dossier_check", args=[returned.pk])
    with filing.on(filing.FILING_DAY + timedelta(days=2)):
        form = page(client, address).xpath("//main//form[.//input[@name='declared']]")[0]
        body = {
            **dict(form.form_values()),
            "declared": "on",
            "declarant_name": "王越",
            "declarant_title": "主任",
        }
        body.pop("explanation", None)
        body["explanation"] = "无"
        refused = client.post(address, {**body, "answer_audit": "已核对原件，清晰"})
        assert refused.status_code == 422
        assert "没有改动，请写明原因" in refused.content.decode()
        assert "已核对原件，清晰" in refused.content.decode()
        body |= {"answer_audit": "已核对原件，清晰", "answer_report": "案例确无更多"}
        assert client.post(address, body).status_code == 302
    (correction,) = returned.corrections.all()
    assert correction.answers == {"audit": "已核对原件，清晰", "report": "案例确无更多"}
    client.force_login(filing.officer_of(returned))
    assert "案例确无更多" in page(client, reverse("reception", args=[returned.pk])).text_content()


def test_a_notice_is_previewed_before_it_leaves_and_takes_two_reasons_for_one_material(client, unit):
    with filing.on(filing.FILING_DAY):
        dossier = filing.dossier(unit, filing.year())
        submit(dossier, by=unit.user, declarant_name="沈国栋", declarant_title="主任", declared=True)
        officer = filing.officer_of(dossier)
        client.force_login(officer)
        address = reverse("dossier_correction", args=[dossier.pk])
        body = {
            "pick_audit": "on",
            "reason_audit": "illegible",
            "words_audit": "第 3 页看不清",
            "second_audit": "no_signature",
            "second_words_audit": "缺会计师签字",
        }
        preview = client.post(address, {**body, "then": "preview"})
        assert preview.status_code == 200
        shown = html.document_fromstring(preview.content.decode()).get_element_by_id("preview").text_content()
        assert "第 3 页看不清" in shown and "缺少签字或者盖章，缺会计师签字" in shown
        assert not dossier.corrections.exists()
        assert client.post(address, {**body, "then": "send"}).status_code == 302
    (item,) = dossier.corrections.get().items
    assert item["code"] == "audit" and "缺会计师签字" in item["words"]


def test_the_unit_reads_before_it_answers_what_is_still_as_it_was(client, returned, unit):
    client.force_login(unit.user)
    asked = page(client, reverse("own_changes", args=[returned.pk])).xpath("//table[@class='kv']//tr")
    assert [row.text_content().count("未改") for row in asked] == [1, 1]


def test_what_was_registered_is_compared_in_the_words_of_its_own_material(returned):
    specs = returned.cycle.edition.materials_for(returned.procedure)
    honours = next(spec for spec in specs if spec.code == "honours")
    row = {"name": "示范平台", "kind": "recognition", "level": "provincial"}

    def manifest(**more):
        fields = {honours.table.code: [{**row, **more}]}
        return {
            "materials": [{"item": honours.ordinal, "title": honours.title, "files": [], "fields": fields}]
        }

    (change,) = compare_manifests(manifest(), manifest(document="浙〔2024〕8 号"), specs)
    (pair,) = change.pairs
    assert (pair.label, pair.before) == (honours.table.label, "示范平台，认定，省级")
    assert "浙〔2024〕8 号" in pair.after
