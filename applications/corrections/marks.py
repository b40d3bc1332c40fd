"""Marks that stand: 缺 or 疑 on a material that nobody has answered or lifted."""

from __future__ import annotations

from applications.models import Application, Finding, Material

WANTING = (Finding.Verdict.MISSING, Finding.Verdict.DOUBT)


def standing_marks(application: Application, stage: str) -> list[tuple[Finding, Material]]:
    """A mark is answered when the material changed after it, or when the unit says why it has none (Art. 8)."""
    materials = {material.code: material for material in application.materials.all()}
    marks = Finding.objects.filter(application=application, stage=stage, verdict__in=WANTING)
    return [
        (mark, materials[mark.code])
        for mark in marks
        if mark.code in materials and not is_answered(application, mark, materials[mark.code])
    ]


def is_answered(application: Application, mark: Finding, material: Material) -> bool:
    changed = application.annex.updated_at if material.code == "report" else material.updated_at
    return bool(material.none_declared and material.none_reason) or bool(changed and changed > mark.marked_at)


def needs_reason(application: Application, before: Finding | None) -> bool:
    """Whether going over to 齐 lifts a mark that nobody has answered: then the officer says why."""
    if before is None or before.verdict not in WANTING:
        return False
    material = application.materials.get(code=before.code)
    return not is_answered(application, before, material)
