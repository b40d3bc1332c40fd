"""The files and rosters of one filled dossier for another: rows of its own over the same stored files."""

from __future__ import annotations

from applications.models import Application, MaterialFile, RosterRow
from portal.kernel import clock
from training.demo.dossiers import Unit, fill_fields, fill_report

COPIED = ("none_declared", "none_reason", "findings", "figures")


def fill_like(source: Application, target: Application, *, of: Unit) -> None:
    """What takes seconds (inspecting files, reading workbooks) is copied, all else is filled in anew."""
    known = {material.code: material for material in source.materials.all()}
    for material in target.materials.all():
        like = known[material.code]
        for name in COPIED:
            setattr(material, name, getattr(like, name))
        material.version, material.updated_by, material.updated_at = 1, of.user, clock.now()
        material.save()
        for entry in like.files.filter(removed_at=None).select_related("file"):
            file = entry.file
            file.pk = type(file)._meta.pk.get_default()
            file.owner_id, file.uploaded_by, file._state.adding = target.pk, of.user, True
            file.save(force_insert=True)
            MaterialFile.objects.create(material=material, file=file, added_at=clock.now(), added_by=of.user)
        RosterRow.objects.bulk_create(
            RosterRow(material=material, number=row.number, key=row.key, data=row.data)
            for row in like.rows.all()
        )
    fill_fields(target, of, target.cycle.year, ())
    fill_report(target, of, target.cycle.year, ())
    target.refresh_from_db()
