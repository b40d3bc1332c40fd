"""The statutory calendar: anyone signed in reads it, the administrator enters a year from the notice."""

from __future__ import annotations

import calendar as month_calendar
from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from portal.kernel import clock
from portal.kernel.calendar import calendar, enter_year, read_days
from portal.kernel.permissions import holds
from portal.models import CalendarYear
from portal.pages.forms import PortalForm


class YearForm(PortalForm):
    source = forms.CharField(label="依据文件", max_length=200)
    days = forms.CharField(
        label="放假与调休日",
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="粘贴国务院办公厅通知的原文（元旦：1月1日至3日放假……），或者每行一天：月-日、休或班、节名。例如“10-1 休 国庆节”，“9-27 班 国庆节调休”。普通周末不用写。",
    )

    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_days(self):
        try:
            return read_days(self.year, self.cleaned_data["days"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


@login_not_required
def years(request):
    rows = list(CalendarYear.objects.prefetch_related("days"))
    upcoming = [
        year for year in (clock.today().year, clock.today().year + 1) if year not in {r.year for r in rows}
    ]
    return render(
        request,
        "portal/calendar/years.html",
        {"years": rows, "unannounced": upcoming, "may_enter": holds(CalendarYear, request.user, "enter")},
    )


@login_not_required
def year(request, year: int):
    if not 2000 <= year <= 2100:
        raise Http404
    days = calendar()
    months = []
    for month in range(1, 13):
        weeks = []
        for week in month_calendar.Calendar().monthdatescalendar(year, month):
            weeks.append([_cell(days, day) if day.month == month else None for day in week])
        months.append({"month": month, "weeks": weeks})
    row = CalendarYear.objects.filter(year=year).first()
    return render(
        request,
        "portal/calendar/year.html",
        {
            "year": year,
            "row": row,
            "months": months,
            "provisional": days.is_provisional(date(year, 1, 1)),
            "may_enter": holds(CalendarYear, request.user, "enter"),
        },
    )


def _cell(days, day: date) -> dict:
    return {"day": day, "works": days.is_workday(day), "name": days.name(day), "weekend": day.weekday() >= 5}


def enter(request, year: int):
    """Enter or correct a year; dates that rest on it are no longer estimates from then on."""
    if not holds(CalendarYear, request.user, "enter"):
        raise PermissionDenied("节假日安排由系统管理员录入。")
    row = CalendarYear.objects.filter(year=year).first()
    initial = {
        "source": row.source if row else f"国务院办公厅关于 {year} 年部分节假日安排的通知",
        "days": "\n".join(
            f"{d.day.month}-{d.day.day} {'班' if d.is_workday else '休'} {d.name}" for d in row.days.all()
        )
        if row
        else "",
    }
    form = YearForm(request.POST or None, year=year, initial=initial)
    if request.method == "POST" and form.is_valid():
        enter_year(year, source=form.cleaned_data["source"], days=form.cleaned_data["days"], by=request.user)
        messages.success(request, f"{year} 年节假日安排已录入。")
        return redirect("calendar_year", year)
    return render(
        request,
        "portal/calendar/enter.html",
        {"form": form, "year": year},
        status=422 if form.is_bound else 200,
    )
