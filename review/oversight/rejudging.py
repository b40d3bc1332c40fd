"""Article 5 judged anew from an evidence package alone, by the rules that its year was published by."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from applications.editions.frozen import read_checked
from applications.eligibility import Figures, assess
from portal.shared import law
from portal.shared.digests import sha256_hex
from portal.shared.refusal import RecordAltered

EDITION, RECORDS, SUMS = "07-适用办法.json", "03-卷宗记录.json", "SHA256SUMS.txt"
JUDGED = ("criteria", "ratios", "mark", "summary", "relaxing")


@dataclass(frozen=True)
class Finding:
    """One thing that was compared, in a sentence."""

    holds: bool
    words: str


def rejudge(package: zipfile.ZipFile) -> list[Finding]:
    """What the package proves, in the order of the proof; it stops at the first thing that takes away its ground."""
    found = []
    for finding in _walk(package):
        found.append(finding)
        if not finding.holds and finding.words.startswith("不能重新判定"):
            break
    return found


def _walk(package: zipfile.ZipFile) -> Iterator[Finding]:
    absent = {EDITION, RECORDS, SUMS} - set(package.namelist())
    if absent:
        yield Finding(False, f"不能重新判定：包内没有 {'、'.join(sorted(absent))}。")
        return
    yield _check_sums(package)
    record = json.loads(package.read(RECORDS))
    text = package.read(EDITION).decode()
    try:
        edition = read_checked(text, record["application"]["edition_digest"])
    except RecordAltered as refusal:
        yield Finding(False, f"不能重新判定：{refusal}")
        return
    yield Finding(
        True,
        f"适用办法：《{edition.title}》（{edition.document_number}），摘要 {sha256_hex(text.encode())}。",
    )
    yield from _check_manifests(record, sha256_hex(text.encode()))
    kept = record["application"]["assessment"]
    if "criteria" not in kept or "figures" not in kept:
        yield Finding(
            False, f"不能重新判定：卷宗没有{law.CONDITIONS}核对的记录（复核件不核对{law.CONDITIONS}）。"
        )
        return
    anew = assess(
        edition, Figures.from_json(kept["figures"]), as_of=date.fromisoformat(kept["as_of"])
    ).to_json()
    differing = list(_differences(kept, json.loads(json.dumps(anew))))
    for words in differing:
        yield Finding(False, words)
    if not differing:
        yield Finding(True, f"{law.CONDITIONS}重新判定的结果与记录一致：{kept['mark']}，{kept['summary']}")


def _check_sums(package: zipfile.ZipFile) -> Finding:
    lines = package.read(SUMS).decode().splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines if line)
    others = set(package.namelist()) - {SUMS}
    wrong = sorted(listed.keys() ^ others)
    wrong += [name for name in sorted(listed.keys() & others) if _digest(package, name) != listed[name]]
    if wrong:
        return Finding(False, f"与摘要清单不一致的文件：{'、'.join(wrong)}。")
    return Finding(True, f"包内 {len(listed)} 个文件与摘要清单一致。")


def _digest(package: zipfile.ZipFile, name: str) -> str:
    with package.open(name) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _check_manifests(record: dict, digest: str) -> Iterator[Finding]:
    """Every submission was sealed with the digest of the rules that it was filed under."""
    for row in record["submissions"]:
        sound = sha256_hex(row["manifest"].encode()) == row["sha256"]
        same = json.loads(row["manifest"])["edition_digest"] == digest
        words = "一致" if sound and same else "不一致"
        yield Finding(sound and same, f"提交 {row['receipt']} 的材料清单和所载办法摘要与封存的{words}。")


def _differences(kept: dict, anew: dict) -> Iterator[str]:
    before = {row["code"]: row for row in kept["criteria"]}
    after = {row["code"]: row for row in anew["criteria"]}
    for code in [*before, *(code for code in after if code not in before)]:
        if before.get(code) != after.get(code):
            label = (before.get(code) or after[code])["label"]
            yield f"“{label}”不一致：记录为“{_shown(before.get(code))}”，重新判定为“{_shown(after.get(code))}”。"
    for name in JUDGED[1:]:
        if kept.get(name) != anew[name]:
            yield f"{name} 不一致：记录为 {kept.get(name)}，重新判定为 {anew[name]}。"


def _shown(row: dict | None) -> str:
    return f"{row['verdict']} {row['sentence']}" if row else "无"
