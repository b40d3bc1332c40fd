"""Hostile files end in a sentence, in a child that stays small; harmless ones that look alike are taken."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from applications.editions import editions
from portal.files.inspect import work
from portal.files.inspection import HEAVY, judge
from portal.shared import sandbox
from portal.shared.uploads import TYPES, clean_filename
from tests.portal.shared import samples as make
from tests.portal.shared.attacks import ATTACKS
from tests.portal.shared.clerks import CLERKS_PDFS
from tests.portal.shared.clerks_office import CLERKS
from tests.portal.shared.harmless import HARMLESS
from tests.portal.shared.quiet_attacks import CALM, QUIET
from tests.portal.shared.rare_packages import RARE_PACKAGES
from tests.portal.shared.rare_pdfs import RARE_PDFS
from tests.portal.shared.rare_pictures import RARE_PICTURES

BAD = ATTACKS | QUIET | RARE_PDFS | RARE_PICTURES | RARE_PACKAGES
GOOD = HARMLESS | CALM | CLERKS_PDFS | CLERKS
SLACK = 4  # times as long as on a machine with nothing else to do


def verdict(name: str, content: bytes):
    return judge(io.BytesIO(content), clean_filename(name, TYPES)[1])


@pytest.mark.parametrize(("name", "build", "code"), BAD.values(), ids=BAD)
def test_attacks_are_refused_with_a_sentence_in_a_small_child(name, build, code):
    content = build()
    found = verdict(name, content)
    assert found.code.startswith(code)
    assert found.sentence.endswith("。") and "请" in found.sentence
    assert found.peak_mb <= 256
    assert found.seconds <= 5 * SLACK


def test_our_own_process_stays_small_whatever_the_child_meets():
    bombs = [ATTACKS[key] for key in ("pdf: forms that draw themselves eight times", "pdf: endless content")]
    contents = [(name, build()) for name, build, _ in bombs]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert {verdict(name, content).sentence for name, content in contents} <= set(HEAVY.values())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before <= 16 * 1024  # KiB


@pytest.mark.parametrize(("name", "build", "pages"), GOOD.values(), ids=GOOD)
def test_harmless_files_that_look_alike_are_taken(name, build, pages):
    found = verdict(name, build())
    assert (found.code, found.pages) == ("", pages)


def test_a_busy_machine_draws_fewer_pages_and_refuses_no_good_file(monkeypatch):
    """Each page takes four seconds by the clock, as where forty others want the processor."""
    told, clock = [], iter(range(0, 10_000, 4))
    monkeypatch.setattr(work, "extend_time", lambda seconds: None)  # it would limit this very process
    monkeypatch.setattr(work.time, "monotonic", lambda: float(next(clock)))
    work.inspect(io.BytesIO(make.pdf(pages=30)), lambda said, content=b"": told.append(said), extension="pdf")
    assert told[0] == {"verdict": "clean", "pages": 30}
    assert max(said.get("page", 0) for said in told) == 3


def test_a_child_has_no_network_no_programs_and_nowhere_to_write(tmp_path):
    probe = f"""
import os, socket, sys, types
package = types.ModuleType("portal"); package.__path__ = [{str(settings.BASE_DIR / "portal")!r}]
sys.modules["portal"] = package
from portal.shared.sandbox.confine import confine
confine(memory=64 * 1024 * 1024, seconds=5)
def refused(act):
    try:
        act()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
print([
    refused(lambda: socket.socket()),
    refused(lambda: os.open({str(tmp_path / "a")!r}, os.O_WRONLY | os.O_CREAT)),
    refused(lambda: os.unlink({str(tmp_path / "kept")!r})),
    refused(lambda: os.execv("/bin/true", ["true"])),
    refused(lambda: bytearray(128 * 1024 * 1024)),
    refused(lambda: os.open("/proc/self/status", os.O_RDONLY)),
])
"""
    (tmp_path / "kept").write_text("a")
    done = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(["PermissionError"] * 4 + ["MemoryError", "done"])
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_child_that_says_too_much_or_takes_too_long_is_ended():
    content = make.pdf(pages=30)
    short = sandbox.run("inspect", io.BytesIO(content), limits=sandbox.Limits(wall=0.01), extension="pdf")
    assert (short.ended, short.why) == (False, "wall")
    loud = sandbox.run("inspect", io.BytesIO(content), limits=sandbox.Limits(output=2000), extension="pdf")
    assert (loud.ended, loud.why) == (False, "output")


def test_the_command_judges_files_as_an_upload_would(tmp_path, capsys):
    names = {"好.pdf": make.pdf(), "坏.pdf": b"MZ", "空.pdf": b"", "报告.wps": b"x"}
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    call_command("inspect", *(str(tmp_path / name) for name in [*names, "没有.pdf"]))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(line) for line in lines] == [{"file", "verdict", "sentence", "seconds", "peak_mb"}] * 5
    assert [line["verdict"] for line in lines] == ["clean", "refused", "refused", "refused", "refused"]
    assert [Path(line["file"]).name for line in lines] == [*names, "没有.pdf"]
    assert lines[0]["sentence"] == "" and 20 < lines[0]["peak_mb"] < 256
    assert lines[1]["sentence"].startswith("文件内容不是 PDF")


def test_a_name_in_gbk_is_judged_by_its_content_and_told_as_json(tmp_path, capsys):
    for name, content in {"审计报告.pdf": make.pdf(), "坏.pdf": b"MZ"}.items():
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name.encode("gbk"))).write_bytes(content)
    call_command("inspect", *sorted(str(path) for path in tmp_path.iterdir()))
    told = capsys.readouterr().out.encode("utf-8")  # strictly: no half characters
    assert {json.loads(line)["verdict"] for line in told.splitlines()} == {"clean", "refused"}


def test_the_scanner_takes_files_as_large_as_the_editions_allow():
    told = {}
    for line in (settings.BASE_DIR / "deploy/clamd.conf").read_text().splitlines():
        key, _, value = line.partition(" ")
        told[key] = value
    largest = max(
        item.max_bytes for edition in editions() for item in (*edition.materials, *edition.rereview_materials)
    )
    for key in ("StreamMaxLength", "MaxFileSize", "MaxScanSize"):
        assert int(told[key].removesuffix("M")) * 1024 * 1024 >= largest
    assert (
        "deploy/clamd.conf:/etc/clamav/clamd.conf" in (settings.BASE_DIR / "docker-compose.yml").read_text()
    )
