"""Marks that stand: 缺 or 疑 on a material that nobody has answered or lifted."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When

from applications.models import Application, Finding, Material
from portal.shared.together import ask, written

WANTING = (Finding.Verdict.MISSING, Finding.Verdict.DOUBT)
CHANGED = Case(
    When(code="report", then=F("application__annex__updated_at")),
    default=F("updated_at"),
    output_field=DateTimeField(),
)


def standing_findings(stage: str) -> QuerySet[Finding]:
    """A mark is answered when the material changed after it, or when the unit says why it has none (Art. 8)."""
    marked = Material.objects.filter(application=OuterRef("application"), code=OuterRef("code"))
    answered = Q(changed__gt=OuterRef("marked_at")) | (Q(none_declared=True) & ~Q(none_reason=""))
    return Finding.objects.filter(
        Exists(marked),
        ~Exists(marked.annotate(changed=CHANGED).filter(answered)),
        stage=stage,
        verdict__in=WANTING,
    )


def standing_marks(application: Application, stage: str) -> list[tuple[Finding, Material]]:
    """Asked for only where a mark wants something, in SQL that is written once for all dossiers."""
    known = getattr(application, "_prefetched_objects_cache", {}).get("findings")
    if known is not None and not any(mark.stage == stage and mark.verdict in WANTING for mark in known):
        return []
    [marks] = ask(written(_standing_in, stage, application.pk))
    materials = {material.code: material for material in application.materials.all()}
    return [(mark, materials[mark.code]) for mark in marks if mark.code in materials]


def _standing_in(stage: str, dossier: UUID) -> QuerySet[Finding]:
    return standing_findings(stage).filter(application=dossier)


def needs_reason(before: Finding | None) -> bool:
    """Whether going over to 齐 lifts a mark that nobody has answered: then the officer says why."""
    return before is not None and standing_findings(before.stage).filter(pk=before.pk).exists()
