from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from portal.kernel import clock
from portal.kernel.request import own_address
from portal.kernel.workflow import TransitionBlocked
from portal.pages.forms import PortalForm
from portal.shared.workingdays import date_cn_weekday
from training.clock import move_by_workdays, move_to_day


class ClockForm(PortalForm):
    day = forms.DateField(label="拨到哪一天", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    workdays = forms.IntegerField(label="或者向后拨几个工作日", required=False, min_value=1, max_value=250)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("day")) == bool(cleaned.get("workdays")):
            raise forms.ValidationError("请填写日期或者工作日数，二者选一。")
        return cleaned


def move(request):
    """Move the training clock from the banner of any page."""
    if not settings.TRAINING_CLOCK:
        raise Http404
    form = ClockForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["day"]:
                moment = move_to_day(form.cleaned_data["day"], by=request.user)
            else:
                moment = move_by_workdays(form.cleaned_data["workdays"], by=request.user)
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, f"演练时钟已拨到 {date_cn_weekday(moment.date())}。")
            return redirect(own_address(form.cleaned_data["next"], "desk"))
    status = 422 if form.is_bound else 200
    return render(request, "portal/clock.html", {"form": form, "today": clock.today()}, status=status)
