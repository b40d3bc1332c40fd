"""The publicity of Art. 9: to the day, unchangeable, in every format, corrected only by a new notice."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import docx
import openpyxl
import pikepdf
import pypdfium2 as pdfium
import pytest
from django.urls import reverse

from portal.kernel import calendar
from portal.models import SignOff
from portal.shared.digests import sha256_hex
from portal.shared.workingdays import from_chinesecalendar
from review.models import Notice
from review.notices.documents import notice_docx, notice_pdf
from review.notices.exports import FORMATS, media_package
from review.notices.services import compose, period_in_words, working_stretches
from review.notices.sheet import break_title, lines_of, signature_stands_alone, width
from review.publicity.prechecks import check_publicity
from tests.factories.rounds import Round
from tests.factories.tampering import unsealed

CALENDAR = from_chinesecalendar()


@pytest.mark.parametrize(
    ("start", "days", "words"),
    [
        # The ministry's own words in the notice of 2023
        (date(2023, 9, 28), 5, "2023 年 9 月 28 日、10 月 7 日至 10 日（5 个工作日）。"),
        (date(2023, 10, 9), 5, "2023 年 10 月 9 日至 10 月 13 日，共 5 个工作日。"),
        (
            date(2026, 9, 21),
            15,
            "2026 年 9 月 21 日至 10 月 16 日，共 15 个工作日。",
        ),
    ],
)
def test_a_period_reads_as_the_ministry_writes_it(start, days, words):
    assert period_in_words(CALENDAR.publicity_period(start, days)) == words


def test_stretches_break_at_every_day_off():
    stretches = working_stretches(CALENDAR.publicity_period(date(2026, 9, 21), 15))
    assert stretches == [
        (date(2026, 9, 21), date(2026, 9, 24)),
        (date(2026, 9, 28), date(2026, 9, 30)),
        (date(2026, 10, 8), date(2026, 10, 10)),
        (date(2026, 10, 12), date(2026, 10, 16)),
    ]


def test_lines_follow_the_sheet_of_28_characters():
    assert (width("公示 15"), lines_of("字" * 26), lines_of("字" * 27)) == (3.5, 1, 2)


@pytest.fixture
def world(db):
    calendar.forget()
    return Round()


def content_for(world, rows, start: date) -> dict:
    return compose(world.year, "DESIGNATION", rows, start=start, contact_phone="", supervision_phone="010-2")


def test_the_checks_find_what_a_signer_must_not_miss(world):
    rows = world.bring("浙江", "四川", upto="PROPOSED")
    with world.on(date(2026, 9, 18)):
        content = content_for(world, rows[:1], date(2026, 9, 21))
        checks = check_publicity(
            content,
            proposed=rows,
            picked=rows[:1],
            start=date(2026, 9, 21),
            phones={"supervision_phone": "1"},
        )
        saturday = check_publicity(
            content, proposed=rows, picked=rows[:1], start=date(2026, 9, 19), phones={}
        )
    assert [(check.label, check.value, check.tone) for check in checks] == [
        ("名单与合议结果一致", "1 / 2", "warn"),
        ("公示期工作日", "15 日", "ok"),
        ("开始日为工作日", "09-21", "ok"),
        ("节假日安排已录入", "2026", "ok"),
        ("联系电话未填写", "1 处", "bad"),
        ("落款与正文同页", "正常", "ok"),
        ("司局负责人审签", "未送", "todo"),
    ]
    assert saturday[2].tone == "bad" and "不是工作日" in saturday[2].words
    with unsealed(SignOff):
        SignOff.objects.filter(verb="propose").delete()
    assert (
        check_publicity(content, proposed=rows, picked=rows, start=date(2026, 9, 21), phones={})[0].tone
        == "bad"
    )


OFFICIAL = {
    "title": "关于 2026 年度国家中小企业公共服务示范平台拟认定名单的公示",
    "opening": "字" * 100,
    "sections": [{"title": "一、公示时间", "text": "字" * 20}, {"title": "二、异议提出", "text": "字" * 70}],
    "annex": "2026 年度国家中小企业公共服务示范平台拟认定名单",
    "signature": "工业和信息化部",
    "date": "2026 年 4 月 10 日",
    "items": [],
}


@pytest.mark.parametrize(("more", "alone"), [(0, False), (2, False), (3, True), (5, True), (6, False)])
def test_a_signature_that_slips_is_seen_as_the_renderer_places_it(more, alone):
    content = {**OFFICIAL, "opening": OFFICIAL["opening"] + "字" * 28 * more}
    with pdfium.PdfDocument(notice_pdf("公示", content)) as document:
        sheets = [page.get_textpage().get_text_range() for page in document]
    home = next(text for text in sheets if content["date"] in text)
    together = "附件：" in home and "工业和信息化部" in home
    assert (signature_stands_alone(content), not together) == (alone, alone)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (OFFICIAL["title"], ["关于 2026 年度国家中小企业", "公共服务示范平台拟认定名单的公示"]),
        (
            "关于 2026 年度国家中小企业公共服务示范平台拟认定名单（第二批）的公示",
            ["关于 2026 年度国家中小企业公共服务", "示范平台拟认定名单（第二批）的公示"],
        ),
        (
            "关于恢复天津市工业和信息化局 2027 年度国家中小企业公共服务示范平台申报工作的公告",
            ["关于恢复天津市工业和信息化局", "2027 年度国家中小企业公共服务", "示范平台申报工作的公告"],
        ),
        ("公示", ["公示"]),
        ("", [""]),
    ],
)
def test_a_title_turns_where_a_word_ends(title, lines):
    """GB/T 9704: no line ends within 示范平台, none is a lone character."""
    assert break_title(title) == lines


def test_the_word_document_numbers_its_pages_and_breaks_its_title():
    document = docx.Document(io.BytesIO(notice_docx(OFFICIAL)))
    assert document.paragraphs[0].text.splitlines() == break_title(OFFICIAL["title"])
    assert all('w:instr="PAGE"' in section.footer._element.xml for section in document.sections)


def test_over_national_day_from_the_signature_to_the_last_day(world, client):
    rows = world.bring("浙江", upto="PROPOSED")
    world.publicise(rows, date(2026, 9, 21))
    notice = Notice.objects.get()
    assert (notice.published_on, notice.ends_on) == (date(2026, 9, 21), date(2026, 10, 16))
    with world.on(date(2026, 9, 20), hour=23):
        assert client.get(reverse("publicity", args=[notice.pk])).status_code == 404
        assert client.get(reverse("notice_file", args=[notice.pk, "zip"])).status_code == 404
    with world.on(date(2026, 10, 8)):
        page = client.get(reverse("publicity", args=[notice.pk])).content.decode()
    for line in ("第 4 个工作日", "第 10 个工作日（调休上班）", "国庆节放假", "中秋节放假", notice.digest):
        assert line in page
    assert "与发布时一致" in page
    with world.on(date(2026, 10, 16), hour=23), pytest.raises(Exception, match="公示期至"):
        world.two(rows, "designate")
    with world.on(date(2026, 10, 17)):
        world.two(rows, "designate", document_number="工信部企业函〔2026〕1 号")
    rows[0].refresh_from_db()
    assert rows[0].state == "DESIGNATED"


def test_every_format_carries_the_same_list_and_the_package_proves_itself(world, client):
    rows = world.bring("浙江", "四川", upto="PUBLICISED")
    notice = Notice.objects.get()
    names = [row.platform.name for row in rows]
    listed = [item["platform"] for item in notice.content["items"]]
    assert sorted(listed) == sorted(names)
    with world.on(date(2026, 4, 20)):
        files = {kind: client.get(reverse("notice_file", args=[notice.pk, kind])).content for kind in FORMATS}
        again = client.get(
            reverse("notice_file", args=[notice.pk, "json"]),
            headers={
                "If-None-Match": client.get(reverse("notice_file", args=[notice.pk, "json"])).headers["ETag"]
            },
        )
        assert again.status_code == 304
        assert client.get(reverse("notice_file", args=[notice.pk, "exe"])).status_code == 404
    data = json.loads(files["json"])
    assert sha256_hex(f"{data['canonical']['body']}\n{data['canonical']['items']}".encode()) == notice.digest
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == listed
    document = docx.Document(io.BytesIO(files["docx"]))
    assert [row.cells[1].text for row in document.tables[0].rows][1:] == listed
    assert document.paragraphs[0].text.replace("\n", "") == notice.title
    assert all(name in files["html"].decode() for name in listed) and b"<script" not in files["html"]
    assert len(pikepdf.open(io.BytesIO(files["pdf"])).pages) == 2
    package = zipfile.ZipFile(io.BytesIO(files["zip"]))
    sums = dict(reversed(line.split("  ")) for line in package.read("SHA256SUMS.txt").decode().splitlines())
    assert sums == {name: sha256_hex(package.read(name)) for name in package.namelist() if name in sums}
    assert len(sums) == 6 and "浙江" in package.read("06-新闻通稿.txt").decode()


def test_a_correction_is_a_new_notice_and_both_say_so(world, client):
    rows = world.bring("浙江", upto="PUBLICISED")
    first = Notice.objects.get()
    body = (first.body, first.items_text, first.digest)
    with world.on(date(2026, 4, 15)):
        world.two([first], "withdraw", note="运营单位名称有误")
    for row in rows:
        row.refresh_from_db()
    world.publicise(rows, date(2026, 4, 20))
    second = Notice.objects.get(state="PUBLISHED")
    first.refresh_from_db()
    assert second.replaces == first and (first.body, first.items_text, first.digest) == body
    assert "以本公示为准" in second.content["sections"][-1]["text"]
    assert second.ends_on == CALENDAR.add_workdays(date(2026, 4, 20), 15)
    with world.on(date(2026, 4, 21)):
        old = client.get(reverse("publicity", args=[first.pk])).content.decode()
        assert "此公示已撤回：运营单位名称有误" in old and str(second.pk) in old
        assert str(first.pk) in client.get(reverse("publicity", args=[second.pk])).content.decode()
        assert "已撤回" in zipfile.ZipFile(io.BytesIO(media_package(first))).read("06-新闻通稿.txt").decode()


def test_a_changed_snapshot_shows_on_its_page(world, client):
    world.bring("浙江", upto="PUBLICISED")
    notice = Notice.objects.get()
    with unsealed(Notice):
        Notice.objects.filter(pk=notice.pk).update(items_text=notice.items_text.replace("浙江", "江苏"))
    with world.on(date(2026, 4, 20)):
        assert "与发布时不一致" in client.get(reverse("publicity", args=[notice.pk])).content.decode()


def test_feeds_split_by_subject(world, client, settings):
    rows = world.bring("浙江", upto="PUBLICISED")
    with world.on(date(2026, 6, 1)):
        world.two(rows, "designate", note="公示无异议")
        feeds = {
            subject: client.get(reverse("notice_feed"), {"subject": subject})
            .content.decode()
            .count("<entry>")
            for subject in ("", *Notice.Subject.values)
        }
        asked = client.get(reverse("notice_feed"), HTTP_HOST="testserver:6666").content.decode()
    assert "testserver" not in asked and f'href="{settings.SITE_ORIGIN}/notices/' in asked
    assert feeds == {
        "": 2,
        "publicity": 1,
        "designation": 1,
        "confirmation": 0,
        "revocation": 0,
        "suspension": 0,
    }


def test_the_preview_goes_to_word_and_leaves_a_trace(world, client):
    rows = world.bring("浙江", upto="PROPOSED")
    client.force_login(world.people["miit_officer"])
    with world.on(date(2026, 4, 9)):
        answer = client.post(
            reverse("publicity_prepare"),
            {"then": "word", "start": "2026-04-10", "pick": [str(rows[0].pk)], "procedure": "DESIGNATION"},
        )
        document = docx.Document(io.BytesIO(answer.content))
        refused = client.post(
            reverse("publicity_prepare"), {"then": "sign", "start": "2026-04-11", "pick": [str(rows[0].pk)]}
        )
        silent = client.post(
            reverse("publicity_prepare"), {"then": "sign", "start": "2026-04-10", "pick": [str(rows[0].pk)]}
        )
    assert silent.status_code == 422 and "公示稿须载明监督电话" in silent.content.decode()
    assert not SignOff.objects.filter(verb="publicise").exists()
    assert document.tables[0].rows[1].cells[1].text == rows[0].platform.name
    assert refused.status_code == 422 and "不是工作日" in refused.content.decode()


def test_the_sheet_follows_what_is_typed(world, client):
    (row,) = world.bring("浙江", upto="PROPOSED")
    client.force_login(world.people["miit_officer"])
    address = reverse("publicity_prepare")
    typed = {
        "pick": [str(row.pk)],
        "start": "",
        "contact_phone": "010-68200000",
        "supervision_phone": "010-1",
    }
    with world.on(date(2026, 4, 14)):
        page = client.get(address).content.decode()
        assert 'data-preview="?draft=1&amp;year=2026"' in page and "更新预览" in page
        sheet = client.post(f"{address}?draft=1", typed).content.decode()
    assert "010-68200000" in sheet and row.platform.name in sheet and "<form" not in sheet
