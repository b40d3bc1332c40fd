"""Objections on the officials' side, and what the recommender and the platform answer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render

from portal import audit
from portal.permissions import MINISTRY, Role, allowed, fetch
from portal.views.files import owns_files
from portal.workflow import TransitionBlocked, perform
from review.forms.notices import AnswerForm, ConcludeForm, SummaryForm
from review.models import Objection
from review.services.objections import answer, conclude
from review.states import OPEN_OBJECTIONS


@owns_files(Objection)
def objection_of_file(user, pk):
    """Evidence may name the objector, so it opens only to those who may see who objected."""
    return Objection.objects.for_user(user, "see_objector").filter(pk=pk).first()


def inbox(request):
    rows = Objection.objects.for_user(request.user).select_related("item__application__platform", "handler")
    if request.user.role not in (
        *MINISTRY,
        Role.INSPECTOR,
        Role.OUTSIDE_AUDITOR,
        Role.RECOMMENDER,
        Role.APPLICANT,
    ):
        raise PermissionDenied
    page = Paginator(rows.order_by("-received_at"), 50).get_page(request.GET.get("page"))
    return render(request, "review/objections/inbox.html", {"page": page, "base_template": _base(request)})


def _base(request) -> str:
    return "base_applicant.html" if request.user.role == Role.APPLICANT else "base_work.html"


def objection(request, pk):
    row = fetch(
        Objection.objects.select_related("item__application__platform", "item__notice", "handler"),
        request.user,
        pk=pk,
    )
    sees = allowed(request.user, "see_objector", row)
    if sees and request.method == "GET":
        audit.record_read(row, by=request.user, what="see_objector")
    role = request.user.role
    is_open = row.state in OPEN_OBJECTIONS
    forms = {
        "summary": SummaryForm(initial={"summary": row.summary})
        if role in MINISTRY and row.state == "RECEIVED"
        else None,
        "conclude": ConcludeForm() if role in MINISTRY and is_open else None,
        "answer": AnswerForm() if is_open and role in (Role.RECOMMENDER, Role.APPLICANT) else None,
    }
    status = 200
    if request.method == "POST":
        status = _act(request, row, forms)
        if status == 302:
            return redirect("objection", pk)
    return render(
        request,
        "review/objections/detail.html",
        {
            "row": row,
            "sees": sees,
            "forms": forms,
            "base_template": _base(request),
            "evidence": row.evidence.select_related("file") if sees else [],
        },
        status=status,
    )


def _act(request, row, forms) -> int:
    """Carry out the form that was sent; 302 when it is done, else the status of the page."""
    then = request.POST.get("then")
    kinds = {"summary": SummaryForm, "conclude": ConcludeForm, "answer": AnswerForm}
    if then not in kinds or forms.get(then) is None:
        messages.error(request, "此件异议的状态已变化，请刷新页面。")
        return 302
    form = forms[then] = kinds[then](request.POST)
    if not form.is_valid():
        return 422
    data = form.cleaned_data
    try:
        if then == "summary":
            perform(row, "begin_verification", by=request.user, summary=data["summary"])
            messages.success(request, "已转推荐单位核查，并请申报单位说明。")
        elif then == "conclude":
            conclude(row, upheld=data["upheld"] == "yes", note=data["note"], by=request.user)
            messages.success(request, "异议已办结，异议人可凭查询码查看。")
        else:
            answer(
                row,
                as_recommender=request.user.role == Role.RECOMMENDER,
                words=data["words"],
                by=request.user,
            )
            messages.success(request, "情况说明已提交。")
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons[0])
        return 409
    return 302
