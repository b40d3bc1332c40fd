"""Who claims a title of an old notice, and who decides on it: the department on whose territory it was granted."""

from __future__ import annotations

from django.db.models import Q

from platforms.models import Platform, TitleClaim
from platforms.permissions import INSPECTION, MINISTRY, own_platform
from platforms.querysets import organisations_of, recommenders_of
from portal.kernel.permissions import Role, grant


def of_our_unit(user) -> Q:
    return Q(platform__organisation__in=organisations_of(user).values("pk"))


def on_our_territory(user) -> Q:
    return Q(title__jurisdiction__in=recommenders_of(user).values("pk"))


grant(Platform, {"claim_title": {Role.APPLICANT: own_platform}})
grant(
    TitleClaim,
    {
        "view": {Role.APPLICANT: of_our_unit, Role.RECOMMENDER: on_our_territory, **MINISTRY, **INSPECTION},
        "admit": {Role.RECOMMENDER: on_our_territory},
        "refuse": {Role.RECOMMENDER: on_our_territory},
        "cancel": {Role.APPLICANT: of_our_unit},
    },
)
