"""The ways back from an end: a granted second look takes them, with the signatures on it; nobody has them alone."""

from __future__ import annotations

from applications.states import ApplicationState as S
from applications.states import Procedure
from portal.kernel.workflow import transition

DESIGNATION, REREVIEW, PROVINCIAL = Procedure.DESIGNATION, Procedure.REREVIEW, Procedure.PROVINCIAL


class Reopening:
    """Each leads to where the dossier stood before the decision that ended it."""

    @transition("state", source=S.REFUSED, target={DESIGNATION: S.REPORTED}, label="申诉成立，重新形式审查")
    def reopen_check(self, *, by, note, **facts):
        self._reopen()

    @transition(
        "state",
        source=S.REJECTED,
        target=dict.fromkeys((DESIGNATION, PROVINCIAL), S.REVIEWED),
        label="申诉成立，重新合议",
    )
    def reopen_review(self, *, by, note, **facts):
        self._reopen()

    @transition(
        "state",
        source=S.NOT_RECOMMENDED,
        target={DESIGNATION: S.UNDER_EVALUATION},
        label="申诉成立，重新测评",
    )
    def reopen_evaluation(self, *, by, note, **facts):
        self._reopen()

    @transition("state", source=S.FAILED, target={REREVIEW: S.REVIEWED}, label="申诉成立，复核重新合议")
    def reopen_rereview(self, *, by, note, **facts):
        self._reopen()

    def _reopen(self) -> None:
        self.outcome_reason, self.outcome_code, self.proposed_outcome = "", "", ""
