"""The portal's own rows of the permission table: accounts, calendar, clock, interpretations, sign-offs."""

from __future__ import annotations

from django.db.models import Q

from portal.kernel.permissions import REVIEWERS, Role, everything, grant
from portal.models import (
    Access,
    AccountChange,
    AuditEvent,
    CalendarChange,
    CalendarYear,
    ExportJob,
    Interpretation,
    LogContinuation,
    Notification,
    OutboxMessage,
    SignOff,
    StoredFile,
    TrainingClock,
    User,
)

OVERSIGHT = {Role.INSPECTOR: everything}
MINISTRY = {Role.MINISTRY_OFFICER: everything, Role.MINISTRY_LEAD: everything}


def own_messages(user) -> Q:
    return Q(recipient=user)


def own_exports(user) -> Q:
    return Q(requested_by=user)


grant(User, {"view": {Role.ADMINISTRATOR: everything, **OVERSIGHT}, "edit": {Role.ADMINISTRATOR: everything}})


def own_requests(user) -> Q:
    return Q(asked_by=user, state=AccountChange.State.REQUESTED)


grant(AccountChange, {"drop": {Role.RECOMMENDER: own_requests}})
grant(
    AccountChange,
    {
        "view": {Role.ADMINISTRATOR: everything, **OVERSIGHT},
        **{
            verb: {Role.ADMINISTRATOR: everything}
            for verb in ("take_up", "prepare_carry_out", "carry_out", "drop")
        },
    },
)
grant(
    LogContinuation,
    {
        "view": {Role.ADMINISTRATOR: everything, **OVERSIGHT},
        **{verb: {Role.ADMINISTRATOR: everything} for verb in ("prepare_carry_on", "carry_on", "drop")},
    },
)
grant(
    CalendarChange,
    {
        "view": {Role.ADMINISTRATOR: everything, **OVERSIGHT},
        **{
            verb: {Role.ADMINISTRATOR: everything}
            for verb in ("prepare_put_in_force", "put_in_force", "drop")
        },
    },
)
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
grant(
    OutboxMessage,
    {verb: {Role.ADMINISTRATOR: everything} for verb in ("view", "requeue", "drop")},
)
grant(Notification, {"view": {role: own_messages for role in Role if role != Role.PUBLIC}})


def act_of_ministry(user) -> Q:
    """A province's acts on its own programme are its own affair; their events are on record like all others."""
    return Q(office="")


def act_on_accounts(user) -> Q:
    return Q(office="accounts")


grant(SignOff, {"view": dict.fromkeys((*MINISTRY, *OVERSIGHT), act_of_ministry)})
grant(SignOff, {"view": dict.fromkeys((Role.ADMINISTRATOR, *OVERSIGHT), act_on_accounts)})
# Who did it: the unit, its recommender and the experts read offices instead of names.
grant(
    AuditEvent,
    {"view": OVERSIGHT, "see_names": dict.fromkeys((*REVIEWERS, Role.ADMINISTRATOR), everything)},
)
grant(Access, {"view": OVERSIGHT})  # sign-ins, refusals and their addresses
grant(
    StoredFile, {"see_unmarked": {Role.APPLICANT: everything}}
)  # the unit's own files; all others bear who looked
