"""Who carries out many cases at once: each person what the same person chose."""

from __future__ import annotations

from django.db.models import Q

from portal.kernel.permissions import MINISTRY, Role, grant
from portal.models import BulkRun


def chosen_myself(user) -> Q:
    return Q(chosen_by=user)


OWN = dict.fromkeys((*MINISTRY, Role.RECOMMENDER), chosen_myself)
grant(BulkRun, {"view": OWN, "carry_out": OWN})
