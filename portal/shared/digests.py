"""Digests and the one canonical text that they are taken over."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def sha256_hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sm3_hex(content: bytes) -> str:
    """GB/T 32905 digest."""
    return hashlib.new("sm3", content).hexdigest()


def digest_record(alg: str, value: str) -> dict[str, str]:
    """A digest as manifests carry it, so that a later algorithm can stand beside the earlier one."""
    return {"alg": alg, "value": value}


def matches_record(record: Mapping[str, str], content: bytes) -> bool:
    """Whether content has the digest on record. Raises ValueError for an algorithm unknown here."""
    if record["alg"] not in ALGORITHMS:
        raise ValueError(f"unknown digest algorithm: {record['alg']}")
    return hmac.compare_digest(ALGORITHMS[record["alg"]](content), record["value"].lower())


ALGORITHMS = {"sha256": sha256_hex, "sm3": sm3_hex}


class Digester:
    """SHA-256 and SM3 of one stream, read once."""

    def __init__(self) -> None:
        self._sha256, self._sm3, self.size = hashlib.sha256(), hashlib.new("sm3"), 0

    def update(self, chunk: bytes) -> None:
        self._sha256.update(chunk)
        self._sm3.update(chunk)
        self.size += len(chunk)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def sm3(self) -> str:
        return self._sm3.hexdigest()


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, NFC, ISO dates (moments in UTC), decimals as strings.

    Raises ValueError for NaN and infinity and for two keys that are one in NFC, TypeError for other types.
    """
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, Mapping):
        plain = {unicodedata.normalize("NFC", str(key)): _plain(item) for key, item in value.items()}
        if len(plain) != len(value):
            raise ValueError("two keys are one in NFC")
        return plain
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        # The database answers in UTC what a form gave in Shanghai: one moment, one text.
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    return value
