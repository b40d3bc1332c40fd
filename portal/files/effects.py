"""What the worker does with files: look into received ones, make those that somebody waits for."""

from __future__ import annotations

from portal.files.checking import check_file
from portal.files.renditions import make, read_whole
from portal.kernel import outbox
from portal.shared.storage import remove_private


@outbox.handler("file_received", label="核对上传的文件", outside=True)
def check_received(file: str) -> None:
    check_file(file)


@outbox.handler("rendition", label="生成文件", outside=True)
def make_rendition(kind: str, place: str, facts: dict[str, str]) -> None:
    if read_whole(place) is None:
        make(kind, place, facts)
    if facts.get("source"):
        remove_private(facts["source"])
