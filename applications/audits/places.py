"""What an outside auditor's account is given for a time: the years that it may read (Art. 17)."""

from __future__ import annotations

from applications.audits.services import appoint
from applications.models import Cycle
from portal.accounts.places import Place, register_place
from portal.kernel.permissions import Role


def years() -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in Cycle.objects.filter(programme=None)]


register_place(Role.OUTSIDE_AUDITOR, Place("年度", years, for_a_time=appoint))
