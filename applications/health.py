"""How many dossiers stand where, for whoever watches the portal."""

from __future__ import annotations

from django.db.models import Count

from applications.models import Application
from portal.operations.health import measure


@measure
def measure_dossiers() -> dict[str, tuple[str, dict[str, float]]]:
    rows = Application.objects.order_by().values_list("state").annotate(n=Count("*"))
    return {"dossiers": ("Dossiers by their state", dict(rows))}
