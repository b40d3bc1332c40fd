"""Who reads a unit's 授权书: the unit, and every office that a dossier declared on it has reached; no expert."""

from __future__ import annotations

from django.db.models import Q

from applications.models import Application, Authorisation
from applications.permissions import OVERSIGHT, RECOMMENDER, REPORTED
from platforms.querysets import organisations_of
from portal.kernel.permissions import Role, grant


def of_own_unit(user) -> Q:
    return Q(organisation__in=organisations_of(user).values("pk"))


def of_unit_that_filed(scope):
    """The same scope seen from the unit's paper."""

    def belonging(user) -> Q:
        rows = Application.objects.filter(scope(user))
        return Q(organisation__in=rows.values("platform__organisation_id"))

    return belonging


OFFICES = {**RECOMMENDER, **REPORTED, **OVERSIGHT}
READERS = {role: of_unit_that_filed(scope) for role, scope in OFFICES.items()}
grant(Authorisation, {"view": {Role.APPLICANT: of_own_unit, **READERS}})
