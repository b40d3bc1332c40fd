"""Proof of work of our own: where much is sent from one address, the browser computes, or a person answers a question.

Nobody is refused: without script the question does. A challenge is signed, lasts an hour and serves once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing

from portal.accounts import attempts

SALT, LASTS, BITS = "portal.proof-of-work", 3600, 14
DIGITS = "零一二三四五六七八九"
WRONG = "请回答此问题（填数字），再提交一次；其他内容都已保留，附件请重新选择。"


@dataclass(frozen=True)
class Challenge:
    """`token` carries the sum and a random part; `bits` zero bits must begin SHA-256 of token:nonce."""

    token: str
    question: str
    bits: int = BITS


def make_challenge() -> Challenge:
    one, other = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    token = signing.dumps({"n": secrets.token_hex(8), "a": one, "b": other}, salt=SALT)
    return Challenge(token, f"{DIGITS[one]}加{DIGITS[other]}等于几？")


def is_solved(token: str, nonce: str, answer: str) -> bool:
    try:
        told = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return False
    worked = has_zero_bits(hashlib.sha256(f"{token}:{nonce}".encode()).digest(), BITS)
    if not worked and answer.strip() != str(told["a"] + told["b"]):
        return False
    return attempts.take_once("proof", token)


def has_zero_bits(digest: bytes, bits: int) -> bool:
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - bits) == 0
