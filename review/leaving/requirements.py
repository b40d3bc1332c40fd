"""What keeps a unit in a round that it wants to leave: an allegation of fraud that nobody has decided on."""

from __future__ import annotations

from collections.abc import Iterator

from applications.models import Application
from platforms.complaints.services import FRAUD
from portal.kernel.workflow import Attempt, requires
from review.models import Objection
from review.states import OPEN_OBJECTIONS


@requires(Application, "leave_round")
def no_allegation_of_fraud_is_open(application: Application, attempt: Attempt) -> Iterator[str]:
    rows = Objection.objects.filter(item__application=application, state__in=OPEN_OBJECTIONS)
    if any(FRAUD.search(row.facts) for row in rows):
        yield "对本平台反映弄虚作假的异议正在核查，办结前不能退出评审。"
