"""Pins: the pages of a dossier that a score stands on, kept beside it with file, page and digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from applications.models import Application

MOST = 8  # of one part of the rubric


def place_of(context: Mapping) -> tuple[str, str]:
    """What stands open in the viewer: "material:file:page", and the same in words."""
    row, file = context["selected"], context["opened"].file
    page = context["viewer"].get("number") if file and file.extension == "pdf" else None
    return (
        f"{row['material'].code}:{file.pk if file else ''}:{page or ''}",
        _words(row["spec"], file, page),
    )


def pins_of(application: Application, places: Iterable[str]) -> tuple[list[dict], bool]:
    """What the places point at in this dossier, each once; and whether all of them were found there."""
    wanted = list(dict.fromkeys(place for place in places if place))
    if not wanted:
        return [], True
    materials = {row.code: row for row in application.materials.prefetch_related("files__file")}
    found = [pin for pin in (_pin(application, materials, place) for place in wanted) if pin]
    return found[:MOST], len(found) == len(wanted)


def address_of(place: str) -> str:
    """The query that opens the place in a viewer."""
    material, file, page = (*place.split(":"), "", "")[:3]
    return urlencode([(key, value) for key, value in (("m", material), ("f", file), ("p", page)) if value])


def with_addresses(entry: Mapping) -> dict:
    """One part of a sheet, each of its pins with the query that opens it."""
    return {**entry, "pins": [{**pin, "address": address_of(pin["at"])} for pin in entry.get("pins", ())]}


def _pin(application: Application, materials: Mapping, place: str) -> dict | None:
    code, key, asked = (*place.split(":"), "", "")[:3]
    material = materials.get(code)
    if material is None:
        return None
    spec = application.spec(code)
    if not key:
        return {"at": f"{code}::", "label": _words(spec, None, None)}
    file = next((one.file for one in material.files.all() if str(one.file_id) == key), None)
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    if file is None or (asked and (page is None or not 1 <= page <= (file.pages or 0))):
        return None
    return {"at": f"{code}:{key}:{asked}", "label": _words(spec, file, page), "sha256": file.sha256}


def _words(spec, file, page) -> str:
    name = f"{spec.ordinal}{spec.short_title}"
    if file is None:
        return name
    return f"{name} {file.name}" + (f" 第 {page} 页" if page else "")
