"""What is publicised, and designating: preview first, effects first, two persons."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.models import Application
from applications.states import Procedure
from applications.views.desk import current_cycle
from portal import signoff
from portal.permissions import MINISTRY, Role
from portal.views.verbs import VerbView
from portal.workflow import TransitionBlocked, missing
from review.forms.notices import DesignateForm
from review.models import Notice
from review.services.designation import announcement_content
from review.services.notices import withdraw_notice

ENDS = {Procedure.DESIGNATION: ("designate",), Procedure.REREVIEW: ("confirm", "fail")}


def only_ministry(request):
    if request.user.role not in MINISTRY:
        raise PermissionDenied("此页面属于工业和信息化部。")


def procedure_of_page(request) -> str:
    value = request.POST.get("procedure") or request.GET.get("procedure") or Procedure.DESIGNATION
    return value if value in Procedure.values else Procedure.DESIGNATION


def running(request):
    """What is publicised: when it ends, what is open, and designating when it may be."""
    if request.user.role not in (*MINISTRY, Role.INSPECTOR):
        raise PermissionDenied("此页面属于工业和信息化部。")
    cycle, procedure = current_cycle(), procedure_of_page(request)
    verbs = ENDS[procedure]
    rows = list(
        Application.objects.for_user(request.user)
        .filter(cycle=cycle, procedure=procedure, state__in=_ready_states(cycle, procedure))
        .select_related("platform__organisation", "recommender", "cycle", "designation")
        .order_by("recommender__order", "number")
    )
    verb = request.POST.get("verb") if request.POST.get("verb") in verbs else verbs[0]
    form = DesignateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        only_ministry(request)
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


def _ready_states(cycle, procedure) -> tuple[str, ...]:
    """A re-review is decided straight from the proposal where the round asks for no publicity."""
    skips = procedure == Procedure.REREVIEW and cycle and not cycle.publicise_rereview
    return ("PROPOSED", "PUBLICISED") if skips else ("PUBLICISED",)


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
