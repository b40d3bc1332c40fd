"""A second look: asked once by the unit's 负责人, concluded by two who had no part in the decision."""

from __future__ import annotations

from collections.abc import Sequence

from applications.models import Application
from applications.states import facts_of
from platforms.models import Designation
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import SYSTEM, demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import SignOff
from portal.shared.workingdays import date_cn_weekday
from review.models import SecondLook, SecondLookProof
from review.secondlooks.terms import term_of

TYPES = {"pdf", "jpg", "png"}
MAX_BYTES = 20 * 1024 * 1024


def obstacles(application: Application) -> list[str]:
    """Why a second look can't be asked for now; empty when it can."""
    if SecondLook.objects.filter(application=application).exists():
        return ["此件申报已经提出过一次结果申诉。"]
    term = term_of(application)
    if term is None:
        return ["此件申报没有可以申诉的结论。"]
    if clock.today() > term[1]:
        return [
            f"结果申诉期限已于 {date_cn_weekday(term[1])} 24:00 届满；行政复议和行政诉讼的途径见结论通知。"
        ]
    return []


@takes_files(proofs=Papers(TYPES, MAX_BYTES))
def ask_second_look(application: Application, *, reasons: str, by, proofs: Sequence = ()) -> SecondLook:
    """Raises TransitionBlocked out of time or the second time, UploadRefused for a proof that does not pass."""
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    demand_scope(by, "ask_second_look", row, "结果申诉由申报单位负责人提出。")
    if found := obstacles(row):
        raise TransitionBlocked(found)
    look = SecondLook.objects.create(
        application=row,
        decision=row.state,
        decision_reason=row.outcome_reason,
        decided_on=term_of(row)[0],
        reasons=reasons,
        asked_by=by,
        asked_at=clock.now(),
    )
    for proof in proofs:
        SecondLookProof.objects.create(look=look, file=place(proof, owner=look, by=by))
    outbox.send_event(audit.record(action="ask", obj=look, by=by, note=reasons))
    return look


def carry_out(act: SignOff, look: SecondLook, *, by) -> SecondLook:
    """Granted: the dossier stands again where it stood before the decision."""
    row = perform(look, act.verb, by=by, note=act.note, signoff=act)
    if act.verb == "grant":
        perform(row.application, facts_of(row.decision).reopened_by, by=SYSTEM, note=act.note)
        _keep_title(row.application.designation, by)
    return row


def _keep_title(title: Designation | None, by) -> None:
    """The day on which a failing would have ended it is no more."""
    if title and title.fails_on:
        title.fails_on = None
        title.save(update_fields=["fails_on"])
        audit.record(action="set_last_day", obj=title, by=by, facts={"on": ""})
