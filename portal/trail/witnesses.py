"""Witnesses asked to co-sign the log's head (C2SP tlog-witness), and what they have seen read back.

Each is an address and a key in LOG_WITNESSES; one that does not answer costs three seconds and no checkpoint.
"""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings

from portal.trail.tiles import Tiles
from portal.trail.tlog import Head, Note, Verifier, encode, prove_consistency

PATIENCE = 3  # seconds for an answer
LONGEST = 4 * 1024 * 1024  # bytes of an answer


@dataclass(frozen=True)
class Witness:
    address: str
    verifier: Verifier

    @property
    def name(self) -> str:
        return self.verifier.name


class Refusal(Exception):
    """Why a witness did not sign, as a Chinese sentence."""


def all_witnesses() -> list[Witness]:
    pairs = (line.split(" ", 1) for line in settings.LOG_WITNESSES)
    return [Witness(address.rstrip("/"), Verifier.parse(key)) for address, key in pairs]


def ask_all(head: Head, note: str, tiles: Tiles) -> tuple[str, dict[str, str]]:
    """(signature lines, {name: why not}); all are asked at the same time."""

    def ask(witness: Witness) -> tuple[str, str]:
        try:
            return _ask(witness, head, note, tiles), ""
        except Refusal as refusal:
            return "", str(refusal)

    known = all_witnesses()
    if not known:
        return "", {}
    with ThreadPoolExecutor(len(known)) as threads:
        answers = dict(zip((one.name for one in known), threads.map(ask, known), strict=True))
    lines = "".join(line for line, _ in answers.values())
    return lines, {name: sentence for name, (_, sentence) in answers.items() if sentence}


def _ask(witness: Witness, head: Head, note: str, tiles: Tiles) -> str:
    old = 0
    for _ in range(2):
        status, answer = _post(witness, _request(old, head, note, tiles))
        if status == 200:
            return _checked(witness, head, answer)
        if status == 409 and answer.strip().isdecimal() and int(answer) != old:
            old = int(answer)
            if old > head.size:
                raise Refusal(f"见证方见过 {old} 条的日志，现在只有 {head.size} 条")
            continue
        break
    if status in (409, 422):
        raise Refusal("见证方认为现在的日志不是它见过的日志的延续")
    raise Refusal(f"见证方没有会签（{status}）")


def _request(old: int, head: Head, note: str, tiles: Tiles) -> str:
    proof = prove_consistency(tiles, old, head.size)
    return "".join([f"old {old}\n", *(f"{encode(one)}\n" for one in proof), "\n", note])


def _post(witness: Witness, body: str) -> tuple[int, str]:
    request = urllib.request.Request(f"{witness.address}/add-checkpoint", body.encode(), method="POST")
    return _open(request)


def _open(request: urllib.request.Request | str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read(LONGEST).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(LONGEST).decode("utf-8", "replace")
    except (OSError, ValueError):
        raise Refusal("见证方没有应答") from None


def _checked(witness: Witness, head: Head, lines: str) -> str:
    try:
        signed = Note.parse(f"{head.text}\n{lines}").signed_by([witness.verifier])
    except ValueError:
        signed = []
    if not signed:
        raise Refusal("见证方的签名不成立")
    return lines


def cosigners_of(note: str) -> list[str]:
    """Names of the known witnesses whose signatures on a checkpoint hold."""
    return [one.name for one in Note.parse(note).signed_by(w.verifier for w in all_witnesses())]


def read_history(witness: Witness, origin: str) -> list[Head]:
    """Every head of this log that the witness has co-signed, oldest first. Raises Refusal when it does not answer."""
    name = hashlib.sha256(origin.encode()).hexdigest()
    status, text = _open(f"{witness.address}/{name}/history")
    if status == 404:
        return []
    if status != 200:
        raise Refusal(f"见证方没有应答（{status}）")
    notes = [row["note"] for row in map(json.loads, text.splitlines()) if row["what"] == "seen"]
    return [Head.parse(note.text) for note in map(Note.parse, notes) if note.signed_by([witness.verifier])]
