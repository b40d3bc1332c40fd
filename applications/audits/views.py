"""Appointments of outside auditors: the list, a new one for two administrators, an early end."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications.audits.forms import AppointmentForm, EndForm
from applications.audits.services import end_appointment, propose_appointment
from applications.models import AuditAppointment
from portal.kernel.permissions import demand_role, fetch, holds
from portal.models import AccountChange, SignOff
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at

RELATED = ("auditor", "cycle", "appointed_by")


def _demand_administrator(user) -> None:
    demand_role(AuditAppointment, user, "end", "审计委派由系统管理员办理。")


@require_safe
def appointments(request):
    demand_role(
        AuditAppointment,
        request.user,
        "view",
        "审计委派由系统管理员办理，监督人员和被委派的审计人员可以查看。",
    )
    rows = AuditAppointment.objects.for_user(request.user).select_related(*RELATED)
    changes = AccountChange.objects.filter(
        kind=AccountChange.Kind.APPOINT, state=AccountChange.State.PROPOSED
    )
    waiting = [str(pk) for pk in changes.values_list("pk", flat=True)]
    return render(
        request,
        "applications/audits/list.html",
        {
            "page": page_of(request, rows),
            "may_edit": holds(AuditAppointment, request.user, "end"),
            "waiting": SignOff.objects.for_user(request.user).filter(
                state=SignOff.State.WAITING, object_ids__overlap=waiting
            )
            if waiting
            else [],
        },
    )


def new(request):
    _demand_administrator(request.user)
    form = AppointmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        with refusals_at(form):
            act = propose_appointment(data.pop("auditor"), by=request.user, **data)
            messages.success(request, "已提请另一位系统管理员审签，审签后生效。")
            return redirect("signoff", act.pk)
    return render(
        request, "applications/audits/form.html", {"form": form}, status=422 if form.is_bound else 200
    )


def end(request, pk):
    row = fetch(AuditAppointment.objects.select_related(*RELATED), request.user, pk=pk)
    _demand_administrator(request.user)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            end_appointment(row, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"{row.auditor.name}对{row.cycle}的审计委派已结束。")
            return redirect("audit_appointments")
    return render(
        request,
        "applications/audits/end.html",
        {"form": form, "row": row},
        status=422 if form.is_bound else 200,
    )
