"""A dossier read as a whole: the rows that its pages and its filing need, by one request."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from applications.models import Application, Material, MaterialFile
from portal.shared.together import ask, keep_parts, read_rows


def parts_of(application: Application) -> dict[str, QuerySet]:
    """The rows that a page about a dossier reads, by the names of their managers."""
    return {
        "materials": application.materials.all(),
        "findings": application.findings.all(),
        "submissions": application.submissions.all(),
        "corrections": application.corrections.select_related("application__cycle"),
        "relaxations": application.relaxations.select_related("proof", "granted_by"),
        "visits": application.visits.all(),
    }


def files_of(application: Application) -> QuerySet[MaterialFile]:
    return MaterialFile.objects.filter(material__application=application).select_related("file")


def keep_whole(application: Application, parts: dict[str, QuerySet], files: Iterable[MaterialFile]) -> None:
    """Let the managers give what has been read, each material its own files."""
    keep_parts(application, parts)
    for material in application.materials.all():
        own = (entry for entry in files if entry.material_id == material.pk)
        keep_parts(material, {"files": read_rows(material.files.all(), own)})


def read_whole(application: Application) -> None:
    parts = parts_of(application)
    *found, files = ask(*parts.values(), files_of(application))
    keep_whole(application, dict(zip(parts, found, strict=True)), files)


def materials_with_files(application: Application) -> Iterable[Material]:
    """As they were read with the dossier, else read now."""
    if "materials" in getattr(application, "_prefetched_objects_cache", {}):
        return application.materials.all()
    return application.materials.prefetch_related("files__file")
