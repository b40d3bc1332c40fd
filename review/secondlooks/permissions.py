"""Who reads a second look, and who is free to conclude it: nobody with a part in the decision."""

from __future__ import annotations

from django.db.models import Q

from applications.models import Application
from applications.permissions import (
    in_audited_cycle,
    ours_to_decide,
    ours_to_sign,
    own,
    routed,
    signed_by_us,
)
from portal.kernel.permissions import Role, grant
from review.models import SecondLook
from review.permissions import decided_by

OFFICER, LEAD = Role.MINISTRY_OFFICER, Role.MINISTRY_LEAD


def about(scope):
    def belonging(user) -> Q:
        return Q(application__in=Application.objects.filter(scope(user)).values("pk"))

    return belonging


def of_the_nation(user) -> Q:
    return Q(application__cycle__programme=None)


def free_of(scope):
    """Within the scope, and had no part in the dossier's evaluation, check or decision."""

    def free(user) -> Q:
        return scope(user) & ~Q(application__in=decided_by(user))

    return free


FREE_NATIONAL, FREE_OWN = free_of(of_the_nation), free_of(about(ours_to_decide))
FREE = {OFFICER: FREE_NATIONAL, LEAD: FREE_NATIONAL, Role.RECOMMENDER: FREE_OWN}
FREE_LEADS = {LEAD: FREE_NATIONAL, Role.RECOMMENDER: free_of(about(ours_to_sign))}

grant(Application, {"ask_second_look": {Role.APPLICANT: signed_by_us}})
grant(
    SecondLook,
    {
        "view": {
            **dict.fromkeys((OFFICER, LEAD, Role.INSPECTOR), of_the_nation),
            Role.OUTSIDE_AUDITOR: about(in_audited_cycle),
            Role.RECOMMENDER: about(routed),
            Role.APPLICANT: about(own),
        },
        "prepare_grant": FREE,
        "prepare_dismiss": FREE,
        "grant": FREE_LEADS,
        "dismiss": FREE_LEADS,
    },
)
