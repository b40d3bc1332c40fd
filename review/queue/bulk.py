"""Dossiers of the queue and of the deliberation, handled many at once."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from applications.corrections.marks import standing_marks
from applications.corrections.models import Stage
from applications.corrections.reasons import REFUSAL, REJECTION
from applications.corrections.services import mark_remaining, request_correction
from applications.models import Application, Finding
from portal.bulk.forms import BulkForm
from portal.bulk.registry import BulkList, BulkVerb, register_list
from portal.kernel import clock
from portal.kernel.workflow import TransitionBlocked, perform
from portal.pages.forms import UnchosenField
from portal.shared import law
from review.models import Assignment
from review.queue.listing import kept, listing
from review.scoring import services as scoring
from review.states import AT_WORK, AssignmentState

RELATED = ("platform__organisation", "cycle__programme", "recommender", "annex")
PREFETCHED = ("materials", "findings", "assignments")


class AcceptForm(BulkForm):
    """The page says of each dossier how many materials were looked at; one tick states it for the rest."""

    asked_later = ("note",)  # after April
    rest = forms.BooleanField(label="所列各件其余的材料已逐件核对，均符合", required=False)
    field_order = ("rest", "note")


class RefuseForm(BulkForm):
    reason_code = UnchosenField(label="理由类别", choices=REFUSAL)
    field_order = ("reason_code", "note")


class RejectForm(BulkForm):
    reason_code = UnchosenField(label="理由类别", choices=REJECTION)
    field_order = ("reason_code", "note")


# --- what each verb is on one dossier ---


def accept(application: Application, *, by, note: str, rest: bool = False) -> None:
    if rest:
        mark_remaining(application, stage=Stage.MINISTRY, by=by)
    perform(application, "accept", by=by, note=note)


def request_supplement(application: Application, *, by, note: str) -> None:
    """Each dossier is asked for what is marked on its own materials."""
    items = [
        {"code": mark.code, "reason": mark.reason, "words": mark.words}
        for mark, _ in standing_marks(application, Stage.MINISTRY)
    ]
    request_correction(application, stage=Stage.MINISTRY, items=items, words=note, by=by)


def conclude_review(application: Application, *, by, note: str) -> None:
    scoring.conclude_review(application, by=by, note=note)


def remind_experts(application: Application, *, by, note: str) -> None:
    if not scoring.remind(list(at_work(application)), by=by):
        raise TransitionBlocked(["今天都已催办过。"])


def at_work(application: Application):
    return Assignment.objects.filter(application=application, state__in=AT_WORK).select_related(
        "expert__user"
    )


# --- what is said of a dossier beside it, and what keeps it out of bulk work ---


def looked_at(application: Application) -> str:
    told = (checked_in_words(application), marks_in_words(application), article5_in_words(application))
    return "；".join(part for part in told if part)


def checked_in_words(application: Application) -> str:
    materials = [one.code for one in application.materials.all() if one.code != "declaration"]
    marked = {one.code for one in application.findings.all() if one.stage == Stage.MINISTRY}
    return f"材料已核对 {sum(code in marked for code in materials)} / {len(materials)} 项"


def found_wanting(application: Application) -> str:
    """Why it would be refused stands beside it, before all else."""
    told = (marks_in_words(application), checked_in_words(application), article5_in_words(application))
    return "；".join(part for part in told if part)


def marks_in_words(application: Application) -> str:
    marks = [
        f"{application.spec(one.code).short_title}（{one.get_verdict_display()}）{one.words.rstrip('。')}"
        for one in application.findings.all()
        if one.stage == Stage.MINISTRY and one.verdict != Finding.Verdict.OK
    ]
    return "；".join(marks)


def sheets_in_words(application: Application) -> str:
    states = [one.state for one in application.assignments.all()]
    return (
        f"已交 {states.count(AssignmentState.HANDED_IN)} 份，未交 {sum(one in AT_WORK for one in states)} 份"
    )


def scores_in_words(application: Application) -> str:
    score = "—" if application.review_score is None else f"{application.review_score:.2f}"
    return "；".join(part for part in (f"评审得分 {score}", article5_in_words(application)) if part)


def article5_in_words(application: Application) -> str:
    summary = application.assessment.get("summary", "").rstrip("。")
    return f"{law.CONDITIONS}：{summary}" if summary else ""


def has_standing_marks(application: Application, by) -> Iterable[str]:
    if standing_marks(application, Stage.MINISTRY):
        yield "材料上有“缺”或者“疑”的标记，请要求补正，或者打开卷宗逐件办理。"


def has_nothing_to_ask_for(application: Application, by) -> Iterable[str]:
    if not standing_marks(application, Stage.MINISTRY):
        yield "没有标为“缺”或者“疑”的材料，补正通知没有内容，请先核对材料。"


def nobody_to_remind(application: Application, by) -> Iterable[str]:
    if application.state != "UNDER_REVIEW":
        yield f"当前状态为“{application.get_state_display()}”，没有专家在评分。"
        return
    rows = [one for one in application.assignments.all() if one.state in AT_WORK]
    if not rows:
        yield "评分已全部提交，没有可以催办的专家。"
    elif all(one.reminded_on == clock.today() for one in rows):
        yield "今天已催办过。"


def rejecting(label: str) -> BulkVerb:
    return BulkVerb("reject", form_class=RejectForm, fact=scores_in_words, basis=((10, ""),), label=label)


register_list(
    BulkList(
        "queue",
        Application,
        rows=lambda user, params: listing(user, params).rows,
        back=lambda params: f"{reverse('ministry_queue')}?{urlencode(kept(params))}",
        url=lambda row: reverse("dossier", args=[row.pk]),
        related=RELATED,
        prefetched=PREFETCHED,
    ),
    BulkVerb("accept", act=accept, form_class=AcceptForm, also=has_standing_marks, fact=looked_at),
    BulkVerb("request_supplement", act=request_supplement, also=has_nothing_to_ask_for, fact=marks_in_words),
    BulkVerb("refuse", form_class=RefuseForm, fact=found_wanting),
    BulkVerb("begin_review", fact=sheets_in_words, basis=((9, ""),)),
    BulkVerb(
        "remind",
        act=remind_experts,
        also=nobody_to_remind,
        fact=sheets_in_words,
        label="催办专家",
        permission="conclude_review",
        consequence="尚未交评分的专家各收到一次催办，同一天只催办一次。",
    ),
    BulkVerb("conclude_review", act=conclude_review, fact=sheets_in_words, basis=((9, ""),)),
    rejecting("评审不通过"),
)


def waiting_for_decision(user, params):
    """Everything of the year and procedure that waits for a proposal, in the order of the ranking."""
    rows = Application.objects.for_user(user, "prepare_propose").filter(state="REVIEWED")
    year = params.get("year", "")
    if year.isdecimal():
        rows = rows.filter(cycle__year=int(year), cycle__programme=None)
    if params.get("procedure"):
        rows = rows.filter(procedure=params["procedure"])
    return rows.order_by("-review_score", "-province_score", "number")


register_list(
    BulkList(
        "decision",
        Application,
        rows=waiting_for_decision,
        back=lambda params: (
            f"{reverse('decision')}?{urlencode({name: params[name][:20] for name in ('year', 'procedure') if params.get(name)})}"
        ),
        url=lambda row: reverse("dossier", args=[row.pk]),
        related=RELATED,
        prefetched=PREFETCHED,
    ),
    rejecting("不通过"),
)
