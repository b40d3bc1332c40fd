"""Files that are received and looked into later: over a deadline, with a frozen scanner, without a store."""

from __future__ import annotations

import io
import socket
import time
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.filing.submission import submit
from applications.materials import services as materials
from applications.models import Application, MaterialFile
from applications.states import ApplicationState as S
from portal.files import scanner
from portal.files.checking import check_file
from portal.files.intake import judge
from portal.kernel import clock, outbox
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import StoredFile
from portal.shared import storage
from portal.shared.refusal import UploadRefused
from tests.applications.test_roster_checks import GOOD, book
from tests.applications.test_uploads import address, clamd
from tests.factories import filing
from tests.portal.shared import samples as make
from tests.portal.shared.corpus import EICAR


@pytest.fixture
def unit(db):
    return filing.unit()


@pytest.fixture
def dossier(unit):
    return filing.dossier(unit, filing.year(), leave_out=("plan",))


@pytest.fixture
def frozen(settings):
    """A scanner that takes the connection and says nothing, as a stopped process does."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
        yield server
    scanner.breaker.worked()


@pytest.fixture(autouse=True)
def _rested():
    yield
    scanner.breaker.worked()
    storage.breaker.worked()


def upload(dossier, unit, content: bytes, name="规划.pdf", code="plan") -> MaterialFile:
    row = Application.objects.get(pk=dossier.pk)
    return materials.upload_file(row, code, content=io.BytesIO(content), name=name, by=unit.user)


def file_it(dossier, unit) -> Application:
    row = Application.objects.get(pk=dossier.pk)
    submit(row, by=unit.user, declarant_name=unit.user.name, declarant_title="主任", declared=True)
    return Application.objects.get(pk=dossier.pk)


def virus(document) -> None:
    document.Root.Extra = document.make_stream(EICAR)


def test_a_received_roster_is_read_when_it_has_been_looked_into(client, dossier, unit):
    with filing.on(filing.FILING_DAY):
        entry = upload(dossier, unit, book("staff", GOOD["staff"]), "名册.xlsx", "staff")
        material = entry.material
        material.refresh_from_db()
        assert (material.status, material.rows.count()) == ("checking", 0)
        check_file(entry.file.pk)  # the file is clean, the roster is not read yet: the page goes on asking
        client.force_login(unit.user)
        page = client.get(address("material", dossier, code="staff")).content.decode()
        assert ('data-poll="3"' in page, "逐格核对没有发现问题" in page) == (True, False)
        outbox.drain_outbox()
        page = client.get(address("material", dossier, code="staff")).content.decode()
        assert 'data-poll="3"' not in page
        material.refresh_from_db()
        assert material.rows.count() == len(GOOD["staff"])
        assert entry.file.pk and StoredFile.objects.get(pk=entry.file.pk).state == "clean"


def _filed_while_frozen(dossier, unit, plan: bytes) -> tuple[Application, MaterialFile]:
    with filing.on(filing.LAST_DAY, hour=23):
        entry = upload(dossier, unit, plan)
        row = file_it(dossier, unit)
    return row, entry


def test_a_scanner_frozen_over_the_deadline_costs_nobody_the_year(dossier, unit, frozen, settings):
    row, entry = _filed_while_frozen(dossier, unit, make.pdf())
    receipt = row.submissions.get()
    assert (row.state, bool(row.number)) == (S.SUBMITTED, True)
    assert entry.file.sha256 in receipt.manifest
    officer = filing.officer_of(row)
    settings.CLAMAV_ADDRESS = ""  # the frozen one is not waited for in this test
    with filing.on(filing.LAST_DAY + timedelta(days=3)):
        with pytest.raises(TransitionBlocked, match="有 1 份文件已收到，仍在核对"):
            perform(row, "begin_evaluation", by=officer)
        outbox.drain_outbox()
        row = perform(Application.objects.get(pk=row.pk), "begin_evaluation", by=officer)
    assert (row.state, row.submissions.get().receipt_number) == (S.UNDER_EVALUATION, receipt.receipt_number)


def test_what_does_not_pass_afterwards_opens_a_correction_with_its_own_term(dossier, unit, frozen, settings):
    row, entry = _filed_while_frozen(dossier, unit, make.pdf(virus, compress_streams=False))
    server = clamd()
    settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
    after = filing.LAST_DAY + timedelta(days=3)
    with filing.on(after):
        outbox.drain_outbox()
        server.shutdown()
        server.server_close()
        row = Application.objects.get(pk=row.pk)
        request = row.corrections.get()
        assert (row.state, request.due_on > after, request.asked_by) == (S.RETURNED, True, None)
        assert [item["code"] for item in request.items] == ["plan"]
        assert "文件含有病毒" in request.items[0]["words"]
        settings.CLAMAV_ADDRESS = ""
        old = MaterialFile.objects.get(pk=entry.pk)
        materials.upload_file(
            row, "plan", content=io.BytesIO(make.pdf()), name="规划.pdf", by=unit.user, replaces=old
        )
        row = file_it(row, unit)
        outbox.drain_outbox()
        assert Application.objects.get(pk=row.pk).state == S.SUBMITTED


def test_uploads_and_pages_stay_quick_while_the_scanner_is_frozen(client, dossier, unit, frozen):
    client.force_login(unit.user)
    spent = []
    with filing.on(filing.FILING_DAY):
        for number in range(8):
            started = time.monotonic()
            file = SimpleUploadedFile(f"规划{number}.pdf", make.pdf(pages=number + 1))
            assert client.post(address("material", dossier), {"file": file}).status_code == 302
            assert client.get(address("material", dossier)).status_code == 200
            spent.append(time.monotonic() - started)
        page = client.get(address("material", dossier)).content.decode()
    assert page.count("已收到，正在核对</span>") == 8
    assert max(spent) < 3  # the scanner is given twenty seconds, and no page is


def test_a_frozen_scanner_is_waited_for_once_and_the_files_behind_it_wait_without(dossier, unit, frozen):
    with filing.on(filing.FILING_DAY):
        entries = [upload(dossier, unit, make.pdf(pages=n + 1), f"规划{n}.pdf") for n in range(4)]
        spent = []
        for entry in entries:
            started = time.monotonic()
            assert check_file(entry.file.pk, patience=4.0) == "waiting"
            spent.append(time.monotonic() - started)
    assert spent[0] >= 4.0 > max(spent[1:])


class Away:
    """A store whose every call fails, as one does that no longer answers."""

    def __getattr__(self, name):
        def fail(*args, **kwargs):
            raise TimeoutError("the store does not answer")

        return fail


def test_without_a_store_uploads_and_downloads_say_so(client, dossier, unit, monkeypatch):
    with filing.on(filing.FILING_DAY):
        entry = upload(dossier, unit, make.pdf())
        outbox.drain_outbox()
        client.force_login(unit.user)
        monkeypatch.setattr(storage, "default_storage", Away())
        rows = StoredFile.objects.count()
        told = client.post(
            address("material", dossier), {"file": SimpleUploadedFile("a.pdf", make.pdf(pages=3))}
        )
        assert (told.status_code, "文件存储暂时没有响应" in told.content.decode()) == (422, True)
        assert StoredFile.objects.count() == rows
        page = client.get(reverse("file_download", args=[entry.file.pk]))
        assert (page.status_code, "文件存储暂时没有响应" in page.content.decode()) == (503, True)


def test_a_missing_object_is_told_in_a_sentence(client, dossier, unit):
    with filing.on(filing.FILING_DAY):
        entry = upload(dossier, unit, make.pdf(pages=8))
        outbox.drain_outbox()
        client.force_login(unit.user)
        default_storage.delete(entry.file.key)
        for address_of in (
            reverse("file_download", args=[entry.file.pk]),
            reverse("file_page", args=[entry.file.pk, 8]),
        ):
            page = client.get(address_of)
            assert (page.status_code, "存储中找不到文件内容" in page.content.decode()) == (404, True)


def test_a_missing_picture_is_told_to_its_owner_and_to_who_sees_it_marked(client, dossier, unit):
    with filing.on(filing.FILING_DAY):
        entry = upload(dossier, unit, make.picture("JPEG"), "照片.jpg", "other")
        Application.objects.filter(pk=dossier.pk).update(submitted_at=clock.now())
        default_storage.delete(entry.file.key)
        StoredFile.objects.filter(pk=entry.file.pk).update(state=StoredFile.State.CLEAN)
        for user in (unit.user, filing.officer_of(dossier)):
            client.force_login(user)
            page = client.get(reverse("file_image", args=[entry.file.pk]), {"page": 1})
            assert (page.status_code, "存储中找不到文件内容" in page.content.decode()) == (404, True)


def test_a_full_store_keeps_what_has_come(client, dossier, unit, monkeypatch):
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        told = client.post(
            address("upload_begin", dossier), {"name": "规划.pdf", "size": 100, "fingerprint": "1"}
        ).json()

        def full(*args, **kwargs):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(storage.default_storage, "save", full)
        answer = client.patch(
            told["place"],
            b"x" * 50,
            content_type="application/offset+octet-stream",
            headers={"Upload-Offset": "0"},
        )
    assert (answer.status_code, answer.json()["error"][:8]) == (503, "文件存储空间已满")


def test_a_full_store_is_told_on_plain_forms_too(client, dossier, unit, monkeypatch):
    """Whoever has no script, and every official's form: to come again later would not help."""

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.default_storage, "save", full)
    content = make.pdf(pages=3)
    with filing.on(filing.FILING_DAY):
        client.force_login(unit.user)
        told = client.post(address("material", dossier), {"file": SimpleUploadedFile("a.pdf", content)})
        assert (told.status_code, "文件存储空间已满，文件没有保存" in told.content.decode()) == (422, True)
        with pytest.raises(UploadRefused, match=r"空间已满.*请联系系统管理员"):
            judge(io.BytesIO(content), name="签字表.pdf", allowed={"pdf"}, max_bytes=10**7)


def test_a_page_is_drawn_once(client, dossier, unit, monkeypatch):
    with filing.on(filing.FILING_DAY):
        entry = upload(dossier, unit, make.pdf(pages=2))
        outbox.drain_outbox()
        client.force_login(unit.user)
        url = reverse("file_page", args=[entry.file.pk, 2])
        monkeypatch.setattr("portal.shared.sandbox.run", None)  # nothing is left to draw
        first, second = client.get(url), client.get(url)
    assert (first.status_code, first["Content-Type"], first.content == second.content) == (
        200,
        "image/png",
        True,
    )
