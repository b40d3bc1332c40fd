"""Associations and units of the ministry that a year's notice names: who is not registered yet becomes a recommender."""

from __future__ import annotations

from django.db.models import Max

from applications.models import Cycle
from platforms.models import Recommender
from portal.kernel import audit

Kind = Recommender.Kind
PREFIX = {Kind.ASSOCIATION: "XH", Kind.MINISTRY_UNIT: "BS"}
LONGEST = Recommender._meta.get_field("name").max_length


def register_named(cycle: Cycle, *, by) -> None:
    for kind, text in ((Kind.ASSOCIATION, cycle.associations), (Kind.MINISTRY_UNIT, cycle.ministry_units)):
        for name in dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()):
            if not Recommender.objects.filter(name=name).exists():
                _register(kind, name, by)


def _register(kind: str, name: str, by) -> None:
    taken = Recommender.objects.filter(code__startswith=PREFIX[kind]).count() + 1
    short = name.removeprefix("中国").removeprefix("全国").removeprefix("工业和信息化部")[:12]
    row = Recommender.objects.create(
        code=f"{PREFIX[kind]}{taken:03d}",
        kind=kind,
        name=name,
        label=short,
        mark=short[:2],
        seal_text=name,
        order=(Recommender.objects.aggregate(last=Max("order"))["last"] or 0) + 1,
    )
    audit.record(action="register", obj=row, by=by, facts={"name": name, "kind": kind})


def problems_of(kind: str, text: str) -> list[str]:
    """Names that can't be taken: too long, or registered as another kind of recommender."""
    names = [line.strip() for line in text.splitlines() if line.strip()]
    long = [f"“{name[:20]}…”超过 {LONGEST} 个字，请填写全称。" for name in names if len(name) > LONGEST]
    others = Recommender.objects.filter(name__in=names).exclude(kind=kind)
    return long + [f"“{row.name}”已登记为{row.get_kind_display()}，请核对。" for row in others]
