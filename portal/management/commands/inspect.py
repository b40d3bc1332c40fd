"""Files judged as an upload would be, page drawing included: `bin/manage inspect FILE…` prints a line of JSON each."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from django.core.management.base import BaseCommand

from portal.files.inspection import judge, measure
from portal.shared.refusal import UploadRefused
from portal.shared.uploads import TYPES, clean_filename


class Command(BaseCommand):
    help = "检查文件是否可以上传，每个文件输出一行 JSON：file, verdict, sentence, seconds, peak_mb。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="+")
        parser.add_argument("--limit", type=int, default=200, help="每个文件的大小上限（MB）")

    def handle(self, *args, **options):
        for name in options["file"]:
            told = json.dumps(look(name, options["limit"] * 1024 * 1024), ensure_ascii=False)
            # Bytes of a name that are no UTF-8 stand as escapes: every line is JSON for every reader.
            self.stdout.write(told.encode("utf-8", "backslashreplace").decode())


def readable(name: str) -> str:
    """A name as older Windows programs of this country packed it: in GBK, where it is no UTF-8."""
    try:
        return os.fsencode(name).decode()
    except UnicodeDecodeError:
        return os.fsencode(name).decode("gb18030", "surrogateescape")


def look(name: str, limit: int) -> dict:
    started, peak, sentence = time.monotonic(), 0.0, ""
    path = Path(name)
    try:
        _, extension = clean_filename(readable(path.name), TYPES)
        with path.open("rb") as content:
            measure(content, limit)
            found = judge(content, extension)
        peak, sentence = found.peak_mb, found.sentence
    except UploadRefused as refused:
        sentence = refused.sentence
    except OSError as error:
        sentence = f"文件无法读取（{error.strerror or type(error).__name__}），请检查后重试。"
    return {
        "file": name,
        "verdict": "refused" if sentence else "clean",
        "sentence": sentence,
        "seconds": round(time.monotonic() - started, 2),
        "peak_mb": peak,
    }
