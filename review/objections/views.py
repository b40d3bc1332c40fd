"""Objections on the officials' side, and what the recommender and the platform answer."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render

from applications.models import Application
from portal.files.views import owns_files
from portal.kernel import audit, signoff
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked, missing
from portal.pages.lists import page_of
from portal.privacy.forms import RevealForm
from portal.shared.uploads import UploadRefused
from review.freedom import hearers_of
from review.models import AnswerProof, Objection
from review.notices.forms import AnswerForm, ConcludeForm, FindingsForm, ReplyForm, SummaryForm
from review.objections.services import (
    answer,
    pass_on,
    propose_conclusion,
    record_findings,
    record_reply,
    take_on,
)
from review.states import OPEN_OBJECTIONS


@owns_files(Objection)
def objection_of_file(user, pk):
    """Evidence may name the objector, so it opens only to those who may see who objected."""
    return Objection.objects.for_user(user, "see_objector").filter(pk=pk).first()


@owns_files(AnswerProof)
def proof_of_file(user, pk):
    return AnswerProof.objects.for_user(user).filter(pk=pk).first()


def inbox(request):
    rows = Objection.objects.for_user(request.user).select_related("item__application__platform", "handler")
    demand_role(Objection, request.user, "view")
    page = page_of(request, rows.order_by("-received_at"))
    # The unit and its recommender deal with an office; who of it handles the case is the ministry's own affair.
    names = holds(Objection, request.user, "see_names")
    context = {"page": page, "names": names}
    return render(request, "review/objections/inbox.html", context)


def objection(request, pk):
    row = fetch(
        Objection.objects.select_related("item__application__platform", "item__notice", "handler"),
        request.user,
        pk=pk,
    )
    forms = _forms(request, row)
    status = 200
    reveals = request.POST.get("then") == "reveal" and allowed(request.user, "see_objector", row)
    if request.method == "POST" and not reveals:
        status = _act(request, row, forms)
        if status == 302:
            return redirect("objection", pk)
    context = {**_context(request, row), "forms": forms, **_look(request, row, reveals)}
    if reveals and not context["revealed"]:
        status = 422
    return render(request, "review/objections/detail.html", context, status=status)


def _look(request, row, reveals: bool) -> dict:
    """Who objected is masked until a reason is given; every look is on record."""
    sees = allowed(request.user, "see_objector", row)
    form = RevealForm(request.POST if reveals else None)
    revealed = reveals and form.is_valid()
    if sees:
        audit.record(
            action="reveal_objector" if revealed else "see_objector",
            obj=row,
            by=request.user,
            note=form.cleaned_data["reason"] if revealed else "",
        )
    return {
        "sees": sees,
        "revealed": revealed,
        "reveal": form,
        "evidence": row.evidence.select_related("file") if sees else [],
        "may_take_on": row.state in OPEN_OBJECTIONS and not sees and allowed(request.user, "take_on", row),
    }


def _context(request, row) -> dict:
    return {
        "row": row,
        "steps": row.steps(),
        "waits": missing(row, "dismiss", by=request.user)
        if handles(request.user, row) and row.state in OPEN_OBJECTIONS
        else [],
        "at_signature": signoff.waiting_for(row).first(),
        **(
            hearers_of(row, "take_on", "dismiss", by=request.user)
            if handles(request.user, row) and row.state in OPEN_OBJECTIONS
            else {}
        ),
        "barred": handles(request.user, row) and not allowed(request.user, "take_on", row),
        "proofs": row.proofs.for_user(request.user).select_related("file"),
    }


def handles(user, row: Objection) -> bool:
    """Whether it is this office's own case: the ministry's, or the province's in its own round."""
    if holds(Application, user, "check"):
        return True
    return holds(Application, user, "evaluate") and (
        allowed(user, "uphold_objection", row.item.application) or allowed(user, "take_on", row)
    )


FORMS = {
    "summary": SummaryForm,
    "findings": FindingsForm,
    "conclude": ConcludeForm,
    "answer": AnswerForm,
    "reply": ReplyForm,
}


def _forms(request, row) -> dict:
    """The forms that this person may send now."""
    may, is_open = partial(allowed, request.user, obj=row), row.state in OPEN_OBJECTIONS
    reasons = missing(row, "dismiss", by=request.user) or signoff.waiting_for(row).exists()
    answering = is_open and (may(verb="answer_as_recommender") or may(verb="answer_as_platform"))
    return {
        "summary": SummaryForm(initial={"summary": row.summary})
        if row.state == "RECEIVED" and may(verb="begin_verification")
        else None,
        "findings": FindingsForm(initial={"words": row.handler_findings})
        if row.state == "VERIFYING" and may(verb="record_findings")
        else None,
        "conclude": ConcludeForm() if is_open and may(verb="prepare_dismiss") and not reasons else None,
        "answer": AnswerForm() if answering else None,
        "reply": ReplyForm() if not is_open and not row.replied_at and may(verb="reply") else None,
    }


def _act(request, row, forms) -> int:
    """Carry out the form that was sent; 302 when it is done, else the status of the page."""
    then = request.POST.get("then")
    try:
        if then == "take_on":
            take_on(row, by=request.user)
            messages.success(request, "您已成为经办人，可以看到异议人信息；每次查看都有记录。")
            return 302
        if then not in FORMS or forms.get(then) is None:
            messages.error(request, "此件异议的状态已变化，请刷新页面。")
            return 302
        form = forms[then] = FORMS[then](request.POST, request.FILES)
        if not form.is_valid():
            return 422
        messages.success(request, _carry_out(request, row, then, form.cleaned_data))
    except UploadRefused as refusal:
        form.add_error("proof", str(refusal))
        return 422
    except TransitionBlocked as refusal:
        if then == "take_on":
            messages.error(request, refusal.words)
            return 302
        form.add_error(None, refusal.reasons)
        return 409
    return 302


def _carry_out(request, row, then: str, data: dict) -> str:
    if then == "summary":
        pass_on(row, summary=data["summary"], by=request.user)
        return "已转推荐单位核查，并请申报单位说明。"
    if then == "conclude":
        propose_conclusion(row, upheld=data["upheld"] == "yes", note=data["note"], by=request.user)
        return "结论已送审签，须由另一位未参与该平台评审的负责人审签后生效。"
    if then == "findings":
        record_findings(row, words=data["words"], by=request.user)
        return "核查情况已记录。"
    if then == "reply":
        record_reply(row, how=data["how"], by=request.user)
        return "已记录答复。"
    answer(
        row,
        as_recommender=holds(Objection, request.user, "answer_as_recommender"),
        words=data["words"],
        by=request.user,
        proofs=[data["proof"]] if data["proof"] else [],
    )
    return "情况说明已提交。"
