"""Proofs that a holder keeps: a signed text at once, and from the next checkpoint on the place in the public log."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portal.models import Leaf
from portal.shared.digests import canonical_json
from portal.trail.keys import log_signers, log_verifiers
from portal.trail.log import tiles_of
from portal.trail.publishing import statement_of
from portal.trail.tlog import Head, Note, encode, hash_leaf, prove_inclusion, sign_note, write_proof
from portal.trail.witnesses import all_witnesses, cosigners_of


def sign_statement(row: models.Model) -> str:
    """The row's facts under the portal's signature, good from the first second on; no checkpoint reads like it."""
    statement = statement_of(row)
    text = f"{settings.LOG_ORIGIN} statement\n{canonical_json({'kind': statement.kind, **statement.tell(row)})}\n"
    return sign_note(text, log_signers())


@dataclass(frozen=True)
class Place:
    """Where a row's statement stands in the public log, and what leads from its entry to the newest checkpoint."""

    leaf: Leaf
    checkpoint: str
    head: Head
    path: list[bytes]

    @property
    def digest(self) -> str:
        """With which the recomputing begins."""
        return encode(hash_leaf(self.leaf.entry.encode()))

    @property
    def root(self) -> str:
        """With which it ends."""
        return encode(self.head.root)

    @property
    def siblings(self) -> list[str]:
        return [encode(one) for one in self.path]

    @property
    def cosigners(self) -> list[str]:
        return cosigners_of(self.checkpoint)


def place_of(row: models.Model) -> Place | None:
    """None until a checkpoint covers the row (within a minute)."""
    key = f"{statement_of(row).kind}:{row.pk}"
    leaf = Leaf.objects.filter(kind=Leaf.Kind.STATEMENT, key=key).order_by("log", "number").first()
    tiles = tiles_of(leaf.log) if leaf else None
    if tiles is None or not tiles.checkpoint:
        return None
    head = Head.parse(Note.parse(tiles.checkpoint).text)
    if leaf.number >= head.size:
        return None
    return Place(leaf, tiles.checkpoint, head, prove_inclusion(tiles, leaf.number, head.size))


def prove_statement(row: models.Model) -> str | None:
    """The row's proof under the newest checkpoint, with what it says."""
    place = place_of(row)
    if place is None:
        return None
    leaf = place.leaf
    extra = {"kind": statement_of(row).kind, "salt": str(leaf.salt), "statement": json.loads(leaf.disclosed)}
    return write_proof(leaf.number, place.path, place.checkpoint, canonical_json(extra).encode())


def proof_response(row: models.Model, name: str) -> HttpResponse:
    """The proof as a file; before the first checkpoint that covers the row, the portal's signature alone."""
    proof = prove_statement(row)
    text, ending = (proof, "tlog-proof") if proof else (sign_statement(row), "signed.txt")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}")
    return response


def keys_file() -> str:
    """What deploy/verify/verify.py is told to trust."""
    lines = [f"log {one}" for one in log_verifiers()] + [f"witness {one.verifier}" for one in all_witnesses()]
    return "\n".join([*lines, f"quorum {settings.LOG_QUORUM}"]) + "\n"
