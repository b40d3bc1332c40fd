#!/usr/bin/env python3
"""A witness of the portal's public log (C2SP tlog-witness): one file, Python's standard library and cryptography.

Run it where the portal's operator has no hand: a department, the discipline inspection, an association. It
co-signs a checkpoint only when it continues what this witness has seen before, and it keeps all it has seen.

    python3 witness.py --name example.org/witness --state /var/lib/witness --log 'LOG-KEY' --listen 0.0.0.0:8650

The first start makes the key and prints the line that the portal's operator needs. Nothing but the checkpoint
passes through here: no name, no file, no dossier.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

DASH = "\N{EM DASH}"
LONGEST = 64 * 1024  # bytes of a request
LOG, COSIGNATURE = 1, 4  # signature types


def key_line(name: str, kind: int, public: bytes) -> str:
    identity = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
    return f"{name}+{identity.hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


def parse_key(line: str) -> tuple[str, bytes, bytes]:
    """(name, id, public key) of a log's key; ValueError when it is none."""
    name, identity, key = line.strip().split("+", 2)
    raw = base64.b64decode(key, validate=True)
    if raw[0] != LOG or len(raw) != 33 or key_line(name, LOG, raw[1:]) != line.strip():
        raise ValueError(f"not the key of a log: {line[:60]}")
    return name, bytes.fromhex(identity), raw[1:]


def hash_node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def continues(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: whether the newer tree only adds to the older one."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = hash_node(sibling, first), hash_node(sibling, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = hash_node(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Refused(Exception):
    def __init__(self, status: int, body: str, content_type: str = "text/plain; charset=utf-8"):
        super().__init__(body)
        self.status, self.body, self.content_type = status, body, content_type


def read_request(body: str) -> tuple[int, list[bytes], str]:
    """(old size, proof, checkpoint); Refused when it is no request."""
    try:
        head, checkpoint = body.split("\n\n", 1)
        first, *lines = head.split("\n")
        word, old = first.split(" ")
        if word != "old" or not old.isdecimal() or str(int(old)) != old or len(lines) > 63:
            raise ValueError
        return int(old), [base64.b64decode(line, validate=True) for line in lines], checkpoint
    except ValueError:
        raise Refused(400, "not a request\n") from None


def read_checkpoint(note: str) -> tuple[str, str, int, bytes, list[tuple[str, bytes]]]:
    """(text, origin, size, root, [(name, id + signature)]); Refused when it is no checkpoint."""
    try:
        text, lines = note.rsplit("\n\n", 1)
        origin, size, root, *_ = text.split("\n")
        signatures = []
        for line in lines.strip("\n").split("\n"):
            dash, name, signature = line.split(" ")
            if dash != DASH:
                raise ValueError
            signatures.append((name, base64.b64decode(signature, validate=True)))
        raw = base64.b64decode(root, validate=True)
        if not size.isdecimal() or str(int(size)) != size or len(raw) != 32:
            raise ValueError
        return text + "\n", origin, int(size), raw, signatures
    except ValueError:
        raise Refused(400, "not a checkpoint\n") from None


class Witness:
    def __init__(self, name: str, state: Path, logs: list[str]):
        self.name, self.state, self.lock = name, Path(state), threading.Lock()
        self.state.mkdir(parents=True, exist_ok=True)
        self.logs: dict[str, list[tuple[str, bytes, bytes]]] = {}
        for parsed in map(parse_key, logs):
            self.logs.setdefault(parsed[0], []).append(parsed)
        self.key = self._load_key()

    def _load_key(self) -> Ed25519PrivateKey:
        path = self.state / "key"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(Ed25519PrivateKey.generate().private_bytes_raw())
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        return key_line(self.name, COSIGNATURE, self.public)

    def add_checkpoint(self, body: str) -> str:
        """Signature line for a checkpoint that continues the last one; Refused with the protocol's status."""
        old, proof, note = read_request(body)
        text, origin, size, root, signatures = read_checkpoint(note)
        self._check_signature(text, origin, signatures)
        if old > size:
            raise Refused(400, "the old size is larger than the new one\n")
        with self.lock:
            seen = self.last(origin)
            seen_size, seen_root = (seen["size"], base64.b64decode(seen["root"])) if seen else (0, b"")
            if old != seen_size:
                raise Refused(409, f"{seen_size}\n", "text/x.tlog.size")
            if old == size and seen and root != seen_root:
                self._remember(origin, "refused", note=note, why="another tree of the same size")
                raise Refused(409, f"{seen_size}\n", "text/x.tlog.size")
            if not continues(old, seen_root, size, root, proof):
                self._remember(origin, "refused", note=note, why="does not continue what was seen")
                raise Refused(422, "does not continue what was seen\n")
            line = self._cosign(text)
            head = {"size": size, "root": base64.b64encode(root).decode(), "note": note + line}
            self._remember(origin, "seen", **head)
            self._keep(origin, head)
        return line

    def _check_signature(self, text: str, origin: str, signatures: list[tuple[str, bytes]]) -> None:
        # A log that went on after a loss has its number behind the first one's name.
        known = [
            key for name, keys in self.logs.items() if f"{origin}/".startswith(f"{name}/") for key in keys
        ]
        if not known:
            raise Refused(404, "unknown log\n")
        for name, identity, public in known:
            for given, signature in signatures:
                if given == name and signature[:4] == identity:
                    try:
                        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
                    except InvalidSignature:
                        continue
                    return
        raise Refused(403, "no signature of a known key\n")

    def _cosign(self, text: str) -> str:
        now = int(time.time())
        signature = self.key.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        identity = bytes.fromhex(self.verifier.split("+", 2)[1])
        signed = base64.b64encode(identity + now.to_bytes(8) + signature).decode()
        return f"{DASH} {self.name} {signed}\n"

    def folder(self, origin: str) -> Path:
        return self.state / hashlib.sha256(origin.encode()).hexdigest()

    def last(self, origin: str) -> dict | None:
        path = self.folder(origin) / "last.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def _keep(self, origin: str, head: dict) -> None:
        """On the disk before the answer goes out."""
        path = self.folder(origin) / "last.json"
        draft = path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(head, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def _remember(self, origin: str, what: str, **facts) -> None:
        folder = self.folder(origin)
        folder.mkdir(exist_ok=True)
        with (folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"at": int(time.time()), "what": what, **facts}) + "\n")

    def read(self, path: str) -> str:
        """What monitors read: /<sha256 of the origin>/checkpoint and …/history; / tells the key."""
        if path == "/":
            return self.verifier + "\n"
        asked = re.fullmatch(r"/([0-9a-f]{64})/(checkpoint|history)", path)
        file = (
            self.state / asked[1] / ("last.json" if asked[2] == "checkpoint" else "history.jsonl")
            if asked
            else None
        )
        if file is None or not file.exists():
            raise Refused(404, "nothing here\n")
        text = file.read_text(encoding="utf-8")
        return json.loads(text)["note"] if asked[2] == "checkpoint" else text


def handler_of(witness: Witness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version, timeout = "HTTP/1.1", 10

        def do_GET(self):
            self.answer(lambda: witness.read(self.path))

        def do_POST(self):
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/add-checkpoint" or not 0 < length <= LONGEST:
                self.close_connection = True
                self.answer(lambda: refuse(400))
                return
            body = self.rfile.read(length).decode("utf-8", "replace")
            self.answer(lambda: witness.add_checkpoint(body))

        def answer(self, work) -> None:
            try:
                status, body, content_type = 200, work(), "text/plain; charset=utf-8"
            except Refused as refused:
                status, body, content_type = refused.status, refused.body, refused.content_type
            raw = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *arguments):
            """Nothing on the console for each request; history.jsonl has what matters."""

    return Handler


def refuse(status: int) -> str:
    raise Refused(status, "not a request\n")


def serve(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    return ThreadingHTTPServer((host, port), handler_of(witness))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--name", required=True, help="the witness's name, an address without scheme")
    parser.add_argument("--state", required=True, type=Path, help="folder for the key and what was seen")
    parser.add_argument("--log", action="append", default=[], help="key line of a log; may be given again")
    parser.add_argument("--listen", default="127.0.0.1:8650")
    parser.add_argument("--show-key", action="store_true", help="print the key line and end")
    options = parser.parse_args()
    witness = Witness(options.name, options.state, options.log)
    print(witness.verifier, flush=True)
    if not options.show_key:
        host, _, port = options.listen.rpartition(":")
        serve(witness, host, int(port)).serve_forever()


if __name__ == "__main__":
    main()
