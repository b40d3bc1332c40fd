"""Who waits for the next round: a platform on whose filing of this round a decision was made."""

from __future__ import annotations

from applications.models import Application
from applications.states import ApplicationState as S

DECIDED_AGAINST = (S.NOT_RECOMMENDED, S.REFUSED, S.REJECTED)


def decided_against(platform, cycle, procedure: str) -> Application | None:
    """The dossier that a decision ended in this round. A second look that is granted reopens it, and it is none."""
    rows = Application.objects.filter(platform=platform, cycle=cycle, procedure=procedure)
    return rows.filter(state__in=DECIDED_AGAINST).first()
