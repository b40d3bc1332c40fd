"""Who reads who opened a dossier, and who reads a doubt about it: the unit and 纪检, no office that was looked at."""

from __future__ import annotations

from django.db.models import Q

from applications.models import Application, ReadingDoubt
from applications.permissions import filed, of_dossier, own
from portal.kernel.permissions import Role, everything, grant


def own_and_filed(user) -> Q:
    """Before it is filed nobody but the unit reaches a dossier."""
    return own(user) & Q(submitted_at__isnull=False)


grant(
    Application,
    {
        "read_openings": {Role.APPLICANT: own_and_filed, Role.INSPECTOR: filed},
        "doubt_opening": {Role.APPLICANT: own_and_filed},
    },
)
grant(
    ReadingDoubt,
    {
        "view": {Role.APPLICANT: of_dossier(own), Role.INSPECTOR: everything},
        "answer": {Role.INSPECTOR: everything},
        "close": {Role.INSPECTOR: everything},
    },
)
