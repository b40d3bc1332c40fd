"""Uploads as the pages take them: in pieces, broken off, replaced, reused, looked at, waiting for the scanner."""

from __future__ import annotations

import io
import socketserver
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from applications.materials import services as materials
from applications.models import Application, MaterialFile
from portal.files.checking import check_waiting
from portal.files.daily import sweep_partial_uploads
from portal.kernel import clock, outbox
from portal.models import PartialUpload, StoredFile
from tests.applications.test_roster_checks import GOOD, book
from tests.factories import filing
from tests.portal.shared import samples as make
from tests.portal.shared.corpus import EICAR
from tests.portal.shared.test_uploads import Clamd


@pytest.fixture
def unit(db):
    return filing.unit()


@pytest.fixture
def dossier(unit):
    return filing.dossier(unit, filing.year(), leave_out=("plan", "other", "staff"))


@pytest.fixture
def desk(client, unit, dossier):
    """The unit's browser on a day of filing."""
    client.force_login(unit.user)
    with filing.on(filing.FILING_DAY):
        yield client


def address(name: str, dossier, *more, code: str = "plan") -> str:
    return reverse(name, args=[dossier.pk, code, *more])


def start(desk, dossier, content: bytes, name="规划.pdf", code="plan", fingerprint="1"):
    told = {"name": name, "size": len(content), "fingerprint": fingerprint}
    return desk.post(address("upload_begin", dossier, code=code), told)


def send(desk, place: str, offset: int, piece: bytes):
    return desk.patch(
        place, piece, content_type="application/offset+octet-stream", headers={"Upload-Offset": str(offset)}
    )


def pieces(settings) -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / "partial").rglob("*") if path.is_file()]


def files_of(dossier, code="plan"):
    return [
        entry.file
        for entry in MaterialFile.objects.filter(
            material__application=dossier, material__code=code, removed_at=None
        ).select_related("file")
    ]


def put(dossier, unit, content: bytes, name="规划.pdf", code="plan"):
    application = Application.objects.get(pk=dossier.pk)
    return materials.add_file(application, code, content=io.BytesIO(content), name=name, by=unit.user)


def test_a_file_in_pieces_broken_off_and_resumed(desk, dossier):
    content = make.pdf(pages=30)
    told = start(desk, dossier, content).json()
    assert send(desk, told["place"], 0, content[:1000]).status_code == 204
    wrong = send(desk, told["place"], 0, content[:1000])
    assert (wrong.status_code, wrong["Upload-Offset"]) == (409, "1000")
    assert desk.post(told["finish"]).status_code == 409
    assert "已传 " in desk.get(address("material", dossier)).content.decode()
    again = start(desk, dossier, content).json()
    assert (again["place"], again["offset"]) == (told["place"], 1000)
    head = desk.head(told["place"])
    assert (head["Upload-Offset"], head["Upload-Length"]) == ("1000", str(len(content)))
    assert send(desk, told["place"], 1000, content[1000:])["Upload-Offset"] == str(len(content))
    done = desk.post(told["finish"])
    assert done.json()["next"] == address("material", dossier)
    assert "已收到，正在核对" in desk.get(address("material", dossier)).content.decode()
    outbox.drain_outbox()
    (file,) = files_of(dossier)
    assert (file.name, file.size, file.pages) == ("规划.pdf", len(content), 30)
    assert not PartialUpload.objects.exists()


def test_another_file_of_the_same_name_does_not_go_on_where_the_first_stopped(desk, dossier):
    first, second = (start(desk, dossier, b"x" * 50, fingerprint=mark).json()["place"] for mark in "12")
    assert first != second


def test_what_is_refused_in_the_end_leaves_nothing(desk, dossier, settings):
    told = start(desk, dossier, b"<html></html>").json()
    send(desk, told["place"], 0, b"<html></html>")
    refused = desk.post(told["finish"])
    assert (refused.status_code, "文件内容不是 PDF" in refused.json()["error"]) == (422, True)
    assert (files_of(dossier), PartialUpload.objects.count()) == ([], 0)
    assert pieces(settings) == []


@pytest.mark.parametrize(
    ("name", "size", "sentence"),
    [
        ("规划.pdf", 50 * 1024 * 1024 + 1, "文件不能超过 50 MB"),
        ("规划.pdf", 0, "文件是空的"),
        ("规划.exe", 10, "文件格式应为"),
        ("规划.pdf", "many", "文件是空的"),
    ],
)
def test_refused_before_a_byte_is_sent(desk, dossier, name, size, sentence):
    answer = desk.post(address("upload_begin", dossier), {"name": name, "size": size, "fingerprint": "\x00"})
    assert (answer.status_code, answer.json()["error"].startswith(sentence)) == (422, True)


def test_limits_hold_on_the_way(desk, dossier):
    told = start(desk, dossier, b"x" * 100).json()
    assert (
        send(desk, told["place"], 0, b"x" * 101).json()["error"] == "文件在上传过程中变长，请重新选择文件。"
    )
    assert desk.head(told["place"]).status_code == 404
    told = start(desk, dossier, b"x" * 5_000_000).json()
    assert send(desk, told["place"], 0, b"x" * 4_200_000).status_code == 413


def test_only_the_people_of_the_dossier_reach_a_partial_upload(desk, client, dossier):
    told = start(desk, dossier, b"x" * 100).json()
    client.force_login(filing.unit("江苏").user)
    for answer in (
        client.head(told["place"]),
        send(client, told["place"], 0, b"x"),
        client.delete(told["place"]),
    ):
        assert answer.status_code == 404
    assert PartialUpload.objects.get().offset == 0


def test_cancelled_and_forgotten_uploads_go(desk, dossier, settings):
    told = start(desk, dossier, b"x" * 100).json()
    send(desk, told["place"], 0, b"x" * 50)
    assert desk.delete(told["place"]).status_code == 204
    told = start(desk, dossier, b"x" * 100).json()
    send(desk, told["place"], 0, b"x" * 50)
    default_storage.save("partial/00000000-0000-0000-0000-000000000000/000000000000", ContentFile(b"x"))
    day = filing.FILING_DAY + timedelta(days=3)
    with filing.on(day):
        sweep_partial_uploads(day)
    assert (PartialUpload.objects.count(), pieces(settings)) == (0, [])


def test_replacing_keeps_the_old_version_readable(desk, dossier, unit):
    old = put(dossier, unit, make.pdf())
    new = SimpleUploadedFile("新规划.pdf", make.pdf(pages=2))
    page = desk.post(address("material", dossier), {"file": new, "replaces": str(old.pk)}, follow=True)
    assert "历史版本" in page.content.decode()
    assert [file.name for file in files_of(dossier)] == ["新规划.pdf"]
    assert "历史版本" in desk.get(address("material_preview", dossier, old.pk)).content.decode()
    gone = desk.post(address("material", dossier), {"file": new, "replaces": str(old.pk)})
    assert gone.status_code == 404


def test_taking_a_file_out_opens_the_requirement_again(desk, dossier, unit):
    entry = put(dossier, unit, make.pdf())
    material = entry.material
    material.refresh_from_db()
    assert material.status == "done"
    desk.post(address("material_remove", dossier, entry.pk))
    material.refresh_from_db()
    assert material.status == "todo"


def test_the_same_content_is_not_taken_twice(desk, dossier, unit):
    content = make.pdf()
    put(dossier, unit, content)
    page = desk.post(address("material", dossier), {"file": SimpleUploadedFile("副本.pdf", content)})
    assert page.status_code == 422
    assert "与已上传的“规划.pdf”内容完全相同" in page.content.decode()


def test_files_of_earlier_years_can_be_chosen_but_not_those_of_others(desk, dossier, unit):
    with filing.on(filing.FILING_DAY.replace(year=2027)):
        later = filing.dossier(unit, filing.year(2027), leave_out=("licence",))
        stranger = filing.dossier(filing.unit("江苏"), later.cycle)
        licence = dossier.materials.get(code="licence").files.get()
        foreign = stranger.materials.get(code="licence").files.get()
        page = desk.get(address("material", later, code="licence")).content.decode()
        assert ("从往年申报选用" in page, "2026 年度" in page) == (True, True)
        done = desk.post(address("material_reuse", later, licence.pk, code="licence"), follow=True)
        assert "已从 2026 年度选用" in done.content.decode()
        assert [file.sha256 for file in files_of(later, "licence")] == [licence.file.sha256]
        assert desk.post(address("material_reuse", later, foreign.pk, code="licence")).status_code == 404


def test_pages_pictures_and_workbooks_are_shown_and_ofd_is_explained(desk, dossier, unit):
    shown = {}
    for name, content in (
        ("规划.pdf", make.pdf(pages=9)),
        ("照片.png", make.picture()),
        ("发票.ofd", make.ofd()),
        ("清单.xlsx", book("facilities", GOOD["facilities"])),
        ("说明.docx", make.docx()),
    ):
        entry = put(dossier, unit, content, name, "other")
        page = desk.get(address("material_preview", dossier, entry.pk, code="other") + "?p=4&w=1700")
        shown[name] = page.content.decode()
    assert "第 4 / 9 页" in shown["规划.pdf"]
    assert "<img" in shown["照片.png"]
    assert "OFD 版式文件不在页面中显示" in shown["发票.ofd"]
    assert ("光谱仪" in shown["清单.xlsx"], "不在页面中显示" in shown["说明.docx"]) == (True, True)


def test_a_roster_shown_as_a_table_masks_documents(desk, dossier, unit):
    entry = put(dossier, unit, book("staff", GOOD["staff"]), "名册.xlsx", "staff")
    page = desk.get(address("material_preview", dossier, entry.pk, code="staff")).content.decode()
    assert ("***01X" in page, "01001X" in page) == (True, False)


def test_readers_see_their_name_on_pictures_and_the_owner_does_not(desk, client, dossier, unit):
    flat = io.BytesIO()
    Image.new("RGB", (900, 900), "white").save(flat, "PNG")
    entry = put(dossier, unit, flat.getvalue(), "照片.png", "other")
    url = reverse("file_image", args=[entry.file.pk])
    assert b"".join(desk.get(url).streaming_content) == flat.getvalue()
    Application.objects.filter(pk=dossier.pk).update(submitted_at=clock.now())
    client.force_login(filing.officer_of(dossier))
    seen = Image.open(io.BytesIO(client.get(url).content)).convert("L")
    assert seen.getextrema()[0] < 240


class Answering(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    seen: list[bytes]


def clamd(port: int = 0) -> Answering:
    server = Answering(("127.0.0.1", port), Clamd)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_a_file_that_came_while_the_scanner_was_down_waits_and_is_judged_when_it_is_back(
    desk, dossier, unit, settings
):
    server = clamd()
    port = server.server_address[1]
    settings.CLAMAV_ADDRESS = f"127.0.0.1:{port}"
    server.shutdown()
    server.server_close()
    entry, photo = put(dossier, unit, make.pdf()), put(dossier, unit, make.pdf(pages=2), "章程.pdf")
    outbox.drain_outbox()
    assert desk.get(reverse("file_download", args=[entry.file.pk])).status_code == 403
    assert "正在核对" in desk.get(address("material_preview", dossier, entry.pk)).content.decode()
    assert desk.get(reverse("dossier_zip", args=[dossier.pk])).status_code == 200
    material = entry.material
    material.refresh_from_db()
    assert (material.status, check_waiting()) == ("checking", 0)
    server = clamd(port)
    _poison(photo.file)
    assert check_waiting() == 2
    outbox.drain_outbox()
    server.shutdown()
    server.server_close()
    assert [StoredFile.objects.get(pk=one.file.pk).state for one in (entry, photo)] == ["clean", "refused"]
    assert desk.get(reverse("file_download", args=[entry.file.pk])).status_code == 200
    assert desk.get(reverse("file_download", args=[photo.file.pk])).status_code == 403
    material.refresh_from_db()
    assert material.hint == "“章程.pdf”未通过核对：文件含有病毒，请查杀后重新上传。"


def _poison(file: StoredFile) -> None:
    """What the scanner will know for a virus by the time it is back."""
    sick = make.pdf(_with_virus, compress_streams=False)
    Path(default_storage.path(file.key)).write_bytes(sick)


def _with_virus(document) -> None:
    document.Root.Extra = document.make_stream(EICAR)


def test_infected_files_are_refused_and_without_a_scanner_the_page_says_so(desk, dossier, settings):
    desk.post(address("material", dossier), {"file": SimpleUploadedFile("规划.pdf", make.pdf())})
    outbox.drain_outbox()
    assert "已核对，未查毒" in desk.get(address("material", dossier)).content.decode()
    server = clamd()
    settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
    sick = SimpleUploadedFile("章程.pdf", make.pdf(_with_virus, compress_streams=False))
    desk.post(address("material", dossier), {"file": sick})
    outbox.drain_outbox()
    server.shutdown()
    server.server_close()
    assert (
        "未通过核对：文件含有病毒，请查杀后重新上传。"
        in desk.get(address("material", dossier)).content.decode()
    )
    assert [file.state for file in files_of(dossier)] == ["clean", "refused"]
