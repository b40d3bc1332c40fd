"""Filing: the last second, the second click, a manifest that anybody can recompute, a late page that helps."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from applications.cycles.services import admit_late_filing
from applications.daily import remind_of_drafts
from applications.dossiers.archive import write_dossier_zip
from applications.filing.services import open_dossier
from applications.filing.submission import manifest_of, submit
from applications.models import Application, Submission
from applications.report.services import save_section
from portal.kernel import clock, outbox
from portal.kernel.permissions import Role
from portal.kernel.workflow import TransitionBlocked, missing
from portal.models import Notification
from portal.shared.digests import canonical_json, sha256_hex, sm3_hex
from portal.shared.storage import open_private
from tests.factories import filing
from training.demo.actors import staff_of

pytestmark = pytest.mark.django_db
CLOSED = timezone.make_aware(datetime.combine(filing.LAST_DAY + timedelta(days=1), time()))


@pytest.fixture
def unit():
    return filing.unit()


@pytest.fixture
def draft(unit):
    return filing.dossier(unit, filing.year())


def file(draft, unit, *, at=None, **more):
    with clock.standing_at(at or CLOSED - timedelta(days=9)):
        return submit(
            draft, by=unit.user, declarant_name="沈国栋", declarant_title="主任", declared=True, **more
        )


def test_filing_asks_the_database_little(draft, unit, django_assert_max_num_queries):
    """An evening on which thousands file: what one costs is what the portal bears. With the savepoints of a test's transaction."""
    draft = Application.objects.get(pk=draft.pk)
    with django_assert_max_num_queries(22):
        file(draft, unit)


def test_the_last_microsecond_is_in_time_and_the_next_is_not(draft, unit):
    with pytest.raises(TransitionBlocked, match="24:00 截止"):
        file(draft, unit, at=CLOSED)
    assert Application.objects.get(pk=draft.pk).state == "DRAFT"
    submission = file(draft, unit, at=CLOSED - timedelta(microseconds=1))
    assert submission.received_at == CLOSED - timedelta(microseconds=1)


def test_each_of_the_twelve_is_asked_for(unit):
    """Art. 8 (一)–(十二): what is left out is named, one sentence each; the last is signed by the act itself."""
    year = filing.year()
    with clock.standing_at(CLOSED - timedelta(days=9)):
        empty = open_dossier(unit.platform, cycle=year, by=unit.user)
        said = [words for words in missing(empty, "submit", by=unit.user) if words.startswith("材料（")]
    assert len(year.edition.materials) == 12
    wanted = [spec for spec in year.edition.materials if spec.code not in ("other", "declaration")]
    assert said == [f"材料{spec.ordinal}{spec.short_title}尚未完成，请先补齐。" for spec in wanted]


def test_nothing_is_filed_without_the_declaration(draft, unit):
    """Art. 8 (十二)."""
    with clock.standing_at(CLOSED - timedelta(days=9)), pytest.raises(TransitionBlocked, match="真实性声明"):
        submit(draft, by=unit.user, declarant_name="沈国栋", declarant_title="主任", declared=False)
    assert Application.objects.get(pk=draft.pk).state == "DRAFT"


def test_a_second_click_gets_the_first_receipt(client, draft, unit):
    assert file(draft, unit, sequence=1) == file(draft, unit, sequence=1)
    client.force_login(unit.user)
    url = reverse("dossier_check", args=[draft.pk])
    said = {"declarant_name": "沈国栋", "declarant_title": "主任", "declared": "on", "sequence": "1"}
    with filing.on(filing.FILING_DAY):
        answer = client.post(url, said)
    only = Submission.objects.get(application=draft)
    assert answer["Location"] == reverse("receipt", args=[only.pk])


def test_who_has_nothing_to_do_with_a_dossier_is_not_led_to_its_receipt(client, draft, unit):
    """A receipt's key opens the public page that proves it: a click with a guessed sequence must not give it away."""
    file(draft, unit, sequence=1)
    url = reverse("dossier_check", args=[draft.pk])
    for stranger, expected in ((filing.unit().user, 404), (filing.officer_of(draft), 403)):
        client.force_login(stranger)
        answer = client.post(url, {"declarant_name": "沈国栋", "declared": "on", "sequence": "1"})
        assert (answer.status_code, "Location" in answer) == (expected, False)


def test_nothing_slips_in_behind_a_submission(draft, unit):
    opened_before = Application.objects.get(pk=draft.pk)
    file(draft, unit)
    with pytest.raises(TransitionBlocked, match="此项材料当前不能修改"):
        save_section(opened_before, "area", data={}, finished=None, version=1, by=unit.user)


def test_the_manifest_is_recomputed_from_what_is_stored(draft, unit):
    made = file(draft, unit)
    sealed = json.loads(made.manifest)
    assert (sha256_hex(made.manifest.encode()), sm3_hex(made.manifest.encode())) == (made.sha256, made.sm3)
    assert canonical_json(sealed) == made.manifest
    row = Application.objects.get(pk=draft.pk)
    again = manifest_of(row, made.declaration, "沈国栋", "主任", timezone.localtime(made.received_at))
    assert again == sealed
    assert len(sealed["materials"]) == 12
    stored = {e.file.sha256: e.file for m in row.materials.all() for e in m.files.filter(removed_at=None)}
    listed = [entry for material in sealed["materials"] for entry in material["files"]]
    assert {entry["sha256"] for entry in listed} == set(stored)
    for entry in listed:
        with open_private(stored[entry["sha256"]].key) as content:
            body = content.read()
        assert (len(body), sha256_hex(body), sm3_hex(body)) == (entry["size"], entry["sha256"], entry["sm3"])
    report = next(m for m in sealed["materials"] if m["item"] == "（一）")
    assert report["report_sha256"] == sha256_hex(canonical_json(row.annex.data).encode())


def test_the_archive_holds_everything_in_statutory_order(draft, unit):
    """Art. 8 (一)–(十二)."""
    made = file(draft, unit)
    out = io.BytesIO()
    write_dossier_zip(Application.objects.get(pk=draft.pk), out)
    archive = zipfile.ZipFile(out)
    names = archive.namelist()
    assert names == sorted(names)
    assert names[:5] == [
        "00-材料清单.json",
        "00-核对.py",
        "00-核对说明.txt",
        "01-申请报告/01-申请报告.pdf",
        "02-法人证书或营业执照/01-营业执照.pdf",
    ]
    assert names[-1] == f"12-真实性声明/01-回执-{made.receipt_number}.pdf"
    assert archive.read("00-材料清单.json").decode() == made.manifest
    assert archive.testzip() is None


def test_anybody_can_recompute_the_receipt_from_the_archive(draft, unit, tmp_path):
    made = file(draft, unit)
    out = io.BytesIO()
    write_dossier_zip(Application.objects.get(pk=draft.pk), out)
    copy = tmp_path / "copy"
    zipfile.ZipFile(out).extractall(copy)

    def run():
        return subprocess.run(
            [sys.executable, "-I", "00-核对.py"], cwd=copy, capture_output=True, text=True, check=False
        )

    sound = run()
    assert (sound.returncode, made.sha256 in sound.stdout, made.sm3 in sound.stdout) == (0, True, True)
    for path in copy.glob("0[2-9]-*/*"):
        path.write_bytes(b"something else")
    assert (run().returncode, "没有找到 （二）" in run().stdout) == (1, True)


def test_the_qr_leads_to_a_page_that_anybody_can_open(client, draft, unit):
    made = file(draft, unit)
    page = client.get(reverse("receipt_check", args=[made.pk])).content.decode()
    assert made.receipt_number in page and made.sha256 in page and made.sm3 in page
    assert draft.platform.name not in page and made.declarant_name not in page
    assert client.get(reverse("receipt_check", args=[draft.pk])).status_code == 404
    assert "尚未写入" in page
    client.force_login(unit.user)
    own = client.get(reverse("receipt", args=[made.pk])).content.decode()
    assert all(material["title"] in own for material in json.loads(made.manifest)["materials"])


def test_a_late_admission_is_told_shown_and_stands_on_the_receipt(client, draft, unit):
    lead = filing.ministry(Role.MINISTRY_LEAD)
    people = {unit.user, *staff_of(draft.recommender)}
    client.force_login(unit.user)
    home = reverse("applicant_home")
    with clock.standing_at(CLOSED):
        admit_late_filing(draft, until=date(2026, 4, 3), reason="受灾停电", by=lead)
        outbox.drain_outbox()
        told = Notification.objects.filter(title=f"准予逾期提交：{draft.platform.name}")
        assert {row.recipient for row in told} == people
        assert all("2026 年 4 月 3 日（周五） 24:00" in row.body and "受灾停电" in row.body for row in told)
        words = client.get(home).content.decode()
        assert "填报已于" in words and "已准予逾期提交：" in words and "已过期限" not in words
        assert "逾期" not in words.replace("准予逾期", "")
        made = file(Application.objects.get(pk=draft.pk), unit, at=CLOSED)
    page = client.get(reverse("receipt", args=[made.pk])).content.decode()
    assert "首次提交，逾期准予" in page


def test_every_page_of_a_draft_says_that_it_is_not_submitted(client, draft, unit):
    client.force_login(unit.user)
    pages = [reverse(name, args=[draft.pk]) for name in ("dossier_tasks", "dossier_check", "report_sections")]
    pages += [reverse("report_section", args=[draft.pk, code]) for code in draft.annex.data]
    codes = [m.code for m in draft.materials.all() if m.code not in ("report", "declaration")]
    pages += [reverse("material", args=[draft.pk, code]) for code in codes]
    with filing.on(filing.FILING_DAY):
        silent = [page for page in pages if "草稿，尚未提交" not in client.get(page).content.decode()]
    assert len(pages) == 20
    assert silent == []


def test_a_late_page_says_what_happened_and_what_is_possible(client, draft, unit):
    client.force_login(unit.user)
    with clock.standing_at(CLOSED):
        text = client.get(reverse("dossier_tasks", args=[draft.pk])).content.decode()
    assert "已过期限，现在不能提交" in text
    assert (
        "2026 年度填报已于 2026 年 3 月 27 日（周五） 24:00 截止" in text
        or "24:00 截止。草稿为您保留" in text
    )
    assert draft.recommender.name in text
    assert "下一步：" not in text


def test_drafts_are_reminded_10_3_and_1_working_days_before_and_once_each(draft, unit):
    told = []
    day = date(2026, 3, 2)
    while day <= filing.LAST_DAY:
        with filing.on(day):
            remind_of_drafts(day)
            remind_of_drafts(day)
        fresh = Notification.objects.filter(recipient=unit.user, title__contains="申报尚未提交").count()
        if fresh > len(told):
            told += [day] * (fresh - len(told))
        day += timedelta(days=1)
    assert told == [date(2026, 3, 13), date(2026, 3, 24), date(2026, 3, 26)]
    outbox.drain_outbox()
    assert len([m for m in mail.outbox if "申报尚未提交" in m.subject and m.to == [unit.user.email]]) == 3
    file(draft, unit)
    with filing.on(filing.LAST_DAY):
        remind_of_drafts(filing.LAST_DAY)
    assert Notification.objects.filter(title__contains="申报尚未提交").count() == 3
