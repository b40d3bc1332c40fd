"""What the public is handed for something sent in: a consecutive number and a code that opens it."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for something else
CODE_LENGTH = 8
SHOWN_FOR = 30 * 60  # seconds; afterwards the browser may be somebody else's


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def keep_for(session, row: Any) -> None:
    """Let this browser see the receipt again for a while; the code stands in no address."""
    session[f"receipt:{row.receipt_number}"] = int(time.time())


def kept_for(session, rows: models.QuerySet, number: str):
    """The row whose receipt this browser was handed a moment ago, or None."""
    if time.time() - session.get(f"receipt:{number}", 0) > SHOWN_FOR:
        return None
    return rows.filter(receipt_number=number).first()


def find_by_code(rows: models.QuerySet, number: str, code: str):
    """The row that the holder of number and code may see, or None."""
    row = rows.filter(receipt_number=number.strip().upper()).first()
    return row if row and opens(row, code) else None


def opens(row: models.Model, typed: str) -> bool:
    return any(is_code(known, typed) for known in _known_codes(row))


def _known_codes(row: Any) -> list[str]:
    """The kept one; of a row that keeps none, those of the keys before this one too, as long as they stand beside it."""
    if not isinstance(getattr(type(row), "query_code", None), property):
        return [row.query_code]
    return [code_for(row, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def is_code(code: str, typed: str) -> bool:
    return secrets.compare_digest(code.encode(), typed.strip().replace("-", "").upper().encode())


def code_for(row: models.Model, key: str | None = None) -> str:
    """A code of a row that keeps none: always the same, and not to be guessed without the portal's key."""
    digest = salted_hmac(
        "portal.query_code", f"{row._meta.label_lower}:{row.pk}", secret=key, algorithm="sha256"
    ).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])
