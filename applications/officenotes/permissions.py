"""Who reads and writes the notes of an office: its own officers, nobody else."""

from __future__ import annotations

from django.db.models import Q

from applications.models import Application, OfficeNote
from applications.permissions import HANDLING, LEADING, REPORTED, routed
from platforms.querysets import recommenders_of
from portal.kernel.permissions import Role, grant


def of_the_ministry(user) -> Q:
    return Q(office=None)


def of_own_office(user) -> Q:
    return Q(office__in=recommenders_of(user).values("pk"))


grant(Application, {"write_note": {Role.RECOMMENDER: routed, **REPORTED}})
grant(
    OfficeNote,
    {"view": {Role.RECOMMENDER: of_own_office, HANDLING: of_the_ministry, LEADING: of_the_ministry}},
)
