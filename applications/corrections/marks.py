"""Marks that stand: 缺 or 疑 on a material that nobody has answered or lifted."""

from __future__ import annotations

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When

from applications.models import Application, Finding, Material

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
    materials = {material.code: material for material in application.materials.all()}
    return [
        (mark, materials[mark.code])
        for mark in standing_findings(stage).filter(application=application)
        if mark.code in materials
    ]


def needs_reason(before: Finding | None) -> bool:
    """Whether going over to 齐 lifts a mark that nobody has answered: then the officer says why."""
    return before is not None and standing_findings(before.stage).filter(pk=before.pk).exists()
