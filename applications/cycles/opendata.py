"""Days of the public year: when each round may be filed for, is handled, and ends."""

from __future__ import annotations

from django.urls import reverse

from applications.models import Cycle
from portal.opendata.wellknown import provides_dates


@provides_dates
def list_round_days():
    for cycle in Cycle.objects.national().exclude(state="DRAFT").order_by("year"):
        yield cycle.filing_from, f"{cycle.year} 年度开始填报", reverse("guide")
        yield cycle.filing_until, f"{cycle.year} 年度填报截止", reverse("guide")
        yield cycle.handling_until, f"{cycle.year} 年度集中办理结束", reverse("guide")
