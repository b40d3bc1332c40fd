"""Appointments of outside auditors in the navigation, and the words of their events."""

from __future__ import annotations

from portal.desk.navigation import register
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import Role

register(
    "审计委派",
    "audit_appointments",
    icon="user-plus",
    group="监督",
    roles=[Role.ADMINISTRATOR, Role.OUTSIDE_AUDITOR],
    order=30,
    covers=["audit_appointment*"],
)
register_words({"auditappointment.appoint": "委派外部审计", "auditappointment.end": "提前结束审计委派"})
