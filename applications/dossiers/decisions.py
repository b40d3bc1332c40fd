"""Verbs of the review: from the formal check to the list, and the ends that nobody but the clock brings."""

from __future__ import annotations

from applications.corrections.reasons import reason_at_close
from applications.states import LIVE, UNREPORTED, Procedure, national
from applications.states import ApplicationState as S
from portal.kernel.workflow import transition

DESIGNATION, REREVIEW, PROVINCIAL = Procedure.DESIGNATION, Procedure.REREVIEW, Procedure.PROVINCIAL


class Deciding:
    """What becomes of a dossier after it was reported; its fields are the dossier's own."""

    # --- the ministry (Arts. 9–11, 14) ---

    @transition(
        "state",
        source=S.REPORTED,
        target=national(S.ACCEPTED),
        label="形式审查通过",
        consequence="进入专家评审；申报单位和推荐单位收到通知。",
    )
    def accept(self, *, by, note, **facts):
        self.due_on = None

    @transition(
        "state",
        source=S.REPORTED,
        target=national(S.SUPPLEMENTING),
        label="要求补正",
        consequence="申报单位只能修改所列材料，并须在期限内提交；推荐单位同时收到通知。",
    )
    def request_supplement(self, *, by, note, due_on, **facts):
        self.due_on = due_on

    @transition(
        "state",
        source=(S.REPORTED, S.SUPPLEMENTING),
        target={DESIGNATION: S.REFUSED},
        label="不予受理",
        two_person=True,
        note_required=True,
        consequence="本年度申报终止，理由送达申报单位和推荐单位。",
    )
    def refuse(self, *, by, note, reason_code: str = "", **facts):
        self._end(note, reason_code)

    @transition(
        "state",
        source=S.SUPPLEMENTING,
        target={REREVIEW: S.REVIEWED},
        label="逾期未补正，转合议",
        note_required=True,
        consequence="复核材料逾期未补正，直接进入合议，由工业和信息化部提出结论。",
    )
    def go_on(self, *, by, note, **facts):
        self.due_on = None

    @transition(
        "state",
        source=S.ACCEPTED,
        target=national(S.UNDER_REVIEW),
        label="开始专家评审",
        consequence="所分派的专家收到通知，先声明有无利益关系，再打开材料。",
    )
    def begin_review(self, *, by, note, **facts):
        pass

    @transition(
        "state",
        source=S.UNDER_REVIEW,
        target=national(S.REVIEWED),
        label="结束专家评审",
        consequence="评分汇总，进入合议。",
    )
    def conclude_review(self, *, by, note, score=None, **facts):
        self.review_score = score

    @transition(
        "state",
        source=S.REVIEWED,
        target=S.PROPOSED,
        label="拟定结论",
        two_person=True,
        consequence="列入待公示名单。",
    )
    def propose(self, *, by, note, outcome: str = "designate", **facts):
        self.proposed_outcome = outcome
        self.outcome_reason = note

    @transition(
        "state",
        source=S.REVIEWED,
        target=dict.fromkeys((DESIGNATION, PROVINCIAL), S.REJECTED),
        label="评审不通过",
        two_person=True,
        note_required=True,
        consequence="理由按条件送达申报单位和推荐单位，本年度申报终止。",
        wording={PROVINCIAL: ("认定不通过", "理由按条件送达申报单位，本年度申报终止。")},
    )
    def reject(self, *, by, note, reason_code: str = "", **facts):
        self._end(note, reason_code)

    @transition(
        "state",
        source=S.PROPOSED,
        target=S.PUBLICISED,
        label="公示",
        two_person=True,
        consequence="名单自公示开始日 0 时起向社会公布，公示期按适用办法计算。",
    )
    def publicise(self, *, by, note, **facts):
        self.due_on = facts.get("due_on")

    @transition(
        "state",
        source=S.PROPOSED,
        target=S.REVIEWED,
        label="移出待公示名单",
        note_required=True,
        consequence="回到待合议。",
    )
    def take_off_list(self, *, by, note, **facts):
        self.proposed_outcome = ""

    @transition(
        "state",
        source=S.PUBLICISED,
        target=dict.fromkeys((DESIGNATION, PROVINCIAL), S.DESIGNATED),
        label="授予称号",
        two_person=True,
        consequence="授予称号，生成证书，列入名录并公告。",
    )
    def designate(self, *, by, note, **facts):
        self.due_on = None

    @transition(
        "state",
        source=(S.PROPOSED, S.PUBLICISED),
        target={REREVIEW: S.CONFIRMED},
        label="确认复核合格",
        two_person=True,
        consequence="称号延续一个复核周期。",
    )
    def confirm(self, *, by, note, **facts):
        self.due_on = None

    @transition(
        "state",
        source=(S.PROPOSED, S.PUBLICISED),
        target={REREVIEW: S.FAILED},
        label="认定复核不合格",
        two_person=True,
        note_required=True,
        consequence="公告；结果申诉期满、原结论不变的，次日起撤销称号。",
    )
    def fail(self, *, by, note, reason_code: str = "", **facts):
        """The reason is the deliberation's, as it was made public; the note says that its time has come."""
        self._end(self.outcome_reason or note, reason_code)

    @transition(
        "state",
        source=S.PUBLICISED,
        target={DESIGNATION: S.REJECTED, PROVINCIAL: S.REJECTED, REREVIEW: S.REVIEWED},
        label="异议成立",
        note_required=True,
        consequence="认定：终止；复核：回到合议。",
    )
    def uphold_objection(self, *, by, note, **facts):
        self._end(note, "objection_upheld")

    @transition(
        "state",
        source=S.PUBLICISED,
        target=S.PROPOSED,
        label="撤回公示",
        note_required=True,
        consequence="公示撤回，重新公示时公示期重新计算。",
    )
    def withdraw_notice(self, *, by, note, **facts):
        self.due_on = None

    @transition(
        "state",
        source=LIVE,
        target=national(S.WITHDRAWN),
        label="称号终止，复核终止",
        note_required=True,
        wording={DESIGNATION: ("另一年度已认定，本件终止", "")},
    )
    def discontinue(self, *, by, note, **facts):
        """The title ended on another road, or was granted on one: there is nothing left to decide."""
        self._end(note, "title_ended" if self.procedure == REREVIEW else "titled")

    @transition(
        "state",
        source=UNREPORTED,
        target=S.LAPSED,
        label="年度结束，未报送",
        wording={REREVIEW: ("年度结束，复核材料未报送", ""), PROVINCIAL: ("年度结束，未办结", "")},
    )
    def lapse(self, *, by, note, **facts):
        self._end(reason_at_close(self), "lapsed")
