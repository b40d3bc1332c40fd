"""The log's keys: a file with one key a line, the newest first. All private ones sign, so that who trusts an
earlier key goes on verifying while a new one is made known; a retired key keeps its public half here.

    private <base64>      signs
    retired <verifier>    no longer signs; what it signed stays valid
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.trail.tlog import Signer, Verifier, decode, encode


def log_signers() -> list[Signer]:
    """Who signs, newest first."""
    return [
        Signer(settings.LOG_ORIGIN, Ed25519PrivateKey.from_private_bytes(decode(value)))
        for word, value in _lines()
        if word == "private"
    ]


def log_verifiers() -> list[Verifier]:
    """All keys that ever signed, newest first."""
    retired = [Verifier.parse(value) for word, value in _lines() if word == "retired"]
    return [*(signer.verifier for signer in log_signers()), *retired]


def add_key() -> Verifier:
    """A new key in front of the others; from the next checkpoint on both sign."""
    path = Path(settings.LOG_KEY_FILE)
    if not path.exists():
        _create(path)
        return log_signers()[0].verifier
    key = Ed25519PrivateKey.generate()
    _write([("private", encode(key.private_bytes_raw())), *_lines()])
    return log_signers()[0].verifier


def retire_keys() -> list[Verifier]:
    """Only the newest key goes on signing; the private halves of the others are gone. Returns the retired."""
    newest, *others = log_signers()
    kept = [line for line in _lines() if line[0] == "retired"]
    retired = [signer.verifier for signer in others]
    _write(
        [
            ("private", encode(newest.private.private_bytes_raw())),
            *(("retired", str(one)) for one in retired),
            *kept,
        ]
    )
    return retired


def _lines() -> list[tuple[str, str]]:
    path = Path(settings.LOG_KEY_FILE)
    if not path.exists():
        if settings.LOG_KEY_MUST_EXIST:
            raise ImproperlyConfigured(f"the log's key is missing: {path}")
        _create(path)
    words = (line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [(word, value.strip()) for word, value in words]


def _create(path: Path) -> None:
    """Of several processes that begin at once the first one's key stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    _put(draft, [("private", encode(Ed25519PrivateKey.generate().private_bytes_raw()))])
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write(lines: list[tuple[str, str]]) -> None:
    path = Path(settings.LOG_KEY_FILE)
    draft = path.with_name(f".{path.name}.new")
    _put(draft, lines)
    draft.replace(path)


def _put(path: Path, lines: list[tuple[str, str]]) -> None:
    text = "".join(f"{word} {value}\n" for word, value in lines)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
