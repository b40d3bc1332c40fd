"""A stream in pieces that are each encrypted and bound to their place: nothing can be cut off, swapped or altered.

AES-256-GCM per piece, the nonce counts the pieces, the last one is marked (the STREAM construction).
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"portal-vault-1\n"
PIECE = 1024 * 1024
TAG = 16


class VaultDamaged(ValueError):
    """Another key, or not what was written."""


def write_key(path: Path) -> None:
    """A new key in a file that its owner alone can read; one that is there stays."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")


def read_key(path: Path) -> bytes:
    key = base64.b64decode(path.read_text(encoding="ascii").strip())
    if len(key) != 32:
        raise VaultDamaged("密钥文件应为 32 字节的 Base64。")
    return key


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


class VaultWriter:
    """A file to write to; `close` writes the last piece."""

    def __init__(self, out: BinaryIO, key: bytes):
        self.out, self.cipher, self.number, self.waiting = out, AESGCM(key), 0, bytearray()
        self.prefix = secrets.token_bytes(7)
        out.write(MAGIC + self.prefix)

    def write(self, content: bytes) -> int:
        self.waiting += content
        while len(self.waiting) > PIECE:
            self._write_piece(bytes(self.waiting[:PIECE]), is_last=False)
            del self.waiting[:PIECE]
        return len(content)

    def _write_piece(self, piece: bytes, *, is_last: bool) -> None:
        self.out.write(self.cipher.encrypt(_nonce(self.prefix, self.number, is_last), piece, MAGIC))
        self.number += 1

    def close(self) -> None:
        self._write_piece(bytes(self.waiting), is_last=True)


class VaultReader:
    """A file to read from; raises VaultDamaged at the first piece that does not fit."""

    def __init__(self, source: BinaryIO, key: bytes):
        self.source, self.cipher, self.number, self.ready, self.ended = (
            source,
            AESGCM(key),
            0,
            bytearray(),
            False,
        )
        if source.read(len(MAGIC)) != MAGIC:
            raise VaultDamaged("这不是门户的备份文件。")
        self.prefix = source.read(7)
        self.next = source.read(PIECE + TAG)

    def read(self, size: int = -1) -> bytes:
        while not self.ended and (size < 0 or len(self.ready) < size):
            piece, self.next = self.next, self.source.read(PIECE + TAG)
            self.ended = not self.next
            try:
                self.ready += self.cipher.decrypt(_nonce(self.prefix, self.number, self.ended), piece, MAGIC)
            except InvalidTag as error:
                raise VaultDamaged("备份文件不完整、被改动，或者密钥不对。") from error
            self.number += 1
        size = len(self.ready) if size < 0 else size
        content = bytes(self.ready[:size])
        del self.ready[:size]
        return content
