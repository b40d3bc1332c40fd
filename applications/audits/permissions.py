"""Who reads an appointment of an outside auditor: the administrators, 纪检, the auditor."""

from __future__ import annotations

from django.db.models import Q

from applications.models import AuditAppointment
from portal.kernel.permissions import Role, everything, grant


def own_appointments(user) -> Q:
    return Q(auditor=user)


grant(
    AuditAppointment,
    {
        "view": {
            Role.ADMINISTRATOR: everything,
            Role.INSPECTOR: everything,
            Role.OUTSIDE_AUDITOR: own_appointments,
        },
        "end": {Role.ADMINISTRATOR: everything},
    },
)
