"""Certificates: signed and kept, recognised as files, reissued after a change of name, printed in one run."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pikepdf
import pypdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from platforms.certificates import documents as certificates
from platforms.certificates import health as seal_health
from platforms.certificates.documents import certificate_file, examine_file
from platforms.certificates.signing import make_test_key
from platforms.models import Certificate, Designation
from platforms.organisations.services import write_platform
from platforms.register.models import HISTORIC
from platforms.register.queries import find
from platforms.register.services import take_new_names
from portal.kernel.outbox import drain_outbox
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import perform
from portal.models import AuditEvent, Notification
from portal.operations import health
from portal.shared.pdf import render_template_pdf
from portal.shared.storage import open_private
from tests.factories.records import exported
from tests.factories.titles import make_titled, make_user
from training.demo.files import evidence_pdf

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"


@pytest.fixture
def key(settings, tmp_path):
    path = tmp_path / "key.p12"
    make_test_key(path, name="测试签名", password=b"secret")
    settings.SIGNING_KEY_FILE, settings.SIGNING_KEY_PASSWORD = str(path), "secret"


def download(client, titled) -> bytes:
    return b"".join(client.get(f"/certificates/{titled.title.number}.pdf").streaming_content)


def edited(pdf: bytes) -> bytes:
    """The same document with another title, saved by an ordinary tool."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.docinfo["/Keywords"] = "changed"
        document.save(out)
    return out.getvalue()


def test_a_genuine_file_is_told_from_an_edited_one(key, client):
    titled = make_titled()
    pdf = download(client, titled)
    assert download(client, titled) == pdf
    finding = examine_file(pdf)
    assert (finding.kind, finding.title, finding.signature.ours, finding.signature.intact) == (
        "genuine",
        titled.title,
        True,
        True,
    )
    appended = examine_file(pdf + b"\n% more\n")
    assert (appended.kind, appended.reason) == ("edited", "签名之后文件又被追加了内容。")
    resaved = examine_file(edited(pdf))
    assert (resaved.kind, resaved.title) == ("edited", titled.title)
    at = pdf.index(b"stream") + 40
    flipped = examine_file(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    assert flipped.kind == "edited"


def test_what_an_earlier_key_of_the_seal_signed_stays_genuine(key, client, settings, tmp_path, capsys):
    settings.LOG_DIR = str(tmp_path / "log")
    titled = make_titled()
    pdf = download(client, titled)
    make_test_key(tmp_path / "new.p12", name="新的测试签名", password=b"secret")
    with pytest.raises(CommandError, match="没有更换"):
        call_command("seal_key", "change", str(tmp_path / "absent.p12"))
    call_command("seal_key", "change", str(tmp_path / "new.p12"))
    assert "现用：Common Name: 新的测试签名" in (told := capsys.readouterr().out)
    assert "原用：Common Name: 测试签名" in told
    event = AuditEvent.objects.get(action="seal.change")  # one: the refused attempt changed nothing
    assert (event.stream, event.actor_label, event.object_label) == (
        "host.seal:1",
        "主机命令行",
        "门户电子印章",
    )
    assert (event.facts["from"]["subject"], event.facts["to"]["subject"]) == (
        "CN=测试签名",
        "CN=新的测试签名",
    )
    client.force_login(make_user("watcher", Role.INSPECTOR), backend="portal.accounts.backends.PortalBackend")
    listed = client.get(reverse("audit_events"), {"signal": "keys"}).content.decode()
    assert "更换电子印章密钥" in listed and "主机命令行" in listed
    assert (examine_file(pdf).kind, examine_file(pdf).signature.ours) == ("genuine", True)


def test_without_our_signature_a_number_is_a_copy_and_nothing_is_unknown(key, client):
    titled = make_titled()
    pdf = download(client, titled)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.Root.AcroForm
        for page in document.pages:
            del page["/Annots"]
        document.save(out)
    assert examine_file(out.getvalue()).kind == "copy"
    assert examine_file(evidence_pdf("别的文件")).kind == "unknown"
    assert examine_file(b"%PDF-1.7 broken").kind == "unknown"


def test_verification_page_for_files(key, client):
    titled = make_titled()
    pdf = download(client, titled)

    def send(content: bytes, name="证书.pdf"):
        return client.post("/verify/file/", {"file": SimpleUploadedFile(name, content)})

    page = send(pdf)
    assert "文件真实，未被改动" in page.content.decode()
    assert "文件被改动过" in send(edited(pdf)).content.decode()
    wrong = send(b"PK\x03\x04")
    assert (wrong.status_code, "文件不是 PDF" in wrong.content.decode()) == (422, True)
    perform(titled.title, "end", by=SYSTEM, note="复核不合格", on=date(2026, 1, 5))
    after = send(pdf).content.decode()
    assert "复核不合格：2026-01-05 终止" in after
    assert client.get(f"/certificates/{titled.title.number}.pdf").url == f"/verify/{titled.title.number}/"


def test_reissue_after_a_change_of_name(key, client):
    titled = make_titled()
    officer = make_user("officer", Role.MINISTRY_OFFICER)
    old = download(client, titled)
    write_platform(titled.title.platform, by=titled.lead, name="越州纺织公共服务平台")
    take_new_names(titled.title, reason="平台更名", by=officer)
    new = download(client, titled)
    assert [examine_file(pdf).certificate.issue for pdf in (old, new)] == [1, 2]
    assert examine_file(old).certificate.superseded_on is not None
    assert "第 2 次核发" in pypdf.PdfReader(io.BytesIO(new)).pages[0].extract_text()
    for text in ("越州纺织", "浙江第1公共", "yzfz"):
        assert list(find(Designation.objects.all(), text)) == [titled.title], text
    drain_outbox()
    assert Notification.objects.get(recipient=titled.lead).title == "证书已换发：越州纺织公共服务平台"


def test_sheets_for_one_run(client, monkeypatch):
    monkeypatch.setattr(certificates, "AT_ONCE", 2)
    titles = [make_titled(number=n) for n in (1, 2, 3)]
    make_titled("江苏", 9, granted_on=date(2025, 6, 1))
    client.force_login(make_user("officer", Role.MINISTRY_OFFICER), backend=BACKEND)
    for kind, name in (("certificates", "证书-2024.pdf"), ("plaques", "牌匾-2024.pdf")):
        job = exported(client, f"/certificates/sheets/2024/{kind}/")
        assert (job.file.name, job.done, job.total) == (name, 3, 3)
        document = pypdf.PdfReader(open_private(job.file.key))
        texts = [page.extract_text().replace("\n", "") for page in document.pages]
        assert [one.title.number in text for one, text in zip(titles, texts, strict=True)] == [True] * 3
        asked = AuditEvent.objects.get(stream=f"portal.exportjob:{job.pk}", action="exportjob.export")
        assert asked.facts["params"] == {"year": 2024, "kind": kind}
    assert client.post("/certificates/sheets/2011/plaques/").status_code == 404
    client.force_login(titles[0].officer, backend=BACKEND)
    assert client.post("/certificates/sheets/2024/plaques/").status_code == 403
    assert client.get(f"/files/{job.file_id}/").status_code == 404


@pytest.mark.parametrize(
    ("honour", "lines"),
    [
        ("国家中小企业公共服务示范平台", "国家中小企业公共服务\n示范平台"),
        ("黑龙江省中小企业公共服务示范平台", "黑龙江省中小企业公共服务\n示范平台"),
        ("新疆维吾尔自治区中小企业公共服务示范平台", "新疆维吾尔自治区中小企业公共服务\n示范平台"),
    ],
)
def test_a_plaque_sets_the_honour_in_two_lines(honour, lines):
    row = Certificate.objects.get(title=make_titled().title)
    row.honour = honour
    page = {"certificate": row, "title": row.title, "qr": "", "demo": False}
    pdf = render_template_pdf("pdf/plaques.html", {"pages": [page]}, style="plaque")
    assert lines in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.django_db
def test_a_certificate_names_the_rules_that_its_title_was_granted_by(client):
    title = make_titled().title
    assert "根据《暂行办法》，" in title.certificates.get().statement
    title.edition, title.announcement_title = HISTORIC, "关于公布 2012 年名单的通告"
    title.save(update_fields=["edition", "announcement_title"])
    assert "根据《关于公布 2012 年名单的通告》，" in title.certificates.get().statement


@pytest.mark.django_db
def test_a_number_beyond_9999_is_verified_as_well(client):
    title = make_titled().title
    Designation.objects.filter(pk=title.pk).update(number="GJPT-2024-10000")
    page = client.get("/verify/GJPT-2024-10000/").content.decode()
    assert title.platform_name in page


def test_the_file_is_kept_once(key):
    titled = make_titled()
    row = Certificate.objects.get(title=titled.title)
    first, second = certificate_file(row), certificate_file(row)
    assert first.pk == second.pk
    assert open_private(first.key).read()[:5] == b"%PDF-"


def test_when_the_seal_runs_out_is_told_before_it_does(key, settings, tmp_path):
    assert seal_health.check_seal().level == health.FINE
    with time_machine.travel(timezone.now() + timedelta(days=3600)):
        soon = seal_health.check_seal()
        assert soon.level == health.WATCH and "到期" in soon.text and soon.since and "换发" in soon.todo
        left = seal_health.measure_seal()["certificate_expires_seconds"][1]["seal"]
        assert 0 < left < 60 * 24 * 3600
    with time_machine.travel(timezone.now() + timedelta(days=3700)):
        assert seal_health.check_seal().level == health.BROKEN
    settings.SIGNING_KEY_FILE = str(tmp_path / "nowhere.p12")
    assert "没有配置" in seal_health.check_seal().text


@pytest.mark.parametrize(("role", "leads"), [(Role.INSPECTOR, True), (Role.OUTSIDE_AUDITOR, False)])
def test_the_desk_leads_nobody_to_a_page_that_is_not_theirs(client, role, leads):
    client.force_login(make_user("reader", role), backend=BACKEND)
    page = client.get(reverse("certificate_desk")).content.decode()
    assert ('href="/unit-changes/"' in page) == leads
    assert client.get("/unit-changes/").status_code == (200 if leads else 403)
