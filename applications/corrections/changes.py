"""What changed between two submissions, from their manifests alone: files by digest, fields, the report's text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Pair:
    label: str
    before: str
    after: str


@dataclass
class Change:
    """One material, before and after. A file that is in both is not named."""

    title: str
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.gone or self.come or self.pairs)


def compare_manifests(before: Mapping, after: Mapping, labels: Mapping[str, str]) -> list[Change]:
    """The materials that differ, in statutory order. `labels` names registered fields by their code."""
    earlier = {entry["item"]: entry for entry in before["materials"]}
    changes = []
    for entry in after["materials"]:
        old = earlier.get(entry["item"], {"files": [], "fields": {}})
        change = Change(f"{entry['item']}{entry['title']}")
        had, has = _files(old), _files(entry)
        change.gone = [name for digest, name in had.items() if digest not in has]
        change.come = [name for digest, name in has.items() if digest not in had]
        if old.get("none") != entry.get("none"):
            change.pairs.append(Pair("声明", _none(old), _none(entry)))
        change.pairs += _fields(old.get("fields") or {}, entry.get("fields") or {}, labels)
        if change:
            changes.append(change)
    return changes


def compare_reports(before: list[dict], after: list[dict]) -> list[Change]:
    """Two reports as `applications.dossiers.documents.report_sections` gives them, section by section."""
    earlier = {section["code"]: section for section in before}
    changes = []
    for section in after:
        old = earlier.get(section["code"], {"fields": [], "tables": []})
        had = {label: value for label, value, _ in old["fields"]}
        pairs = [
            Pair(label, had.get(label, ""), value)
            for label, value, _ in section["fields"]
            if had.get(label, "") != value
        ]
        tables = {table["label"]: table["rows"] for table in old["tables"]}
        pairs += [
            Pair(table["label"], _rows(tables.get(table["label"], [])), _rows(table["rows"]))
            for table in section["tables"]
            if tables.get(table["label"], []) != table["rows"]
        ]
        if pairs:
            changes.append(Change(section["title"], pairs=pairs))
    return changes


def _files(entry: Mapping) -> dict[str, str]:
    return {file["sha256"]: file["name"] for file in entry.get("files", [])}


def _none(entry: Mapping) -> str:
    none = entry.get("none")
    return f"{none['declared']} {none['reason']}".strip() if none else "—"


def _fields(before: Mapping, after: Mapping, labels: Mapping[str, str]) -> Iterator[Pair]:
    for code in [*before, *(code for code in after if code not in before)]:
        old, new = _words(before.get(code)), _words(after.get(code))
        if old != new:
            yield Pair(labels.get(code, code), old, new)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_words(one) for one in value)
    if isinstance(value, Mapping):
        return "，".join(str(one) for one in value.values() if one not in ("", None))
    return "" if value is None else str(value)


def _rows(rows: list[list[str]]) -> str:
    return "\n".join("，".join(cell for cell in row if cell) for row in rows)
