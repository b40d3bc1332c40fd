"""The page on which a department asks another one for a person."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render

from applications.models import Application
from portal.kernel.permissions import fetch
from portal.kernel.workflow import TransitionBlocked
from review.handlers.forms import AppointForm
from review.handlers.services import lendable, propose_handler
from review.models import OutsideHandler


def appoint(request, pk):
    row = fetch(
        Application.objects.select_related("platform", "recommender", "cycle"),
        request.user,
        "appoint_handler",
        pk=pk,
    )
    form, status = AppointForm(request.POST or None, people=lendable(row)), 200
    if request.method == "POST" and (status := 422) and form.is_valid():
        data = form.cleaned_data
        try:
            act = propose_handler(row, handler=data["handler"], reason=data["reason"], by=request.user)
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
            status = 409
        else:
            messages.success(request, "已送审签，由本单位负责人审签后生效。")
            return redirect("signoff", act.pk)
    known = OutsideHandler.objects.for_user(request.user).filter(application=row)
    context = {"row": row, "form": form, "known": known.select_related("handler", "office")}
    return render(request, "review/handlers/appoint.html", context, status=status)
