"""A dossier read as a whole: the rows that its pages and its filing need, by one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from applications.models import (
    Application,
    CorrectionRequest,
    Finding,
    Material,
    MaterialFile,
    Relaxation,
    SiteVisit,
    Submission,
)
from portal.shared.together import Written, ask, keep_found, written


def _materials(dossier: UUID) -> QuerySet:
    return Material.objects.filter(application=dossier)


def _findings(dossier: UUID) -> QuerySet:
    return Finding.objects.filter(application=dossier)


def _submissions(dossier: UUID) -> QuerySet:
    return Submission.objects.filter(application=dossier)


def _corrections(dossier: UUID) -> QuerySet:
    return CorrectionRequest.objects.filter(application=dossier)


def _relaxations(dossier: UUID) -> QuerySet:
    return Relaxation.objects.filter(application=dossier).select_related("proof", "granted_by")


def _visits(dossier: UUID) -> QuerySet:
    return SiteVisit.objects.filter(application=dossier)


def _files(dossier: UUID) -> QuerySet:
    return MaterialFile.objects.filter(material__application=dossier).select_related("file")


PARTS = {  # by the names of their managers
    "materials": _materials,
    "findings": _findings,
    "submissions": _submissions,
    "corrections": _corrections,
    "relaxations": _relaxations,
    "visits": _visits,
}


def parts_of(pk: UUID) -> tuple[Written, ...]:
    """The questions for the rows that a page about a dossier reads; `keep_whole` takes the answers in this order."""
    return (*(written(build, pk) for build in PARTS.values()), written(_files, pk))


def keep_whole(application: Application, found: Iterable[list]) -> None:
    """Let the managers give what has been read, each material its own files."""
    *parts, files = found
    keep_found(application, dict(zip(PARTS, parts, strict=True)))
    of_each: Mapping[UUID, list] = defaultdict(list)
    for entry in files:
        of_each[entry.material_id].append(entry)
    for material in application.materials.all():
        keep_found(material, {"files": of_each[material.pk]})


def read_whole(application: Application) -> None:
    keep_whole(application, ask(*parts_of(application.pk)))


def materials_with_files(application: Application) -> Iterable[Material]:
    """As they were read with the dossier, else read now."""
    if "materials" in getattr(application, "_prefetched_objects_cache", {}):
        return application.materials.all()
    return application.materials.prefetch_related("files__file")
