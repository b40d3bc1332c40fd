"""Sealing of people's contacts at rest: authenticated encryption, every text says its algorithm and its key.

    ~A256GCM$k2$digest$base64

The keys stand in PRIVACY_KEYS, the newest first (`k2:base64,k1:base64`): the first one seals, all of them open.
The digest, keyed as well, is there where a field is searched for a whole value; else it is empty.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MARK, NONCE, TAG = "~", 12, 16
CIPHERS = {"A256GCM": (algorithms.AES, 32), "SM4GCM": (algorithms.SM4, 16)}


class Unreadable(ValueError):
    """Sealed with a key that is not here, or altered since."""


@dataclass(frozen=True)
class Key:
    name: str
    secret: bytes

    def for_use(self, use: str, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=f"portal.privacy {use}".encode()).derive(self.secret)


def known_keys() -> list[Key]:
    """Newest first. Without any, as in development, one that follows from SECRET_KEY."""
    return _parse(settings.PRIVACY_KEYS, settings.SECRET_KEY)


@cache
def _parse(text: str, fallback: str) -> list[Key]:
    if not text:
        return [Key("local", hashlib.sha256(fallback.encode()).digest())]
    found = [
        Key(name.strip(), base64.b64decode(value))
        for name, _, value in (one.partition(":") for one in text.split(","))
    ]
    if any(len(key.secret) < 32 or not key.name.isalnum() for key in found):
        raise ImproperlyConfigured("PRIVACY_KEYS holds name:base64 pairs of 32 bytes, the newest first.")
    return found


def seal(text: str, *, place: str, searchable: bool = False) -> str:
    """`place` is bound in: what was sealed for one column opens in no other."""
    key, algorithm = known_keys()[0], settings.PRIVACY_ALGORITHM
    nonce = secrets.token_bytes(NONCE)
    encryptor = _cipher(algorithm, key, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place.encode())
    body = encryptor.update(text.encode()) + encryptor.finalize()
    packed = base64.b64encode(nonce + body + encryptor.tag).decode()
    return f"{MARK}{algorithm}${key.name}${digest_of(text, key) if searchable else ''}${packed}"


def unseal(sealed: str, *, place: str) -> str:
    if not sealed.startswith(MARK):
        return sealed
    try:
        algorithm, name, _, packed = sealed[1:].split("$")
        key = next(key for key in known_keys() if key.name == name)
        data = base64.b64decode(packed)
        decryptor = _cipher(algorithm, key, modes.GCM(data[:NONCE], data[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(place.encode())
        return (decryptor.update(data[NONCE:-TAG]) + decryptor.finalize()).decode()
    except (InvalidTag, StopIteration, ValueError, KeyError) as error:
        raise Unreadable(f"{place}: the key is missing, or the text was altered") from error


def digest_of(text: str, key: Key) -> str:
    """The same for the same words whatever their case; says nothing to whoever has no key."""
    word = text.strip().casefold().encode()
    return hmac.new(key.for_use("search", 32), word, hashlib.sha256).hexdigest()[:32]


def digests_of(text: str) -> list[str]:
    """By every key: rows that a rotation has not reached yet are found too."""
    return [digest_of(text, key) for key in known_keys()]


def head_of_newest() -> str:
    """What a text that is sealed as of now begins with."""
    return f"{MARK}{settings.PRIVACY_ALGORITHM}${known_keys()[0].name}$"


def _cipher(algorithm: str, key: Key, mode) -> Cipher:
    kind, length = CIPHERS[algorithm]
    return Cipher(kind(_derived(key, algorithm, length)), mode)


@cache
def _derived(key: Key, use: str, length: int) -> bytes:
    return key.for_use(use, length)
