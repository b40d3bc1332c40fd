"""Changing a material: files with their history, declarations of having none, registered fields, rosters."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from typing import BinaryIO

from django.db import transaction

from applications.dossiers.facts import form_of, refresh
from applications.filing.services import check_editable
from applications.models import Application, Material, MaterialFile
from applications.report.services import fill_section
from applications.rosters.services import forget_reading, mended_workbook, read_into
from portal.files.intake import enter, give_back, receive, take_in
from portal.kernel import audit, clock
from portal.kernel.workflow import TransitionBlocked
from portal.models import StoredFile
from portal.shared.storage import open_private

MAX_FILES = 20
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


@transaction.atomic
def add_file(
    application: Application, code: str, *, content: BinaryIO, name: str, by, replaces=None
) -> MaterialFile:
    """Add or replace a file that is looked into at once: the portal's own workbooks, files of earlier years.

    Raises UploadRefused with its sentence; nothing refused is kept.
    """
    spec = application.spec(code)
    material, replaces, present = _room_for(application, code, by, replaces)
    stored = take_in(
        content,
        name=name,
        owner=application,
        by=by,
        allowed=spec.types,
        max_bytes=spec.max_bytes,
        present=present,
    )
    entry = _place(material, stored, by, replaces)
    if spec.kind == "roster":
        read_into(material, entry, content)
    _touch(material, by)
    refresh(application)
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


@transaction.atomic
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
    material = _lock(application, code, by)
    entry = material.files.filter(removed_at=None).select_related("file").first()
    if entry is None or not material.findings:
        raise TransitionBlocked(["没有需要更正的名册。"])
    if material.version != version:
        raise TransitionBlocked(["名册已有新的版本，请核对下面的结果后重新填写。"])
    book = mended_workbook(material, entry, values=values, without=without)
    return add_file(application, code, content=io.BytesIO(book), name=entry.file.name, by=by)


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


@transaction.atomic
def take_over_from(application: Application, earlier: Application, *, by) -> int:
    """Bring files, fields and the report of an earlier dossier into a draft; returns how many files came."""
    taken = 0
    for old in earlier.materials.all():
        new = application.materials.filter(code=old.code).first()
        spec = application.spec(old.code)
        if (
            new is None
            or spec.kind in ("report", "declaration")
            or (old.code in OF_ONE_YEAR and earlier.cycle_id != application.cycle_id)
            or new.files.filter(removed_at=None).exists()
        ):
            continue
        for entry in old.files.filter(removed_at=None).select_related("file"):
            with open_private(entry.file.key) as content:
                add_file(application, old.code, content=content, name=entry.file.name, by=by)
            taken += 1
        if old.fields or old.none_declared:
            new.refresh_from_db()
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
