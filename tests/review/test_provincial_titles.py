"""Art. 18: what follows a province's designation: certificate, verification, term, confirmation, end; by pages."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import Cycle
from platforms.certificates.documents import certificate_file, examine_file
from platforms.certificates.signing import make_test_key
from platforms.daily import remind_of_ending_provincial_titles
from platforms.models import Certificate, Designation, ProvincialTitle
from platforms.programmes import terms as provincial_terms
from portal.exports.services import run_export
from portal.kernel import outbox, signoff
from portal.kernel.workflow import TransitionBlocked
from portal.models import ExportJob, Notification, SignOff, StoredFile
from portal.shared.storage import open_private
from portal.shared.workingdays import date_cn
from tests.applications.test_provincial_pages import FORM
from tests.factories import dossiers, people, provinces
from tests.factories.dossiers import on
from training.demo.files import evidence_pdf, paper

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"
GRANTED, LATE = date(2026, 7, 6), date(2029, 2, 5)


@pytest.fixture
def key(settings, tmp_path):
    path = tmp_path / "key.p12"
    make_test_key(path, name="测试签名", password=b"secret")
    settings.SIGNING_KEY_FILE, settings.SIGNING_KEY_PASSWORD = str(path), "secret"


@pytest.fixture
def designated(key) -> ProvincialTitle:
    provinces.bring(provinces.round_of(), "DESIGNATED")
    return ProvincialTitle.objects.get()


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def proof(name: str = "复核材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, evidence_pdf("复核材料"))


def by_hand(client, office) -> ProvincialTitle:
    """Another province, from nothing to its first title: what a person types, then its dossier's road."""
    client.force_login(people.staff_of(office)[1], backend=BACKEND)
    with on(date(2026, 5, 11)):
        named = {"honour": "甘肃省中小企业公共服务示范平台", "number_prefix": "gspt"}
        assert client.post("/province/programme/", named).status_code == 302
        typed = {**FORM, "title": "甘肃省示范平台认定办法", "document_number": "甘工信〔2026〕1号"}
        made = client.post("/province/rounds/new/", typed)
        assert client.post(f"{made['Location']}publish/", {"note": ""}).status_code == 302
    row = Cycle.objects.get(programme__recommender=office)
    provinces.bring(row, "DESIGNATED", of=dossiers.unit(office))
    return ProvincialTitle.objects.get(programme__recommender=office)


def test_a_second_province_from_its_first_round_to_the_end_of_a_title(key, client):
    ours = provinces.programme()
    office = people.recommender("甘肃")
    title = by_hand(client, office)
    officer, lead = people.staff_of(office)
    unit_people = title.platform.organisation
    assert title.number == "GSPT-2026-0001"
    with on(GRANTED):
        pdf = content(client.get("/provinces/62/certificates/GSPT-2026-0001.pdf"))
        text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\n", "")
        for words in (
            "甘肃省中小企业公共服务示范平台",
            "甘肃省示范平台认定办法",
            title.platform_name,
            office.name,
        ):
            assert words in text
        assert "国家中小企业" not in text and "工业和信息化部" not in text
        found = client.get("/verify/?number=gspt-2026-0001", follow=True).content.decode()
        assert title.platform_name in found and "不是国家级称号" in found
        sent = client.post("/verify/file/", {"file": SimpleUploadedFile("证书.pdf", pdf)}).content.decode()
        assert "文件真实，未被改动" in sent and "不是国家级称号" in sent
    client.force_login(officer, backend=BACKEND)
    address = f"/province/titles/{title.pk}/"
    with on(LATE):
        assert title.platform_name in client.get("/province/titles/?view=ending").content.decode()
        empty = client.post(f"{address}renew/", {"years": "3", "note": "服务稳定"})
        assert empty.status_code == 422
        bad = {"years": "3", "note": "服务稳定", "proof": SimpleUploadedFile("表.pdf", b"no pdf")}
        refused = client.post(f"{address}renew/", bad)
        assert refused.status_code == 409 and "服务稳定" in refused.content.decode()
        assert client.post(f"{address}renew/", {**bad, "proof": proof()}).status_code == 302
        act = SignOff.objects.get(verb="renew")
        assert client.post(f"/signoffs/{act.pk}/", {"then": "sign"}).status_code in (403, 409)
    client.force_login(lead, backend=BACKEND)
    with on(LATE):
        shown = client.get(f"/signoffs/{act.pk}/").content.decode()
        assert f"/files/{act.facts['proof']['file']}/" in shown and "复核材料.pdf" in shown
        assert client.get(f"/files/{act.facts['proof']['file']}/").status_code == 200
        assert client.post(f"/signoffs/{act.pk}/", {"then": "sign", "answer": "同意"}).status_code == 302
        title.refresh_from_db()
        assert (title.state, title.confirmed_on, title.valid_until.year) == ("ACTIVE", LATE, 2032)
        assert "2 次核发" in client.get("/verify/GSPT-2026-0001/").content.decode()
        old = examine_file(pdf)
        assert (old.kind, old.certificate.superseded_on) == ("genuine", LATE)
        ended = {"note": "单位注销", "proof": proof("注销.pdf")}
        other_head = people.lead_of(office)
        assert client.post(f"{address}end/", ended).status_code == 302
        signoff.sign(SignOff.objects.get(verb="end"), by=other_head)
        assert "已终止" in client.get("/verify/GSPT-2026-0001/").content.decode()
        gone = client.get("/provinces/62/certificates/GSPT-2026-0001.pdf")
        assert gone.status_code == 302
        assert "单位注销" in client.get("/provinces/62/").content.decode()
    outbox.drain_outbox()
    told = Notification.objects.filter(recipient__role="applicant", title__startswith="省级称号")
    assert sorted(told.values_list("title", flat=True)) == sorted(
        [f"省级称号已复核确认：{title.platform_name}", f"省级称号已终止：{title.platform_name}"]
    )
    assert unit_people.name in client.get("/provinces/62/").content.decode()
    # Nothing of it is another province's, nor the nation's.
    stranger = people.staff_of(ours.recommender)[1]
    file = StoredFile.objects.get(name="注销.pdf")
    client.force_login(stranger, backend=BACKEND)
    assert client.get(address).status_code == 403
    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert client.get(f"/signoffs/{act.pk}/").status_code == 404
    assert title.platform_name not in client.get("/province/titles/").content.decode()
    assert title.platform_name not in client.get("/provinces/33/").content.decode()
    assert (Designation.objects.count(), Certificate.objects.count()) == (0, 0)
    assert client.get("/directory/?q=GSPT-2026-0001").content.decode().count(title.platform_name) == 0


def test_only_before_its_end_is_a_title_confirmed_and_by_the_own_province(designated):
    officer, lead = people.staff_of(designated.programme.recommender)
    stranger = people.staff_of(people.recommender("甘肃"))[1]
    with on(GRANTED), pytest.raises(TransitionBlocked, match="到期前一年内"):
        provincial_terms.prepare_renewal(designated, by=officer, note="好", years=3, proof=paper())
    with on(LATE):
        for user in (stranger, people.ministry()):
            with pytest.raises(PermissionDenied):
                provincial_terms.prepare_renewal(designated, by=user, note="好", years=3, proof=paper())
        act = provincial_terms.prepare_renewal(designated, by=officer, note="好", years=None, proof=paper())
        signoff.sign(act, by=lead)
    designated.refresh_from_db()
    assert (designated.valid_until, designated.stands) == (None, True)
    with on(LATE), pytest.raises(TransitionBlocked, match="不设期限"):
        provincial_terms.prepare_renewal(designated, by=officer, note="好", years=3, proof=paper())


def test_a_term_that_is_over_begins_anew(designated):
    officer, lead = people.staff_of(designated.programme.recommender)
    day = date(2029, 9, 3)
    with on(day):
        assert not designated.stands and designated.is_ending
        act = provincial_terms.prepare_renewal(designated, by=officer, note="好", years=2, proof=paper())
        signoff.sign(act, by=lead)
    designated.refresh_from_db()
    assert designated.valid_until == date(2031, 9, 2)


def test_rules_without_a_term_give_titles_without_an_end(key):
    provinces.bring(provinces.round_of(years=None), "DESIGNATED")
    title = ProvincialTitle.objects.get()
    assert (title.valid_until, title.stands) == (None, True)
    pdf = certificate_file(title.certificates.get())
    assert "有效期" not in title.certificates.get().statement and pdf.size


def test_a_round_may_be_declared_without_a_term(client):
    office = provinces.programme().recommender
    client.force_login(people.staff_of(office)[0], backend=BACKEND)
    with on(date(2026, 5, 11)):
        made = client.post("/province/rounds/new/", {**FORM, "years": ""})
        assert made.status_code == 302
        assert "不设期限" in client.get(made["Location"]).content.decode()


def test_a_lapsed_certificate_is_said_to_be_over(designated, client):
    with on(GRANTED):
        pdf = content(client.get(f"/provinces/33/certificates/{designated.number}.pdf"))
    with on(date(2029, 9, 3)):
        sent = client.post("/verify/file/", {"file": SimpleUploadedFile("证书.pdf", pdf)}).content.decode()
        assert "到期" in sent
        assert "已到期" in client.get(f"/verify/{designated.number}/").content.decode()


def test_unit_and_province_are_told_before_the_end(designated):
    remind_of_ending_provincial_titles(date.fromordinal(designated.valid_until.toordinal() - 30))
    told = Notification.objects.filter(title__contains="到期")
    assert set(told.values_list("recipient__role", flat=True)) == {"applicant", "recommender"}


def test_certificates_of_a_year_in_one_run(designated, client):
    client.force_login(people.staff_of(designated.programme.recommender)[0], backend=BACKEND)
    with on(GRANTED):
        assert "打印证书和牌匾" in client.get("/province/titles/").content.decode()
        for kind in ("certificates", "plaques"):
            assert client.post(f"/province/certificates/2026/{kind}/").url == "/exports/"
            job = ExportJob.objects.latest("requested_at")
            run_export(job.pk)
            job.refresh_from_db()
            document = pypdf.PdfReader(open_private(job.file.key))
            assert designated.number in document.pages[0].extract_text()
            ExportJob.objects.all().delete()
        assert client.post("/province/certificates/2011/plaques/").status_code == 404
    client.force_login(people.ministry(), backend=BACKEND)
    assert client.post("/province/certificates/2026/plaques/").status_code == 403


def test_many_are_confirmed_by_one_act_and_each_keeps_its_own_days(designated, client):
    office = designated.programme.recommender
    officer, lead = people.staff_of(office)
    older = provinces.line(office, number="浙-1", granted_on=date(2023, 5, 1), valid_until=date(2029, 10, 9))
    endless = provinces.line(office, number="浙-2", platform_name="杭州不设期限平台")
    client.force_login(officer, backend=BACKEND)
    with on(LATE):
        page = client.get("/province/titles/?view=ending").content.decode()
        assert 'name="pick"' in page and "复核确认" in page
        chosen = {"list": "provincial_titles", "verb": "renew", "pick": [designated.pk, older.pk, endless.pk]}
        address = client.post(reverse("bulk_start"), {**chosen, "back": "view=ending"})["Location"]
        plan = client.get(address)
        assert [one.obj for one in plan.context["ready"]] == [designated, older]
        assert "不设期限" in plan.context["left_out"][0][0]
        bad = client.post(
            address, {"years": "3", "note": "均合格", "proof": SimpleUploadedFile("表.pdf", b"no")}
        )
        assert bad.status_code == 422 and "proof" in bad.context["form"].errors
        assert client.post(address, {"years": "3", "note": "均合格", "proof": proof()}).status_code == 302
        act = SignOff.objects.get(verb="renew")
        ends = [date(2032, 7, 2), date(2032, 10, 9)]
        assert [line[4] for line in act.shown["items"]] == [date_cn(day) for day in ends]
        signoff.sign(act, by=lead)
        assert "复核材料.pdf" in client.get(f"/province/titles/{older.pk}/").content.decode()
    for row in (designated, older):
        row.refresh_from_db()
    assert [designated.valid_until, older.valid_until] == ends
    assert designated.certificates.count() == 2 and older.confirmed_on == LATE
