"""The portal's own rows of the permission table: accounts, calendar, clock, interpretations, sign-offs."""

from __future__ import annotations

from django.db.models import Q

from portal.models import (
    AuditEvent,
    CalendarYear,
    ExportJob,
    Interpretation,
    Notification,
    SignOff,
    TrainingClock,
    User,
)
from portal.permissions import Role, everything, grant

OVERSIGHT = {Role.INSPECTOR: everything}
MINISTRY = {Role.MINISTRY_OFFICER: everything, Role.MINISTRY_LEAD: everything}


def own_messages(user) -> Q:
    return Q(recipient=user)


def own_exports(user) -> Q:
    return Q(requested_by=user)


grant(User, {"view": {Role.ADMINISTRATOR: everything, **OVERSIGHT}, "edit": {Role.ADMINISTRATOR: everything}})
grant(
    CalendarYear,
    {
        "view": dict.fromkeys(Role, everything),
        "enter": {Role.ADMINISTRATOR: everything},
    },
)
grant(TrainingClock, {"move": {role: everything for role in Role if role != Role.PUBLIC}})
grant(
    Interpretation,
    {"view": dict.fromkeys(Role, everything), "issue": {Role.MINISTRY_LEAD: everything}},
)
grant(ExportJob, {"view": {role: own_exports for role in Role if role != Role.PUBLIC}})
grant(Notification, {"view": {role: own_messages for role in Role if role != Role.PUBLIC}})
grant(SignOff, {"view": {**MINISTRY, **OVERSIGHT}})
grant(AuditEvent, {"view": OVERSIGHT})
