"""What the worker does with a received file."""

from __future__ import annotations

from portal.files.checking import check_file
from portal.kernel import outbox


@outbox.handler("file_received", label="核对上传的文件", outside=True)
def check_received(file: str) -> None:
    check_file(file)
