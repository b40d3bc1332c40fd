"""Places of outside auditors' accounts: the years that they are appointed to (Art. 17), by two administrators."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from guardian.shortcuts import assign_perm

from applications.models import Cycle
from portal.accounts.places import Place, register_place
from portal.kernel import audit
from portal.kernel.permissions import Role


def years() -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in Cycle.objects.filter(programme=None)]


def appoint(user, key: str, *, signs: bool, by) -> None:
    cycle = Cycle.objects.get(pk=key)
    assign_perm(
        Permission.objects.get(content_type__app_label="applications", codename="audit_cycle"), user, cycle
    )
    audit.record(action="appoint_auditor", obj=cycle, by=by, facts={"user": user})


register_place(Role.OUTSIDE_AUDITOR, Place("年度", years, appoint))
