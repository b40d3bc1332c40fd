"""Facts of a case are the officer's; its papers leave as they were served; the unit answers with files."""

from __future__ import annotations

import io
from datetime import date, timedelta

import docx
import pypdfium2
import pytest
from django.db import transaction
from django.urls import reverse

from portal.desk.todo import todos_for
from portal.kernel.workflow import TransitionBlocked, missing
from portal.models import AuditEvent
from portal.shared.uploads import UploadRefused
from review.models import CasePaper, Revocation
from review.revocations import papers
from review.revocations import services as revocation
from review.revocations.acts import describe_revocation
from tests.factories.revoking import decide, notified, opened, revoke_for_fraud
from tests.factories.year import Year
from training.demo.files import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def referred(year) -> Revocation:
    title = year.title(year.unit())
    with year.on(date(2026, 6, 1)):
        case = revocation.open_revocation(
            title, ground="spot_check", referral="移送撤销。", by=year.people["miit_officer"]
        )
        revocation.add_evidence(case, words="核查笔录", upload=paper(), by=year.people["miit_officer"])
    return case


def test_a_referral_is_not_the_facts(year, client):
    case, officer = referred(year), year.people["miit_officer"]
    client.force_login(officer)
    with year.on(date(2026, 6, 2)):
        assert any("查明的事实" in reason for reason in missing(case, "notify"))
        page = f"/revocations/{case.pk}/write_facts/"
        assert "移送撤销。" in client.get(page).content.decode()
        assert (
            client.post(page, {"facts": "2026 年 5 月 12 日现场核查，台账缺 37 份协议。"}).status_code == 302
        )
        case.refresh_from_db()
        assert missing(case, "notify") == []
        assert "台账缺 37 份协议" in client.get(f"/revocations/{case.pk}/notify/").content.decode()
        revocation.notify(case, by=officer)
        case.refresh_from_db()
        with pytest.raises(TransitionBlocked, match="不能再改"):
            revocation.write_facts(case, facts="后来又查到另一件事。", by=officer)
    assert AuditEvent.objects.filter(action="revocation.write_facts").count() == 1


def test_the_notice_is_served_as_pdf_and_word(year, client):
    unit = year.unit()
    case = notified(year, year.title(unit), unit)
    served = CasePaper.objects.get(revocation=case)
    assert (served.kind, served.content["addressee"]) == ("notice", case.title.organisation_name)
    client.force_login(unit.user)
    with year.on(date(2026, 6, 3)):
        pdf = client.get(reverse("revocation_paper", args=[case.pk, served.pk, "pdf"])).content
        word = client.get(reverse("revocation_paper", args=[case.pk, served.pk, "docx"])).content
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    lines = "\n".join(one.text for one in docx.Document(io.BytesIO(word)).paragraphs)
    for found in ("".join(text.split()), "".join(lines.split())):
        assert "撤销称号事先告知书" in found
        assert case.number in found
        assert "否认签订服务协议" in found
        assert "2026年6月9日（周二）24:00" in found


def test_the_unit_answers_with_files_and_none_is_kept_that_is_refused(year, client):
    unit = year.unit()
    case = notified(year, year.title(unit), unit)
    client.force_login(unit.user)
    page = f"/revocations/{case.pk}/state_case/"
    with year.on(date(2026, 6, 3)):
        bad = paper("服务协议.exe")
        with pytest.raises(UploadRefused, match=r"服务协议\.exe"):
            revocation.state_case(case, words="协议在此。", wants_hearing=False, files=[bad], by=unit.user)
        answered = client.post(page, {"note": "协议在此。", "files": [paper("服务协议.exe")]})
        assert (answered.status_code, "协议在此。" in answered.content.decode()) == (422, True)
        case.refresh_from_db()
        assert case.state == "NOTIFIED"
        assert client.post(page, {"note": "协议在此。", "files": [paper("协议一.pdf")]}).status_code == 302
        assert "协议一.pdf" in client.get(f"/revocations/{case.pk}/").content.decode()
    client.force_login(year.people["miit_officer"])
    with year.on(date(2026, 6, 4)):
        kept = case.statement_files.get()
        assert client.get(reverse("file_download", args=[kept.pk])).status_code == 200


def test_a_decision_never_says_silent_while_the_term_runs(year, client):
    unit = year.unit()
    case = notified(year, year.title(unit), unit)
    with year.on(case.statement_due):
        assert "期满未陈述" not in str(describe_revocation([case], {}))
        assert "尚未届满" in papers.heard_in_words(case)
        assert papers.standing_in_words(case) == "已告知，待陈述"
    with year.on(case.statement_due + timedelta(days=1)):
        assert "期满未陈述" in str(describe_revocation([case], {}))
        assert "期满未陈述" in papers.heard_in_words(case)
        client.force_login(year.people["miit_officer"])
        for address in ("/revocations/", f"/revocations/{case.pk}/"):
            page = client.get(address).content.decode()
            assert "已告知，期满未陈述" in page and "待陈述" not in page
        assert f"{case.number} 期满未陈述" in [todo.hint for todo in todos_for(year.people["miit_officer"])]


def test_the_decision_that_is_served_is_the_one_that_was_signed(year):
    unit = year.unit()
    _, case = revoke_for_fraud(year, unit)
    letter = CasePaper.objects.get(revocation=case, kind="decision").content
    assert letter["document_number"] == "工信部函〔2026〕9号"
    assert letter["date"] == "2026 年 6 月 8 日"
    assert "行政复议" in letter["sections"][-1]["text"]
    assert "名单造假属实" in letter["sections"][3]["text"]


def test_a_case_without_facts_cannot_be_decided_by_other_roads(year):
    case = opened(year, year.title(year.unit()))
    with pytest.raises(TransitionBlocked), transaction.atomic():
        decide(year, case, date(2026, 6, 20), end_title=True, suspend=True)
