"""The page on which a department asks another one for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.shortcuts import redirect, render

from applications.models import Application
from portal.kernel.permissions import fetch
from portal.models import SignOff
from portal.pages.refusals import refusals_at
from review.handlers.forms import AppointForm, EndForm
from review.handlers.services import lendable, propose_end, propose_handler
from review.models import OutsideHandler
from review.states import HandlerState


def appoint(request, pk):
    """The page: who is appointed, whom to ask, whose appointment is to end."""
    row = fetch(
        Application.objects.select_related("platform", "recommender", "cycle"),
        request.user,
        "appoint_handler",
        pk=pk,
    )
    known = OutsideHandler.objects.for_user(request.user).filter(application=row)
    known = list(known.select_related("handler", "office"))
    standing = [one for one in known if one.state == HandlerState.APPOINTED]
    ends = request.method == "POST" and "appointment" in request.POST
    form = AppointForm(request.POST if request.POST and not ends else None, people=lendable(row))
    end = EndForm(request.POST if ends else None, standing=standing)
    sent = end if ends else form
    if request.method == "POST" and sent.is_valid():
        with refusals_at(sent):
            act = _proposed(row, sent.cleaned_data, by=request.user)
            messages.success(request, "已送审签，由本单位负责人审签后生效。")
            return redirect("signoff", act.pk)
    context = {"row": row, "form": form, "known": known, "end": end if standing else None}
    status = 422 if request.method == "POST" else 200
    return render(request, "review/handlers/appoint.html", context, status=status)


def _proposed(row: Application, data: Mapping[str, Any], *, by) -> SignOff:
    if "appointment" in data:
        return propose_end(data["appointment"], reason=data["end_reason"], by=by)
    return propose_handler(row, handler=data["handler"], reason=data["reason"], by=by)
