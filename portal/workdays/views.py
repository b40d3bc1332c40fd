"""The statutory calendar: anyone signed in reads it, the administrator enters a year from the notice."""

from __future__ import annotations

import calendar as month_calendar
from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render

from portal.kernel import clock
from portal.kernel.calendar import calendar, read_days, with_year
from portal.kernel.permissions import demand_role, holds
from portal.kernel.workflow import TransitionBlocked
from portal.models import CalendarChange, CalendarYear
from portal.pages.forms import PortalForm
from portal.workdays.acts import days_of, propose_year
from portal.workdays.moves import moves_between


class YearForm(PortalForm):
    goes_public = ("source", "days")

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
    days, proposed = calendar(), _proposed(request, year)
    row = CalendarYear.objects.filter(year=year).first()
    if proposed:
        days = with_year(days, year, days_of(proposed))
    return render(
        request,
        "portal/calendar/year.html",
        {
            "year": year,
            "row": row,
            "proposed": proposed,
            "months": months_of(days, year),
            "provisional": days.is_provisional(date(year, 1, 1)),
            "may_enter": holds(CalendarYear, request.user, "enter"),
        },
    )


def _proposed(request, year: int) -> CalendarChange | None:
    """The change that waits for a second administrator, asked for by its sheet: seen as a year before it is signed."""
    asked = request.GET.get("proposed", "")
    if not asked or not request.user.is_authenticated:
        return None
    waiting = CalendarChange.objects.for_user(request.user).filter(year=year)
    return next(
        (row for row in waiting.filter(state=CalendarChange.State.PROPOSED) if str(row.pk) == asked), None
    )


def _cell(days, day: date) -> dict:
    return {"day": day, "works": days.is_workday(day), "name": days.name(day), "weekend": day.weekday() >= 5}


def months_of(days, year: int) -> list[dict]:
    """The year as twelve sheets of weeks; days of the neighbouring months are left out."""
    return [
        {
            "month": month,
            "weeks": [
                [_cell(days, day) if day.month == month else None for day in week]
                for week in month_calendar.Calendar().monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def lines_of(days) -> str:
    """The days in the form that the field reads again."""
    return "\n".join(
        f"{day.month}-{day.day} {'班' if works else '休'} {name}"
        for day, (works, name) in sorted(days.items())
    )


def toggled(days, day: date) -> dict:
    """One click on a day: what deviates becomes an ordinary day, an ordinary one deviates."""
    if day in days:
        return {one: kept for one, kept in days.items() if one != day}
    works = day.weekday() >= 5
    return {**days, day: (works, "调休上班" if works else "节假日")}


def enter(request, year: int):
    """Enter or correct a year: looked at as a year, corrected by click, then signed by another administrator."""
    demand_role(CalendarYear, request.user, "enter", "节假日安排由系统管理员录入。")
    row = CalendarYear.objects.filter(year=year).first()
    initial = {
        "source": row.source if row else f"国务院办公厅关于 {year} 年部分节假日安排的通知",
        "days": lines_of({d.day: (d.is_workday, d.name) for d in row.days.all()}) if row else "",
    }
    form, shown, moves, status = YearForm(request.POST or None, year=year, initial=initial), None, [], 200
    if request.method == "POST" and (status := 422) and form.is_valid():
        days, then = form.cleaned_data["days"], request.POST.get("then", "send")
        if then == "send":
            try:
                act = propose_year(year, source=form.cleaned_data["source"], days=days, by=request.user)
            except TransitionBlocked as refusal:
                form.add_error(None, refusal.reasons)
                status = 409
            else:
                messages.success(request, f"{year} 年节假日安排已提请另一位系统管理员审签，审签后立即生效。")
                return redirect("signoff", act.pk)
        if clicked := _clicked(year, then):
            days = toggled(days, clicked)
        form = (
            YearForm(year=year, initial={"source": form.cleaned_data["source"], "days": lines_of(days)})
            if then != "send"
            else form
        )
        shown = with_year(calendar(), year, days)
        moves, status = moves_between(calendar(), shown), status if then == "send" else 200
    context = {"form": form, "year": year, "moves": moves, "months": months_of(shown, year) if shown else []}
    return render(request, "portal/calendar/enter.html", context, status=status)


def _clicked(year: int, then: str) -> date | None:
    try:
        day = date.fromisoformat(then)
    except ValueError:
        return None
    return day if day.year == year else None
