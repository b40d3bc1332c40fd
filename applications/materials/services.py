"""Changing a material: files with their history, declarations of having none, registered fields, rosters."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction

from applications.dossiers.facts import form_of, refresh
from applications.filing.services import check_editable
from applications.models import Application, Material, MaterialFile
from applications.report.services import fill_section
from applications.rosters import RosterResult
from applications.rosters.services import forget_reading, keep_reading, mended_workbook, read_workbook
from portal.files.intake import Judged, enter, give_back, given_back, judge, place, receive
from portal.kernel import audit, clock
from portal.kernel.workflow import TransitionBlocked
from portal.models import StoredFile
from portal.shared.storage import open_private

MAX_FILES = 20
CHANGED_ROSTER = "名册已有新的版本，请核对下面的结果后重新填写。"
# Belongs to its year and is due anew: never carried into the next one.
OF_ONE_YEAR = {"audit", "audit3", "smes", "summary3"}


def upload_file(
    application: Application, code: str, *, content: BinaryIO, name: str, by, replaces=None
) -> MaterialFile:
    """Receive a file: it is stored, and the worker looks into it (`check_over` goes on from there).

    Raises UploadRefused for what its name, size or first bytes give away; nothing refused is kept.
    """
    with transaction.atomic():
        check_editable(application, code, by)  # the lock is let go: the store may be slow
    spec = application.spec(code)
    received = receive(content, name=name, allowed=spec.types, max_bytes=spec.max_bytes)
    try:
        with transaction.atomic():
            material, replaces, present = _room_for(application, code, by, replaces)
            stored = enter(received, owner=application, by=by, present=present)
            entry = _place(material, stored, by, replaces)
            if spec.kind == "roster":
                forget_reading(material)
            _touch(material, by)
            refresh(application)
    except BaseException:
        give_back(received)
        raise
    return entry


def add_file(
    application: Application,
    code: str,
    *,
    content: BinaryIO,
    name: str,
    by,
    replaces=None,
    version: int | None = None,
) -> MaterialFile:
    """Add or replace a file that is looked into at once: the portal's own workbooks, files of earlier years.

    Raises UploadRefused with its sentence; nothing refused is kept. `version` is the material's that it was made from.
    """
    with transaction.atomic():
        check_editable(application, code, by)  # the lock is let go: looking takes seconds
    with given_back() as judged:
        brought = _look_into(application, code, content, name)
        judged.append(brought.judged)
        with transaction.atomic():
            entry = _enter(application, code, brought, by, replaces, version)
            refresh(application)
    return entry


@dataclass(frozen=True)
class _Brought:
    """A file that was looked into for a material; a roster's has been read."""

    judged: Judged
    reading: RosterResult | None


def _look_into(application: Application, code: str, content: BinaryIO, name: str) -> _Brought:
    spec = application.spec(code)
    judged = judge(content, name=name, allowed=spec.types, max_bytes=spec.max_bytes)
    if spec.kind != "roster":
        return _Brought(judged, None)
    material = application.materials.get(code=code)
    material.application = application
    return _Brought(judged, read_workbook(material, content))


def _enter(
    application: Application, code: str, brought: _Brought, by, replaces=None, version: int | None = None
) -> MaterialFile:
    material, replaces, present = _room_for(application, code, by, replaces)
    if version is not None and material.version != version:
        raise TransitionBlocked([CHANGED_ROSTER])
    stored = place(brought.judged, owner=application, by=by, present=present)
    entry = _place(material, stored, by, replaces)
    if brought.reading is not None:
        keep_reading(material, entry, brought.reading)
    _touch(material, by)
    return entry


def _room_for(application: Application, code: str, by, replaces):
    """The locked material, the file that goes, and what stays beside. A roster has one workbook: it is replaced."""
    material = _lock(application, code, by)
    current = material.files.filter(removed_at=None)
    if application.spec(code).kind == "roster":
        replaces = current.first()
    elif current.count() >= MAX_FILES and replaces is None:
        raise TransitionBlocked([f"每项材料最多 {MAX_FILES} 份文件，请合并后上传。"])
    beside = current.exclude(pk=replaces.pk) if replaces else current
    return material, replaces, dict(beside.values_list("file__sha256", "file__name"))


def _place(material: Material, stored: StoredFile, by, replaces) -> MaterialFile:
    if replaces is not None:
        _retire(replaces, by)
    material.none_declared = False
    audit.record(action="add_file", obj=material, by=by, facts={"name": stored.name, "sha256": stored.sha256})
    return MaterialFile.objects.create(
        material=material, file=stored, added_at=clock.now(), added_by=by, replaces=replaces
    )


def mend_roster(
    application: Application,
    code: str,
    *,
    values: Mapping[str, str],
    without: Collection[int],
    version: int,
    by,
) -> MaterialFile:
    """Small fixes made on the page: a new version of the workbook, read and checked like any other.

    `version` is the one that the page showed; somebody else's upload since then is not overwritten.
    """
    with transaction.atomic():
        material = _lock(application, code, by)
        entry = material.files.filter(removed_at=None).select_related("file").first()
    if entry is None or not material.findings:
        raise TransitionBlocked(["没有需要更正的名册。"])
    if material.version != version:
        raise TransitionBlocked([CHANGED_ROSTER])
    book = io.BytesIO(mended_workbook(material, entry, values=values, without=without))
    return add_file(application, code, content=book, name=entry.file.name, by=by, version=version)


@transaction.atomic
def remove_file(application: Application, entry: MaterialFile, *, by) -> None:
    """Take a file out; it stays in the history, and the requirement is open again."""
    material = _lock(application, entry.material.code, by)
    _retire(entry, by)
    if application.spec(material.code).kind == "roster":
        forget_reading(material)
    _touch(material, by)
    audit.record(action="remove_file", obj=material, by=by, facts={"name": entry.file.name})
    refresh(application)


@transaction.atomic
def declare_none(application: Application, code: str, *, none: bool, reason: str, by) -> Material:
    """未取得 or 无: declared instead of uploaded, where the edition allows it."""
    material = _lock(application, code, by)
    if not application.spec(code).none_label:
        raise TransitionBlocked(["此项材料必须提供。"])
    material.none_declared, material.none_reason = none, reason if none else ""
    _touch(material, by)
    audit.record(action="declare_none", obj=material, by=by, note=reason, facts={"none": none})
    refresh(application)
    return material


@transaction.atomic
def save_fields(application: Application, code: str, *, fields: dict, by) -> Material:
    material = _lock(application, code, by)
    material.fields = fields
    _touch(material, by)
    audit.record(action="save_fields", obj=material, by=by, facts=fields)
    refresh(application)
    return material


def take_over_from(application: Application, earlier: Application, *, by) -> int:
    """Bring files, fields and the report of an earlier dossier into a draft; returns how many files came."""
    wanted = list(_wanted_from(application, earlier))
    with given_back() as judged:
        brought: dict[str, list[_Brought]] = {}
        for old in wanted:
            for entry in old.files.filter(removed_at=None).select_related("file"):
                with open_private(entry.file.key) as content:
                    one = _look_into(application, old.code, content, entry.file.name)
                judged.append(one.judged)
                brought.setdefault(old.code, []).append(one)
        return _take_over(application, earlier, wanted, brought, by)


def _wanted_from(application: Application, earlier: Application) -> Iterator[Material]:
    for old in earlier.materials.all():
        new = application.materials.filter(code=old.code).first()
        if not (
            new is None
            or application.spec(old.code).kind in ("report", "declaration")
            or (old.code in OF_ONE_YEAR and earlier.cycle_id != application.cycle_id)
            or new.files.filter(removed_at=None).exists()
        ):
            yield old


@transaction.atomic
def _take_over(
    application: Application,
    earlier: Application,
    wanted: Sequence[Material],
    brought: Mapping[str, Sequence[_Brought]],
    by,
) -> int:
    taken = 0
    for old in wanted:
        for one in brought.get(old.code, ()):
            _enter(application, old.code, one, by)
            taken += 1
        if old.fields or old.none_declared:
            new = application.materials.get(code=old.code)
            new.fields, new.none_declared, new.none_reason = old.fields, old.none_declared, old.none_reason
            new.save(update_fields=["fields", "none_declared", "none_reason"])
    report = application.annex
    if not report.data:
        if earlier.cycle_id == application.cycle_id:
            report.data, report.version = earlier.annex.data, report.version + 1
            report.save(update_fields=["data", "version"])
        else:
            for section in form_of(application).sections:
                fill_section(application, section.code, by=by, earlier=earlier)
    audit.record(action="take_over", obj=application, by=by, facts={"from": earlier, "files": taken})
    refresh(application)
    return taken


def _lock(application: Application, code: str, by) -> Material:
    check_editable(application, code, by)
    material = Material.objects.select_for_update().get(application=application, code=code)
    material.application = application
    return material


def _retire(entry: MaterialFile, by) -> None:
    entry.removed_at, entry.removed_by = clock.now(), by
    entry.save(update_fields=["removed_at", "removed_by"])


def _touch(material: Material, by) -> None:
    material.version += 1
    material.updated_by, material.updated_at = by, clock.now()
    material.save()
