"""What the ministry's supervision leaves behind: each record in a state, through the services."""

from __future__ import annotations

import io
from datetime import date

from platforms.models import Designation
from portal.permissions import Role
from portal.workflow import perform
from review.demo import officials
from review.demo.dossiers import Unit
from review.demo.files import evidence_pdf
from review.models import Revocation
from review.services import revocation
from tests.factories import people
from tests.factories.dossiers import on

OPENED_ON, HEARD_ON, ENDED_ON = date(2026, 6, 1), date(2026, 6, 4), date(2026, 6, 8)


def upload(name: str = "核查笔录.pdf"):
    content = io.BytesIO(evidence_pdf("证明材料"))
    content.name = name
    return content


def revocation_in(state: str, title: Designation, of: Unit) -> Revocation:
    """OPENED, NOTIFIED, STATED or DECIDED."""
    officer, lead = people.ministry(), people.ministry(Role.MINISTRY_LEAD)
    with on(OPENED_ON):
        case = revocation.open_revocation(title, ground="fraud", facts="名单中企业书面否认。", by=officer)
        if state != "OPENED":
            revocation.add_evidence(case, words="企业书面说明", upload=upload(), by=officer)
            case = revocation.notify(case, by=officer)
    if state in ("STATED", "DECIDED"):
        with on(HEARD_ON):
            perform(case, "state_case", by=of.user, note="口径不同。", wants_hearing=False)
    case.refresh_from_db()
    if state == "DECIDED":
        with on(ENDED_ON):
            officials.two_persons(
                [case], "decide", proposer=officer, signer=lead, note="名单造假属实", end_title=True, suspend=True,
                document_number="工信部函〔2026〕9号",
            )  # fmt: skip
    title.refresh_from_db()
    return case
