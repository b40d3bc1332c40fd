from __future__ import annotations

import io
import resource
import socketserver
import struct
import threading
import zlib

import pikepdf
import pytest

from portal.files import intake
from portal.files.inspection import inspect_upload
from portal.files.scanner import scan
from portal.shared.digests import sha256_hex, sm3_hex
from portal.shared.storage import open_private
from portal.shared.uploads import UploadRefused, clean_filename
from tests.factories import people
from tests.portal.shared import samples as make
from tests.portal.shared.corpus import BAD, BAD_NAMES, EICAR, GOOD, GOOD_PDF, LIMIT, MEGABYTE

ALL = {"pdf", "ofd", "jpg", "png", "xlsx", "docx"}


def look(name: str, content: bytes):
    return inspect_upload(io.BytesIO(content), name=name, allowed=ALL, max_bytes=LIMIT)


@pytest.mark.parametrize(("name", "code"), BAD_NAMES.values(), ids=BAD_NAMES)
def test_bad_names_are_refused(name, code):
    with pytest.raises(UploadRefused) as refused:
        look(name, GOOD_PDF)
    assert refused.value.code == code
    assert refused.value.sentence.endswith("后上传。")  # says what to do


@pytest.mark.parametrize(("name", "build", "code"), BAD.values(), ids=BAD)
def test_bad_files_are_refused_with_their_own_sentence(name, build, code):
    with pytest.raises(UploadRefused) as refused:
        look(name, build())
    assert refused.value.code == code
    assert refused.value.sentence.endswith("。")
    assert "请" in refused.value.sentence  # says what to do


def test_each_reason_has_a_sentence_of_its_own():
    sentences: dict[str, set[str]] = {}
    for name, build, _ in BAD.values():
        with pytest.raises(UploadRefused) as refused:
            look(name, build())
        sentences.setdefault(refused.value.sentence, set()).add(refused.value.code)
    assert {text: codes for text, codes in sentences.items() if len(codes) > 1} == {}


def test_an_object_stream_bomb_is_refused_and_unpacked_no_further_than_the_limit():
    content = make.pdf(make.with_script_in_bookmark, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = _object_stream_bomb(content)
    assert len(bomb) < MEGABYTE
    with pytest.raises(UploadRefused) as refused:
        look("报告.pdf", bomb)
    assert refused.value.code == "broken_pdf"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700 * 1024  # KiB


def _object_stream_bomb(content: bytes) -> bytes:
    """The object stream replaced by 500 MB of zeros; the index stays where it was said to be."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(500)) + packer.flush()
    at = content.index(b"/ObjStm")
    start = content.rindex(b" obj", 0, at)
    end = content.index(b"endobj", at)
    number = content[content.rindex(b"\n", 0, start) + 1 : start]
    body = (
        b"%s obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\n"
        % (
            number,
            len(packed),
            packed,
        )
    )
    head = content[: content.rindex(b"\n", 0, start) + 1]
    moved = head + body + content[end:]
    shift = len(moved) - len(content)
    index = int(content[content.rindex(b"startxref") + 9 :].split()[0])
    if index > at:
        moved = moved[: moved.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % (index + shift)
    return moved


@pytest.mark.parametrize(("name", "build", "pages"), GOOD.values(), ids=GOOD)
def test_good_files_pass(name, build, pages):
    content = build()
    report = look(name, content)
    assert (report.name, report.size, report.pages) == (name, len(content), pages)
    assert report.extension in name.lower().replace("jpeg", "jpg")


def test_the_report_has_both_digests_and_leaves_the_stream_at_its_beginning():
    stream = io.BytesIO(GOOD_PDF)
    report = inspect_upload(stream, name="报告.pdf", allowed={"pdf"}, max_bytes=LIMIT)
    assert (report.sha256, report.sm3) == (sha256_hex(GOOD_PDF), sm3_hex(GOOD_PDF))
    assert (report.content_type, report.warnings, stream.tell()) == ("application/pdf", (), 0)


def test_a_photograph_that_tells_its_place_is_taken_with_a_warning():
    assert look("照片.jpg", make.placed_jpeg()).warnings == ("照片中含有拍摄位置，公开前请确认是否合适。",)


def test_the_limit_itself_is_allowed_and_is_named_when_passed():
    size = len(GOOD_PDF)
    inspect_upload(io.BytesIO(GOOD_PDF), name="a.pdf", allowed={"pdf"}, max_bytes=size)
    with pytest.raises(UploadRefused, match="文件不能超过 20 MB"):
        look("a.pdf", GOOD_PDF + bytes(LIMIT))
    with pytest.raises(UploadRefused, match="文件格式应为 JPG、PNG"):
        clean_filename("a.pdf", {"png", "jpg"})


class Clamd(socketserver.BaseRequestHandler):
    """The protocol of clamd: INSTREAM, chunks with their length, one line back."""

    def handle(self):
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(length)
        self.server.seen.append(content)
        if EICAR in content:
            answer = b"stream: Eicar-Test-Signature FOUND\0"
        else:
            answer = (
                b"stream: OK\0" if len(content) < 3 * MEGABYTE else b"INSTREAM size limit exceeded. ERROR\0"
            )
        self.request.sendall(answer[:9])
        self.request.sendall(answer[9:])


@pytest.fixture
def clamd(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def test_a_scanner_sees_the_whole_file(clamd):
    content = GOOD_PDF + bytes(2 * MEGABYTE)
    stream = io.BytesIO(content)
    assert scan(stream) == "clean"
    assert (clamd.seen, stream.tell()) == ([content], 0)


def test_an_infected_file_is_refused(clamd):
    with pytest.raises(UploadRefused, match="文件含有病毒"):
        scan(io.BytesIO(EICAR))


def test_what_the_scanner_cannot_judge_is_quarantined(clamd):
    assert scan(io.BytesIO(bytes(4 * MEGABYTE))) == "quarantined"


def test_a_scanner_that_is_down_quarantines_and_none_leaves_unscanned(clamd, settings):
    clamd.shutdown()
    clamd.server_close()
    assert scan(io.BytesIO(GOOD_PDF)) == "quarantined"
    settings.CLAMAV_ADDRESS = ""
    assert scan(io.BytesIO(GOOD_PDF)) == "unscanned"


def test_bytes_of_a_row_that_was_committed_are_not_given_back(db):
    """The answer of a commit may be lost with the database's process: what looks undone stands."""
    content = io.BytesIO(GOOD_PDF)
    received = intake.receive(content, name="证明.pdf", allowed={"pdf"}, max_bytes=LIMIT)
    owner = people.user()
    row = intake.enter(received, owner=owner, by=owner)
    intake.give_back(received)
    with open_private(row.key) as stored:
        assert stored.read() == GOOD_PDF
