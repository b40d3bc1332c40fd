from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class StateFacts:
    """All that the portal knows of one state of a dossier; a state of which nothing is said is in somebody's hands.

    `public` are the applicant's and the public's words, `rereview…` and `provincial…` what those procedures say
    instead. `step` is the place on the applicant's road. `reopened_by`: what a unit may ask a second look at (结果申诉),
    with the verb that takes the dossier back to before the decision.
    """

    public: str = ""
    rereview: str = ""
    rereview_public: str = ""
    provincial: str = ""
    provincial_public: str = ""
    tone: str = (
        "info"  # on every page: info (in somebody's hands), warn (the applicant must act), ok, bad, off
    )
    step: int | None = None
    provincial_step: int | None = None
    awaits: str = ""  # what the unit waits for
    reading: str = "评审"  # at which step an office read in it
    promised_by: str = ""  # which end of the year's calendar an answer is promised for: handling or review
    is_end: bool = False
    is_editable: bool = False
    is_with_recommender: bool = False
    is_leavable: bool = False
    reopened_by: str = ""


class ApplicationState(TextChoices):
    """Code, facts, and the label for staff."""

    facts: StateFacts

    def __new__(cls, code: str, facts: StateFacts = StateFacts()) -> ApplicationState:
        state = str.__new__(cls, code)
        state._value_, state.facts = code, facts
        return state

    DRAFT = (
        "DRAFT",
        StateFacts(public="填写中", tone="off", step=0, provincial_step=0, is_editable=True),
        "草稿",
    )
    SUBMITTED = (
        "SUBMITTED",
        StateFacts(
            awaits="推荐单位受理",
            reading="受理核对",
            promised_by="handling",
            public="已提交",
            step=1,
            provincial_step=1,
            is_with_recommender=True,
        ),
        "待受理",
    )
    RETURNED = (
        "RETURNED",
        StateFacts(
            reading="补正",
            public="请补正",
            tone="warn",
            step=1,
            provincial_step=1,
            is_editable=True,
            is_with_recommender=True,
        ),
        "退回补正",
    )
    UNDER_EVALUATION = (
        "UNDER_EVALUATION",
        StateFacts(
            awaits="推荐单位测评",
            reading="测评",
            promised_by="handling",
            public="省级测评中",
            step=1,
            provincial_step=1,
            is_with_recommender=True,
        ),
        "测评中",
    )
    # Art. 14: of a re-review the recommender reports its evaluation and opinion; nobody is recommended.
    RECOMMENDED = (
        "RECOMMENDED",
        StateFacts(
            awaits="推荐单位报送",
            reading="推荐报送",
            promised_by="handling",
            public="已推荐",
            rereview="已测评，待报送",
            rereview_public="已测评",
            step=1,
            is_with_recommender=True,
            is_leavable=True,
        ),
        "已推荐，待报送",
    )
    REPORTED = (
        "REPORTED",
        StateFacts(
            awaits="工业和信息化部形式审查",
            reading="形式审查",
            promised_by="review",
            public="部级审查中",
            step=2,
            is_leavable=True,
        ),
        "待形式审查",
    )
    SUPPLEMENTING = (
        "SUPPLEMENTING",
        StateFacts(reading="补正", public="请补正", tone="warn", step=2, is_editable=True, is_leavable=True),
        "部级补正",
    )
    ACCEPTED = (
        "ACCEPTED",
        StateFacts(awaits="专家评审", promised_by="review", public="评审中", step=3, is_leavable=True),
        "待分派专家",
    )
    UNDER_REVIEW = (
        "UNDER_REVIEW",
        StateFacts(awaits="专家评审", promised_by="review", public="评审中", step=3, is_leavable=True),
        "专家评审中",
    )
    # Art. 18: in a province's own round no experts score; what was evaluated is deliberated.
    REVIEWED = (
        "REVIEWED",
        StateFacts(
            awaits="合议",
            promised_by="review",
            public="评审中",
            provincial_public="合议中",
            step=3,
            provincial_step=2,
            is_leavable=True,
        ),
        "待合议",
    )
    PROPOSED = (
        "PROPOSED",
        StateFacts(
            awaits="公示",
            promised_by="review",
            public="评审中",
            provincial_public="合议中",
            step=4,
            provincial_step=3,
            is_leavable=True,
        ),
        "待公示",
    )
    PUBLICISED = (
        "PUBLICISED",
        StateFacts(awaits="公示期满", reading="公示", step=4, provincial_step=3, is_leavable=True),
        "公示中",
    )
    DESIGNATED = (
        "DESIGNATED",
        StateFacts(tone="ok", step=5, provincial_step=4, is_end=True),
        "已认定",
    )
    CONFIRMED = "CONFIRMED", StateFacts(tone="ok", step=5, is_end=True), "复核合格"
    # A dossier that a decision ended stopped on the step where it was decided.
    FAILED = (
        "FAILED",
        StateFacts(tone="bad", step=4, is_end=True, reopened_by="reopen_rereview"),
        "复核不合格",
    )
    REJECTED = (
        "REJECTED",
        StateFacts(tone="bad", step=3, provincial_step=2, is_end=True, reopened_by="reopen_review"),
        "未通过",
    )
    REFUSED = "REFUSED", StateFacts(tone="bad", step=2, is_end=True, reopened_by="reopen_check"), "不予受理"
    NOT_RECOMMENDED = (
        "NOT_RECOMMENDED",
        StateFacts(tone="bad", step=1, provincial_step=1, is_end=True, reopened_by="reopen_evaluation"),
        "未获推荐",
    )
    # Art. 18: a province's own round is reported to nobody.
    LAPSED = (
        "LAPSED",
        StateFacts(tone="off", provincial="本年度未办结", provincial_public="本年度未办结", is_end=True),
        "本年度未报送",
    )
    WITHDRAWN = "WITHDRAWN", StateFacts(tone="off", is_end=True), "已撤回"


def facts_of(state: str) -> StateFacts:
    return ApplicationState(state).facts


def state_words(state: str, procedure: str, *, public: bool = False, association: bool = False) -> str:
    """A state as it is told on this procedure, to staff or to the applicant and the public; Art. 19's in its own words."""
    if state not in ApplicationState.values:
        return ""
    if association and procedure != Procedure.PROVINCIAL:
        return state_words(state, procedure, public=public).replace("省级", "协会")
    facts, label = facts_of(state), str(ApplicationState(state).label)
    told: dict[str, tuple[str, str]] = {
        Procedure.PROVINCIAL: (facts.provincial, facts.provincial_public),
        Procedure.REREVIEW: (facts.rereview, facts.rereview_public),
    }
    return told.get(procedure, ("", ""))[public] or (public and facts.public) or label


def _states(fits: Callable[[StateFacts], Any]) -> tuple[ApplicationState, ...]:
    return tuple(state for state in ApplicationState if fits(state.facts))


ENDS = _states(lambda facts: facts.is_end)
LIVE = _states(lambda facts: not facts.is_end)
EDITABLE = _states(lambda facts: facts.is_editable)
WITH_RECOMMENDER = _states(lambda facts: facts.is_with_recommender)
LEAVABLE = _states(lambda facts: facts.is_leavable)
REOPENED = _states(lambda facts: facts.reopened_by)
AT_MINISTRY = _states(
    lambda facts: facts.step and not facts.is_end and not facts.is_with_recommender
)  # reported, and not yet ended
UNREPORTED = WITH_RECOMMENDER  # what the close of a year lapses
# The road as the applicant's six steps; a state's step is its index.
STEPS = ("填报", "省级测评推荐", "形式审查", "专家评审", "公示", "认定")
REREVIEW_STEPS = (*STEPS[:-1], "复核确认")
PROVINCIAL_STEPS = ("填报", "省级测评", "合议", "公示", "认定")


def road_of(procedure: str, *, association: bool = False) -> tuple[tuple[str, ...], dict]:
    """The steps that an applicant is shown, and which of them a state stands on; Art. 19's in its own words."""
    if association and procedure != Procedure.PROVINCIAL:
        steps, step_of = road_of(procedure)
        return tuple(step.replace("省级", "协会") for step in steps), step_of
    if procedure == Procedure.PROVINCIAL:
        places = {state: state.facts.provincial_step for state in ApplicationState}
        steps = PROVINCIAL_STEPS
    else:
        places = {state: state.facts.step for state in ApplicationState}
        steps = REREVIEW_STEPS if procedure == Procedure.REREVIEW else STEPS
    return steps, {state: place for state, place in places.items() if place is not None}


class CycleState(TextChoices):
    DRAFT = "DRAFT", "筹备中"
    PUBLISHED = "PUBLISHED", "进行中"
    CLOSED = "CLOSED", "申报已结束"
    ENDED = "ENDED", "已办结"


class CorrectionState(TextChoices):
    OPEN = "OPEN", "待答复"
    ANSWERED = "ANSWERED", "已答复"
    CANCELLED = "CANCELLED", "已终止"
