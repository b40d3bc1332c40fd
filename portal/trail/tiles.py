"""Tiles on disk (C2SP tlog-tiles): the log as static files that anybody may copy, written once and never changed.

checkpoint            the newest signed head
tile/<level>/<n>      256 hashes each; `.p/<width>` while a tile is not full yet
tile/entries/<n>      the entries themselves, each after its length
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.trail.tlog import hash_leaf, tree_hash

WIDTH = 256
LONGEST_ENTRY = 65535  # bytes: its length stands before it in two


class BrokenTiles(Exception):
    """The published files do not hold what they must (a Chinese sentence)."""


def tile_path(kind: str, index: int, width: int = WIDTH) -> str:
    """tile/0/x001/234 or, not full, tile/0/x001/234.p/112."""
    digits = f"{index:03d}" if index < 1000 else ""
    if not digits:
        text = f"{index:0{-(-len(str(index)) // 3) * 3}d}"
        parts = [text[n : n + 3] for n in range(0, len(text), 3)]
        digits = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{kind}/{digits}" + ("" if width == WIDTH else f".p/{width}")


class Tiles:
    """The files of one log. Reading keeps the tiles it met; a writer makes a new object each time."""

    def __init__(self, folder: Path):
        self.folder, self._kept = Path(folder), {}

    @property
    def checkpoint(self) -> str:
        path = self.folder / "checkpoint"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def keep_checkpoint(self, note: str) -> None:
        self._write("checkpoint", note.encode())

    def read(self, level: int, index: int) -> bytes:
        tile, place = divmod(index, WIDTH)
        content = self.tile(str(level // 8), tile, place + 1)
        return content[place * 32 : place * 32 + 32]

    def tile(self, kind: str, index: int, least: int = 1) -> bytes:
        """The widest stored version, holding at least that many hashes (or entries)."""
        kept = self._kept.get((kind, index))
        if kept and kept[0] >= least:
            return kept[1]
        whole = self.folder / tile_path(kind, index)
        found = (WIDTH, whole) if whole.exists() else self._widest(whole)
        if found[0] < least:
            raise BrokenTiles(f"已公布的日志文件缺失：{tile_path(kind, index)}")
        content = found[1].read_bytes()
        if kind != "entries" and len(content) != found[0] * 32:
            raise BrokenTiles(f"已公布的日志文件残缺：{tile_path(kind, index)}")
        self._kept[kind, index] = (found[0], content)
        return content

    def _widest(self, whole: Path) -> tuple[int, Path]:
        partial = whole.with_name(whole.name + ".p")
        widths = [int(path.name) for path in partial.glob("*") if path.name.isdecimal()]
        return (max(widths), partial / str(max(widths))) if widths else (0, whole)

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        for number in range(start // WIDTH, -(-end // WIDTH)):
            first = number * WIDTH
            bundle = unpack(self.tile("entries", number, min(end - first, WIDTH)))
            yield from bundle[max(start - first, 0) : end - first]

    def append(self, size: int, entries: Sequence[bytes]) -> int:
        """Add entries to a log of that size and return the new size. What is full is never written again."""
        end = size + len(entries)
        first = size - size % WIDTH
        whole = [*self.entries(first, size), *entries]
        for place in range(0, len(whole), WIDTH):
            part = whole[place : place + WIDTH]
            number = (first + place) // WIDTH
            self._keep("entries", number, len(part), pack(part))
            self._keep("0", number, len(part), b"".join(map(hash_leaf, part)))
        for level in range(1, 8):
            below, upper = end >> 8 * level, size >> 8 * level
            if below == 0:
                break
            for number in range(upper // WIDTH, -(-below // WIDTH)):
                self._keep_upper(level, number, min(below - number * WIDTH, WIDTH))
        return end

    def _keep_upper(self, level: int, number: int, width: int) -> None:
        if (self.folder / tile_path(str(level), number, width)).exists():
            return
        places = range(number * WIDTH, number * WIDTH + width)
        span = 1 << 8 * level
        content = b"".join(tree_hash(self, place * span, (place + 1) * span, 8 * level) for place in places)
        self._keep(str(level), number, width, content)

    def _keep(self, kind: str, number: int, width: int, content: bytes) -> None:
        path = self.folder / tile_path(kind, number, width)
        if path.exists():
            if path.read_bytes() != content:
                raise BrokenTiles(f"已公布的日志文件与要写入的不同：{tile_path(kind, number, width)}")
            return
        self._write(tile_path(kind, number, width), content)
        self._kept[kind, number] = (width, content)

    def _write(self, name: str, content: bytes) -> None:
        """All or nothing, and on the disk before anything is said about it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def pack(entries: Sequence[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes]:
    entries, place = [], 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2])
        entries.append(bundle[place + 2 : place + 2 + length])
        place += 2 + length
    return entries
