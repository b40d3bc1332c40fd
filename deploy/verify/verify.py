#!/usr/bin/env python3
"""Proof of receipts, certificates, trails and the whole public log, without the portal: one file, Python's standard
library and cryptography. It shares no line with the portal, so that both would have to be wrong in the same way.

    python3 verify.py proof  2026-0001.tlog-proof     a receipt or certificate with its proof, offline
    python3 verify.py note   2026-0001.receipt.txt    a receipt signed at once, offline
    python3 verify.py log    https://portal/log/      every leaf of the log, and that it continues what was seen last
    python3 verify.py trail  trail.json --log DIR     an exported trail (02-操作记录.json of a dossier's package, or one
                                                      event a line): its chains, and each event in the log
    python3 verify.py register https://portal/log/    the register rebuilt from the log, and what looks wrong in it

`--keys FILE` holds what you trust, one a line: `log KEY`, `witness KEY`, `quorum 2`. Take it from a person or from
paper, not from the site that you want to check. The exit status is 0 when all holds, 1 when something does not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, COSIGNATURE, WIDTH = 1, 4, 256
NEVER_CHANGES = {"notice", "draw"}  # kinds of public record that only ever appear once


class Wrong(Exception):
    """What does not hold, as a sentence."""


def hash_leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 root: pairs are joined, an odd one moves up as it is."""
    row = leaves
    while len(row) > 1:
        joined = [hash_node(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)]
        row = [*joined, row[-1]] if len(row) % 2 else joined
    return row[0] if row else hashlib.sha256().digest()


def canonical(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- keys, notes, checkpoints ---


class Keys:
    def __init__(self, lines: list[str]):
        self.logs, self.witnesses, self.quorum = [], [], 0
        for line in lines:
            word, _, rest = line.strip().partition(" ")
            if word == "log":
                self.logs.append(parse_key(rest))
            elif word == "witness":
                self.witnesses.append(parse_key(rest))
            elif word == "quorum":
                self.quorum = int(rest)


def parse_key(text: str) -> tuple[str, bytes, int, bytes]:
    """(name, id, kind, key)."""
    name, identity, key = text.strip().split("+", 2)
    raw = base64.b64decode(key, validate=True)
    known = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if known.hex() != identity or raw[0] not in (LOG, COSIGNATURE) or len(raw) != 33:
        raise Wrong(f"密钥行有误：{text[:60]}")
    return name, known, raw[0], raw[1:]


def open_note(note: str, keys: Keys, quorum: int | None = None) -> tuple[str, list[str]]:
    """(text, witnesses that signed); Wrong without the log's signature or with too few witnesses."""
    text, blank, lines = note.rpartition("\n\n")
    if not blank:
        raise Wrong("不是签名文本")
    text, signatures = text + "\n", []
    for line in lines.strip("\n").split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\N{EM DASH}":
            raise Wrong("签名行有误")
        signatures.append((parts[1], base64.b64decode(parts[2], validate=True)))
    if not any(is_signed(text, key, signatures) for key in keys.logs):
        raise Wrong("没有已知日志密钥的签名")
    witnesses = sorted({key[0] for key in keys.witnesses if is_signed(text, key, signatures)})
    wanted = keys.quorum if quorum is None else quorum
    if len(witnesses) < wanted:
        raise Wrong(f"见证方会签不足：需要 {wanted} 家，只有 {len(witnesses)} 家")
    return text, witnesses


def is_signed(text: str, key: tuple[str, bytes, int, bytes], signatures: list[tuple[str, bytes]]) -> bool:
    name, identity, kind, public = key
    for given, raw in signatures:
        if (given, raw[:4]) != (name, identity):
            continue
        message, signature = text.encode(), raw[4:]
        if kind == COSIGNATURE:
            message = f"cosignature/v1\ntime {int.from_bytes(raw[4:12], 'big')}\n".encode() + message
            signature = raw[12:]
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except InvalidSignature:
            raise Wrong(f"{name} 的签名不成立") from None
        return True
    return False


def read_head(text: str) -> tuple[str, int, bytes]:
    origin, size, root, *_ = text.split("\n")
    return origin, int(size), base64.b64decode(root, validate=True)


# --- proofs ---


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size or len(leaf) != 32:
        raise Wrong("证明的序号超出日志长度")
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Wrong("证明过长")
        if place & 1 or place == last:
            node = hash_node(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = hash_node(node, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("证明过短")
    return node


def check_proof(text: str, keys: Keys) -> str:
    head, _, checkpoint = text.partition("\n\n")
    first, *lines = head.split("\n")
    if first != "c2sp.org/tlog-proof@v1" or len(lines) < 2 or not lines[0].startswith("extra "):
        raise Wrong("不是带有内容的证明文件")
    extra = json.loads(base64.b64decode(lines[0][6:], validate=True))
    index = int(lines[1].removeprefix("index "))
    proof = [base64.b64decode(line, validate=True) for line in lines[2:]]
    entry = entry_of(extra)
    signed, witnesses = open_note(checkpoint, keys)
    origin, size, root = read_head(signed)
    if root_of(hash_leaf(entry), index, size, proof) != root:
        raise Wrong("内容与日志不符：此内容不在日志的这个位置")
    told = "，".join(f"{name} {value}" for name, value in extra["statement"].items())
    return f"成立：{told}；在日志 {origin} 的第 {index + 1} 条，共 {size} 条，会签：{'、'.join(witnesses) or '无'}"


def entry_of(extra: dict) -> bytes:
    digest = hashlib.sha256(f"{extra['salt']}\n{canonical(extra['statement'])}".encode()).hexdigest()
    return canonical({"statement": extra["kind"], "digest": digest}).encode()


# --- the whole log ---


class Source:
    """The log's files, from a folder or an address."""

    def __init__(self, place: str):
        self.place = place.rstrip("/")
        self.remote = re.match(r"https?://", place) is not None

    def read(self, name: str) -> bytes:
        try:
            if self.remote:
                with urllib.request.urlopen(f"{self.place}/{name}", timeout=30) as answer:
                    return answer.read()
            return (Path(self.place) / name).read_bytes()
        except (OSError, urllib.error.URLError) as error:
            raise Wrong(f"日志文件读不到：{name}（{error}）") from None


def tile_name(kind: str, number: int, width: int) -> str:
    digits = str(number).zfill(-(-len(str(number)) // 3) * 3)
    parts = [digits[n : n + 3] for n in range(0, len(digits), 3)]
    path = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{kind}/{path}" + ("" if width == WIDTH else f".p/{width}")


def read_log(source: Source, keys: Keys) -> tuple[str, int, bytes, list[bytes], list[bytes]]:
    """(origin, size, root, leaf hashes, entries), every entry hashed and the root computed anew."""
    text, _ = open_note(source.read("checkpoint").decode(), keys)
    origin, size, root = read_head(text)
    leaves, entries = [], []
    for number in range(-(-size // WIDTH)):
        width = min(size - number * WIDTH, WIDTH)
        tile, bundle = (read_part(source, kind, number, width) for kind in ("0", "entries"))
        mine = unpack(bundle)[:width]
        theirs = [tile[n : n + 32] for n in range(0, width * 32, 32)]
        for place, entry in enumerate(mine):
            if hash_leaf(entry) != theirs[place]:
                raise Wrong(f"日志第 {number * WIDTH + place + 1} 条的内容与摘要不符")
        if len(mine) != width:
            raise Wrong(f"日志第 {number * WIDTH + len(mine) + 1} 条缺失")
        leaves, entries = leaves + theirs, entries + mine
    if tree_root(leaves) != root:
        raise Wrong("日志内容与检查点不符")
    return origin, size, root, leaves, entries


def read_part(source: Source, kind: str, number: int, width: int) -> bytes:
    try:
        return source.read(tile_name(kind, number, width))
    except Wrong:
        if width == WIDTH:
            raise
        return source.read(tile_name(kind, number, WIDTH))


def unpack(bundle: bytes) -> list[bytes]:
    found, place = [], 0
    while place < len(bundle):
        end = place + 2 + int.from_bytes(bundle[place : place + 2], "big")
        found.append(bundle[place + 2 : end])
        place = end
    return found


def check_log(source: Source, keys: Keys, seen: Path | None) -> str:
    """Also against what was seen before: the leaves of that time must still give the root of that time."""
    origin, size, root, leaves, _ = read_log(source, keys)
    if seen and seen.exists():
        was = json.loads(seen.read_text(encoding="utf-8")).get(origin)
        if was and (was["size"] > size or tree_root(leaves[: was["size"]]).hex() != was["root"]):
            raise Wrong(f"日志被改写：上次看到 {was['size']} 条，现在的 {size} 条不是它的延续")
    if seen:
        kept = json.loads(seen.read_text(encoding="utf-8")) if seen.exists() else {}
        kept[origin] = {"size": size, "root": root.hex()}
        seen.write_text(json.dumps(kept), encoding="utf-8")
    return f"成立：日志 {origin} 共 {size} 条，逐条核对，与检查点一致"


# --- an exported trail ---


def read_events(text: str) -> list[dict]:
    if text.lstrip().startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def check_trail(events: list[dict], logged: set[str]) -> str:
    """Each stream's chain from its first event, and every event's digest in the log. Whether events are missing behind
    the last one of a stream is not seen here: the log has digests, not names.
    """
    ends: dict[str, tuple[int, str]] = {}
    withheld = 0
    for number, event in enumerate(events, start=1):
        is_withheld = bool(
            event.get("withheld")
        )  # a score before all are in: its digest stands here and in the log
        withheld += is_withheld
        body = event if is_withheld else json.loads(event["body"])
        stream, sequence = body["stream"], body["sequence"]
        before, previous = ends.get(stream, (0, "0" * 64))
        if sequence != before + 1:
            raise Wrong(f"第 {number} 项：{stream} 缺少第 {before + 1} 条记录")
        if event["previous_hash"] != previous:
            raise Wrong(f"第 {number} 项：{stream} 第 {sequence} 条与上一条不衔接")
        digest = hashlib.sha256(f"{previous}\n{event['body']}".encode()).hexdigest()
        if is_withheld:
            digest = event["hash"]
        if digest != event["hash"]:
            raise Wrong(f"第 {number} 项：{stream} 第 {sequence} 条的摘要与内容不符")
        if digest not in logged:
            raise Wrong(
                f"第 {number} 项：{stream} 第 {sequence} 条不在公开日志中（刚发生的，请在下一个检查点之后重取日志再验）"
            )
        ends[stream] = (sequence, digest)
    open_yet = f"；其中 {withheld} 条的内容暂未列入，只核对了摘要" if withheld else ""
    return f"成立：{len(events)} 条记录、{len(ends)} 条链，每条都在公开日志中{open_yet}"


# --- the register, rebuilt ---


def rebuild(entries: list[bytes]) -> tuple[dict, list[str]]:
    """({kind: {key: record}}, what looks wrong)."""
    found: dict[str, dict] = {}
    wrong, before = [], None  # what the checkpoint before these entries said
    for number, raw in enumerate(entries, start=1):
        entry = json.loads(raw)
        if "checkpoint" in entry:
            before = entry["checkpoint"]
        elif "public" in entry:
            kind, key, record = entry["public"], entry["key"], entry["record"]
            earlier = found.setdefault(kind, {}).get(key)
            if (
                earlier is not None
                and kind in NEVER_CHANGES
                and {**earlier, "state": 0} != {**record, "state": 0}
            ):
                wrong.append(f"第 {number} 项：已公布的{key}后来被改动")
            day = record.get("dated")
            if (
                earlier is None
                and day
                and before
                and day < before["clock"][:10]
                and not record.get("imported")
            ):
                wrong.append(
                    f"第 {number} 项：{key}的日期 {day} 早于 {before['clock'][:10]} 的检查点，而当时日志中没有"
                )
            found[kind][key] = record
    return found, wrong


def check_register(source: Source, keys: Keys, page: str) -> str:
    """The register as the log tells it, compared with the list that the site publishes."""
    *_, entries = read_log(source, keys)
    found, wrong = rebuild(entries)
    if page:
        shown = json.loads(Source(page.rsplit("/", 1)[0]).read(page.rsplit("/", 1)[1]))
        for kind, rows in shown.items():
            wrong += compare(kind, found.get(kind, {}), rows)
    if wrong:
        raise Wrong("；".join(wrong))
    return "成立：" + "，".join(f"{kind} {len(rows)} 项" for kind, rows in sorted(found.items()))


def compare(kind: str, logged: dict, shown: dict) -> list[str]:
    wrong = [f"{kind} {key}：页面有，日志没有" for key in sorted(shown.keys() - logged.keys())]
    standing = {key for key, row in logged.items() if row.get("state") != "gone"}
    wrong += [f"{kind} {key}：日志有，页面没有" for key in sorted(standing - shown.keys())]
    both = sorted(shown.keys() & logged.keys())
    return wrong + [f"{kind} {key}：页面与日志不同" for key in both if shown[key] != logged[key]]


def run(options: argparse.Namespace) -> str:
    keys = Keys(Path(options.keys).read_text(encoding="utf-8").splitlines())
    if options.what == "proof":
        return check_proof(Path(options.place).read_text(encoding="utf-8"), keys)
    if options.what == "note":
        return "成立：" + open_note(Path(options.place).read_text(encoding="utf-8"), keys, 0)[
            0
        ].strip().replace("\n", "，")
    if options.what == "log":
        return check_log(Source(options.place), keys, options.seen)
    if options.what == "register":
        return check_register(Source(options.place), keys, options.page)
    *_, entries = read_log(Source(options.log), keys)
    logged = {json.loads(entry).get("event") for entry in entries}
    return check_trail(read_events(Path(options.place).read_text(encoding="utf-8")), logged)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["proof", "note", "log", "trail", "register"])
    parser.add_argument("place", help="file, folder or address")
    parser.add_argument("--keys", default="keys.txt", help="what you trust")
    parser.add_argument("--log", default="log", help="the log that a trail is looked up in")
    parser.add_argument("--seen", type=Path, help="file that remembers what was seen last")
    parser.add_argument("--page", default="", help="address of the register's records as the site shows them")
    try:
        print(run(parser.parse_args()))
    except (Wrong, ValueError, KeyError, OSError) as error:
        print(f"不成立：{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
