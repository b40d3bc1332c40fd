"""The public log's arithmetic: RFC 6962 hashing, signed notes, checkpoints and proofs as C2SP describes them.

Pure functions over bytes. Trees are read through `Hashes`, so that a million leaves on disk (portal.trail.tiles)
and eight in a test are the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4  # signature types of signed-note and tlog-cosignature
DASH = "\N{EM DASH}"
PROOF_HEADER = "c2sp.org/tlog-proof@v1"


class Hashes(Protocol):
    def read(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of 2**level leaves at that place; level is a multiple of 8."""


class HashList:
    """Leaf hashes in memory."""

    def __init__(self, leaves: Iterable[bytes]):
        self.leaves = list(leaves)

    def read(self, level: int, index: int) -> bytes:
        return (
            self.leaves[index]
            if level == 0
            else tree_hash(HashList(self.leaves), index << level, (index + 1) << level, level)
        )


def hash_leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_hash(hashes: Hashes, start: int, end: int, below: int = 64) -> bytes:
    """MTH(D[start:end]); subtrees that the store holds whole (below the level `below`) are read, not computed."""
    count = end - start
    if count == 0:
        return hashlib.sha256().digest()
    level = count.bit_length() - 1
    if count == 1 << level and level % 8 == 0 and level < below and start % count == 0:
        return hashes.read(level, start >> level)
    split = start + (1 << (count - 1).bit_length() - 1)
    return hash_node(tree_hash(hashes, start, split, below), tree_hash(hashes, split, end, below))


def prove_inclusion(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """RFC 6962, 2.1.1: the siblings from the leaf up."""
    path, start, end = [], 0, size
    while end - start > 1:
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if index < split:
            path.append(tree_hash(hashes, split, end))
            end = split
        else:
            path.append(tree_hash(hashes, start, split))
            start = split
    return path[::-1]


def prove_consistency(hashes: Hashes, old: int, new: int) -> list[bytes]:
    """RFC 6962, 2.1.2: that the tree of `new` leaves begins with that of `old`."""
    if old in (0, new):
        return []
    path, start, end, whole = [], 0, new, True
    while old != end:
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if old <= split:
            path.append(tree_hash(hashes, split, end))
            end = split
        else:
            path.append(tree_hash(hashes, start, split))
            start, whole = split, False
    if not whole:
        path.append(tree_hash(hashes, start, end))
    return path[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to; None when the proof has the wrong length."""
    if not 0 <= index < size or len(leaf) != 32:
        return None
    node, last, left = leaf, size - 1, list(proof)
    while last:
        if index % 2 or index < last:
            if not left:
                return None
            node = hash_node(left.pop(0), node) if index % 2 else hash_node(node, left.pop(0))
        index, last = index // 2, last // 2
    return None if left else node


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer tree only adds to the older one."""
    if old > new or old < 0:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    left = list(proof)
    index, last = old - 1, new - 1
    while index % 2:
        index, last = index // 2, last // 2
    if index:
        if not left:
            return False
        first = second = left.pop(0)
    else:
        first = second = old_root
    while last:
        if index % 2 or index < last:
            if not left:
                return False
            sibling = left.pop(0)
            if index % 2:
                first, second = hash_node(sibling, first), hash_node(sibling, second)
            else:
                second = hash_node(second, sibling)
        index, last = index // 2, last // 2
    return not left and first == old_root and second == new_root


# --- signed notes ---


def encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class Verifier:
    """A public key as notes name it: `name+hex id+base64(kind, key)`."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Raises ValueError for anything that is no key, or whose id is not its own."""
        name, given, key = text.strip().split("+", 2)
        raw = decode(key)
        found = cls(name, raw[0], raw[1:])
        if found.kind not in (ED25519, COSIGNATURE) or len(found.public) != 32 or found.id.hex() != given:
            raise ValueError(f"not a verifier key: {text[:60]}")
        return found

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode(bytes([self.kind]) + self.public)}"

    def is_signed(self, text: str, signature: bytes) -> bool:
        message = text.encode()
        if self.kind == COSIGNATURE:
            message = f"cosignature/v1\ntime {int.from_bytes(signature[:8])}\n".encode() + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, ED25519, self.private.public_key().public_bytes_raw())

    def line(self, text: str) -> str:
        return f"{DASH} {self.name} {encode(self.verifier.id + self.private.sign(text.encode()))}\n"


@dataclass(frozen=True)
class Note:
    """A text and its signature lines, as (name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, raw: str) -> Note:
        """Raises ValueError for what is no signed note."""
        text, blank, lines = raw.rpartition("\n\n")
        if not blank or not lines.endswith("\n") or any(c < " " and c != "\n" for c in raw):
            raise ValueError("not a signed note")
        signatures = []
        for line in lines[:-1].split("\n"):
            dash, name, signature = line.split(" ")
            if dash != DASH or not name or "+" in name:
                raise ValueError("not a signature line")
            body = decode(signature)
            signatures.append((name, body[:4], body[4:]))
        return cls(text + "\n", tuple(signatures))

    def signed_by(self, known: Iterable[Verifier]) -> list[Verifier]:
        """Which of the known keys signed it. Raises ValueError when a line of a known key does not verify."""
        found = []
        for verifier in known:
            for name, identity, signature in self.signatures:
                if (name, identity) == (verifier.name, verifier.id) and verifier not in found:
                    if not verifier.is_signed(self.text, signature):
                        raise ValueError(f"signature of {name} does not verify")
                    found.append(verifier)
        return found


def sign_note(text: str, signers: Iterable[Signer]) -> str:
    return text + "\n" + "".join(signer.line(text) for signer in signers)


# --- checkpoints and proofs ---


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: the log's origin, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Raises ValueError for what is no checkpoint."""
        origin, size, root, *_ = text.split("\n")
        if not origin or not size.isdecimal() or str(int(size)) != size or len(decode(root)) != 32:
            raise ValueError("not a checkpoint")
        return cls(origin, int(size), decode(root))


def write_proof(index: int, proof: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """One text file that proves an entry offline (tlog-proof)."""
    head = [PROOF_HEADER, *([f"extra {encode(extra)}"] if extra else []), f"index {index}"]
    return "\n".join([*head, *map(encode, proof)]) + "\n\n" + checkpoint


def read_proof(text: str) -> tuple[int, list[bytes], str, bytes]:
    """(index, proof, checkpoint, extra). Raises ValueError for what is no proof."""
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != PROOF_HEADER:
        raise ValueError("not a proof")
    extra = decode(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else b""
    word, _, index = lines.pop(0).partition(" ")
    if word != "index" or not index.isdecimal():
        raise ValueError("not a proof")
    return int(index), [decode(line) for line in lines], checkpoint, extra
