from __future__ import annotations

from django.db.models import TextChoices


class Procedure(TextChoices):
    DESIGNATION = "DESIGNATION", "认定"
    REREVIEW = "REREVIEW", "三年复核"
    PROVINCIAL = "PROVINCIAL", "省级认定"


# The two procedures of the national programme; every page of the ministry speaks of these alone.
NATIONAL = (Procedure.DESIGNATION, Procedure.REREVIEW)


# What goes to the ministry: the name of the list and of the letter it comes with. Art. 14 knows no recommendation.
REPORTED_AS = {
    Procedure.DESIGNATION: ("推荐汇总表", "推荐文件"),
    Procedure.REREVIEW: ("复核汇总表", "复核报送文件"),
}


def national(target: str) -> dict[Procedure, str]:
    """An edge of the way through the ministry, which a province's own round (Art. 18) does not have."""
    return dict.fromkeys(NATIONAL, target)


NATIONAL_CHOICES = [(procedure.value, procedure.label) for procedure in NATIONAL]


class ApplicationState(TextChoices):
    """Labels for staff; `PUBLIC_LABELS` are the applicant's and the public's words."""

    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "待受理"
    RETURNED = "RETURNED", "退回补正"
    UNDER_EVALUATION = "UNDER_EVALUATION", "测评中"
    RECOMMENDED = "RECOMMENDED", "已推荐，待报送"
    REPORTED = "REPORTED", "待形式审查"
    SUPPLEMENTING = "SUPPLEMENTING", "部级补正"
    ACCEPTED = "ACCEPTED", "待分派专家"
    UNDER_REVIEW = "UNDER_REVIEW", "专家评审中"
    REVIEWED = "REVIEWED", "待合议"
    PROPOSED = "PROPOSED", "待公示"
    PUBLICISED = "PUBLICISED", "公示中"
    DESIGNATED = "DESIGNATED", "已认定"
    CONFIRMED = "CONFIRMED", "复核合格"
    FAILED = "FAILED", "复核不合格"
    REJECTED = "REJECTED", "未通过"
    REFUSED = "REFUSED", "不予受理"
    NOT_RECOMMENDED = "NOT_RECOMMENDED", "未获推荐"
    LAPSED = "LAPSED", "本年度未报送"
    WITHDRAWN = "WITHDRAWN", "已撤回"


S = ApplicationState

LABELS = dict(S.choices)
PUBLIC_LABELS: dict[str, str] = {
    S.DRAFT: "填写中",
    S.SUBMITTED: "已提交",
    S.RETURNED: "请补正",
    S.UNDER_EVALUATION: "省级测评中",
    S.RECOMMENDED: "已推荐",
    S.REPORTED: "部级审查中",
    S.SUPPLEMENTING: "请补正",
    S.ACCEPTED: "评审中",
    S.UNDER_REVIEW: "评审中",
    S.REVIEWED: "评审中",
    S.PROPOSED: "评审中",
}
# Art. 14: of a re-review the recommender reports its evaluation and opinion; nobody is recommended.
REREVIEW_LABELS: dict[str, str] = {S.RECOMMENDED: "已测评，待报送"}
REREVIEW_PUBLIC_LABELS: dict[str, str] = {S.RECOMMENDED: "已测评"}
# Art. 18: in a province's own round no experts score; what was evaluated is deliberated.
PROVINCIAL_PUBLIC_LABELS: dict[str, str] = {S.REVIEWED: "合议中", S.PROPOSED: "合议中"}


def state_words(state: str, procedure: str, *, public: bool = False, association: bool = False) -> str:
    """A state as it is told on this procedure, to staff or to the applicant and the public; Art. 19's in its own words."""
    if association and procedure != Procedure.PROVINCIAL:
        return state_words(state, procedure, public=public).replace("省级", "协会")
    if procedure == Procedure.PROVINCIAL and state == ApplicationState.LAPSED:
        return "本年度未办结"  # Art. 18: a province's own round is reported to nobody
    if procedure == Procedure.PROVINCIAL and public and state in PROVINCIAL_PUBLIC_LABELS:
        return PROVINCIAL_PUBLIC_LABELS[state]
    own = REREVIEW_PUBLIC_LABELS if public else REREVIEW_LABELS
    if procedure == Procedure.REREVIEW and state in own:
        return own[state]
    return (public and PUBLIC_LABELS.get(state)) or LABELS.get(state, "")


# How a state is coloured on every page: info (in somebody's hands), warn (the applicant must act), ok, bad, off.
TONES = {
    S.DRAFT: "off",
    S.RETURNED: "warn",
    S.SUPPLEMENTING: "warn",
    S.DESIGNATED: "ok",
    S.CONFIRMED: "ok",
    S.FAILED: "bad",
    S.REJECTED: "bad",
    S.REFUSED: "bad",
    S.NOT_RECOMMENDED: "bad",
    S.LAPSED: "off",
    S.WITHDRAWN: "off",
}

ENDS = (
    S.DESIGNATED,
    S.CONFIRMED,
    S.FAILED,
    S.REJECTED,
    S.REFUSED,
    S.NOT_RECOMMENDED,
    S.LAPSED,
    S.WITHDRAWN,
)
# What a unit may ask a second look at (结果申诉), with the verb that takes the dossier back to before the decision.
REOPENED_BY = {
    S.REFUSED: "reopen_check",
    S.REJECTED: "reopen_review",
    S.NOT_RECOMMENDED: "reopen_evaluation",
    S.FAILED: "reopen_rereview",
}
LIVE = tuple(state for state in S if state not in ENDS)
EDITABLE = (S.DRAFT, S.RETURNED, S.SUPPLEMENTING)
WITH_RECOMMENDER = (S.SUBMITTED, S.RETURNED, S.UNDER_EVALUATION, S.RECOMMENDED)
LEAVABLE = (
    S.RECOMMENDED,
    S.REPORTED,
    S.SUPPLEMENTING,
    S.ACCEPTED,
    S.UNDER_REVIEW,
    S.REVIEWED,
    S.PROPOSED,
    S.PUBLICISED,
)
UNREPORTED = WITH_RECOMMENDER  # what the close of a year lapses
# The road as the applicant's six steps; a state's index is its step.
STEPS = ("填报", "省级测评推荐", "形式审查", "专家评审", "公示", "认定")
REREVIEW_STEPS = (*STEPS[:-1], "复核确认")
PROVINCIAL_STEPS = ("填报", "省级测评", "合议", "公示", "认定")
STEP_OF = {
    S.DRAFT: 0,
    S.SUBMITTED: 1,
    S.RETURNED: 1,
    S.UNDER_EVALUATION: 1,
    S.RECOMMENDED: 1,
    S.REPORTED: 2,
    S.SUPPLEMENTING: 2,
    S.ACCEPTED: 3,
    S.UNDER_REVIEW: 3,
    S.REVIEWED: 3,
    S.PROPOSED: 4,
    S.PUBLICISED: 4,
    S.DESIGNATED: 5,
    S.CONFIRMED: 5,
}
PROVINCIAL_STEP_OF = {
    S.DRAFT: 0,
    S.SUBMITTED: 1,
    S.RETURNED: 1,
    S.UNDER_EVALUATION: 1,
    S.REVIEWED: 2,
    S.PROPOSED: 3,
    S.PUBLICISED: 3,
    S.DESIGNATED: 4,
}


def road_of(procedure: str, *, association: bool = False) -> tuple[tuple[str, ...], dict]:
    """The steps that an applicant is shown, and which of them a state stands on; Art. 19's in its own words."""
    if association and procedure != Procedure.PROVINCIAL:
        steps, step_of = road_of(procedure)
        return tuple(step.replace("省级", "协会") for step in steps), step_of
    if procedure == Procedure.PROVINCIAL:
        return PROVINCIAL_STEPS, PROVINCIAL_STEP_OF
    return (REREVIEW_STEPS if procedure == Procedure.REREVIEW else STEPS), STEP_OF


class CycleState(TextChoices):
    DRAFT = "DRAFT", "筹备中"
    PUBLISHED = "PUBLISHED", "进行中"
    CLOSED = "CLOSED", "申报已结束"
    ENDED = "ENDED", "已办结"


class CorrectionState(TextChoices):
    OPEN = "OPEN", "待答复"
    ANSWERED = "ANSWERED", "已答复"
    CANCELLED = "CANCELLED", "已终止"
