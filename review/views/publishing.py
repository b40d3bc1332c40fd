"""Publicising and designating: preview first, effects first, two persons."""

from __future__ import annotations

import json
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.models import Application
from applications.states import Procedure
from applications.views.desk import current_cycle
from portal import clock, signoff
from portal.calendar import calendar
from portal.permissions import MINISTRY, Role
from portal.views.verbs import VerbView
from portal.workflow import TransitionBlocked, missing
from review.forms.notices import DesignateForm, PublicityForm
from review.models import Notice
from review.services.designation import announcement_content
from review.services.notices import compose, withdraw_notice

ENDS = {Procedure.DESIGNATION: ("designate",), Procedure.REREVIEW: ("confirm", "fail")}


def _ministry(request):
    if request.user.role not in MINISTRY:
        raise PermissionDenied("此页面属于工业和信息化部。")


def _procedure(request) -> str:
    value = request.POST.get("procedure") or request.GET.get("procedure") or Procedure.DESIGNATION
    return value if value in Procedure.values else Procedure.DESIGNATION


def prepare(request):
    """The notice as it will stand, with its checks, before it goes to be signed."""
    _ministry(request)
    cycle, procedure = current_cycle(), _procedure(request)
    rows = list(
        Application.objects.for_user(request.user, "prepare_publicise")
        .filter(cycle=cycle, procedure=procedure, state="PROPOSED")
        .select_related("platform__organisation", "recommender", "cycle")
        .order_by("recommender__order", "rank", "number")
    )
    free = [row for row in rows if not signoff.waiting_for(row).exists()]
    picked = [row for row in free if str(row.pk) in request.POST.getlist("pick")] if request.POST else free
    first = calendar().next_workday(clock.today() + timedelta(days=1))
    initial = (
        {"start": first, "contact_phone": cycle.contact_phone, "supervision_phone": cycle.supervision_phone}
        if cycle
        else {}
    )
    form = PublicityForm(request.POST or None, initial=initial)
    start = first
    if request.method == "POST" and form.is_valid():
        start = form.cleaned_data["start"]
        if request.POST.get("then") == "sign":
            try:
                act = signoff.prepare(
                    picked, "publicise", by=request.user, note=form.cleaned_data["note"], start=start.isoformat(),
                    contact_phone=form.cleaned_data["contact_phone"], supervision_phone=form.cleaned_data["supervision_phone"],
                )  # fmt: skip
            except TransitionBlocked as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason)
            else:
                messages.success(request, "公示稿已送审签。")
                return redirect("signoff", act.pk)
    phones = form.cleaned_data if form.is_bound and form.is_valid() else initial
    content = (
        compose(
            cycle, procedure, picked, start=start, contact_phone=phones.get("contact_phone", ""),
            supervision_phone=phones.get("supervision_phone", ""),
        )
        if picked
        else None
    )  # fmt: skip
    return render(
        request,
        "review/notices/prepare.html",
        {
            "rows": [(row, row in picked, row not in free) for row in rows], "picked": picked, "form": form, "content": content,
            "procedure": procedure, "procedures": Procedure.choices, "this_cycle": cycle,
            "phones_missing": sum(not phones.get(name) for name in ("contact_phone", "supervision_phone")),
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def running(request):
    """What is publicised: when it ends, what is open, and designating when it may be."""
    if request.user.role not in (*MINISTRY, Role.INSPECTOR):
        raise PermissionDenied("此页面属于工业和信息化部。")
    cycle, procedure = current_cycle(), _procedure(request)
    verbs = ENDS[procedure]
    rows = list(
        Application.objects.for_user(request.user)
        .filter(cycle=cycle, procedure=procedure, state="PUBLICISED")
        .select_related("platform__organisation", "recommender", "cycle", "designation")
        .order_by("recommender__order", "number")
    )
    verb = request.POST.get("verb") if request.POST.get("verb") in verbs else verbs[0]
    form = DesignateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _ministry(request)
        picked = [row for row in rows if str(row.pk) in request.POST.getlist("pick")]
        wrong = [
            row
            for row in picked
            if (row.proposed_outcome == "fail") != (verb == "fail") and procedure == Procedure.REREVIEW
        ]
        try:
            if wrong:
                raise TransitionBlocked([f"{wrong[0].platform.name}公示的结论与所选不一致。"])
            act = signoff.prepare(
                picked, verb, by=request.user, note=form.cleaned_data["note"] or "公示期满，无未办结异议",
                document_number=form.cleaned_data["document_number"],
            )  # fmt: skip
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "已送审签。")
            return redirect("signoff", act.pk)
    lines = [
        (
            row,
            missing(row, verbs[-1] if row.proposed_outcome == "fail" else verbs[0], by=request.user),
            signoff.waiting_for(row).exists(),
        )
        for row in rows
    ]
    ready = [row for row, reasons, waiting in lines if not reasons and not waiting]
    return render(
        request,
        "review/designation/running.html",
        {
            "lines": lines, "form": form, "procedure": procedure, "procedures": Procedure.choices, "verbs": verbs, "this_cycle": cycle,
            "notices": Notice.objects.filter(cycle=cycle, kind="publicity", procedure=procedure).order_by("-published_on"),
            "preview": announcement_content(ready, verbs[0]) if ready else None,
            "is_ministry": request.user.role in MINISTRY,
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


class Withdraw(VerbView):
    model = Notice
    verb = "withdraw"

    def act(self, form):
        return withdraw_notice(self.obj, by=self.request.user, note=form.cleaned_data["note"])

    def shown(self):
        return [
            ("公示", self.obj.title),
            ("公示期", f"{self.obj.published_on} 至 {self.obj.ends_on}"),
            ("家数", str(self.obj.items.count())),
        ]

    def back_url(self):
        return reverse("publicised")


def content_of(notice: Notice) -> dict:
    return {**json.loads(notice.body), "items": json.loads(notice.items_text)}
