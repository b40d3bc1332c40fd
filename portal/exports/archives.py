"""Entries of the archives that we make: dated by the portal's clock, with the archive's own compression."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from portal.kernel import clock

BLOCK = 1024 * 1024


def put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_entry(archive, name), content)


def open_entry(archive: zipfile.ZipFile, name: str):
    """To be written piece by piece, however large it becomes."""
    return archive.open(_entry(archive, name), "w", force_zip64=True)


def copy(archive: zipfile.ZipFile, name: str, content: BinaryIO) -> None:
    with open_entry(archive, name) as target:
        while block := content.read(BLOCK):
            target.write(block)


def _entry(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    info.external_attr = 0o644 << 16
    info.compress_type = archive.compression
    return info
