"""What changed between two submissions, from their manifests alone: files by digest, fields, the report's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from applications.dossiers.documents import words
from applications.editions.model import FieldSpec, MaterialSpec


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


def compare_manifests(before: Mapping, after: Mapping, specs: Iterable[MaterialSpec]) -> list[Change]:
    """The materials that differ, in statutory order; what was registered reads in the words of its own material."""
    known = {spec.ordinal: spec for spec in specs}
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
        change.pairs += _fields(known[entry["item"]], old.get("fields") or {}, entry.get("fields") or {})
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


def _fields(spec: MaterialSpec, before: Mapping, after: Mapping) -> Iterator[Pair]:
    for field_spec in spec.fields:
        old, new = (words(field_spec, values.get(field_spec.code)) for values in (before, after))
        if old != new:
            yield Pair(field_spec.label, old, new)
    if table := spec.table:
        old, new = (_rows(_cells(table.columns, values.get(table.code))) for values in (before, after))
        if old != new:
            yield Pair(table.label, old, new)


def _cells(columns: Iterable[FieldSpec], rows: list[dict] | None) -> list[list[str]]:
    return [[words(column, row.get(column.code)) for column in columns] for row in rows or []]


def _rows(rows: list[list[str]]) -> str:
    return "\n".join("，".join(cell for cell in row if cell) for row in rows)
