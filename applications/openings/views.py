"""谁看过我的材料: the unit's page of the openings of its files, 纪检's page of the same with what is held back."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.models import Application, ReadingDoubt
from applications.openings.forms import DoubtForm
from applications.openings.readings import openings_of
from applications.openings.services import doubt_opening, lines_of
from portal.kernel import clock
from portal.kernel.permissions import demand_role, fetch, holds
from portal.kernel.workflow import is_ready, verb_on
from portal.pages.listforms import tabs_of
from portal.pages.lists import page_of
from portal.pages.verbs import VerbView

RELATED = ("platform__organisation", "cycle", "recommender", "reporting")


def _shown(application: Application):
    """What the unit may read now: the openings, and how many were 纪检's."""
    now = clock.now()
    visible = [one for one in openings_of(application) if one.is_shown(now)]
    return [one for one in visible if not one.is_counted], sum(one.is_counted for one in visible)


@require_safe
def openings(request, pk):
    application = fetch(Application.objects.select_related(*RELATED), request.user, "read_openings", pk=pk)
    if holds(ReadingDoubt, request.user, "answer"):
        return _for_inspectors(request, application)
    shown, counted = _shown(application)
    others = [one for one in shown if not one.is_own]
    with_own = bool(request.GET.get("own"))
    return render(
        request,
        "applications/openings/openings.html",
        {
            "application": application,
            "page": page_of(request, lines_of(shown if with_own else others)),
            "tabs": tabs_of((("", "其他单位"), ("1", "含本单位")), "1" if with_own else "", name="own"),
            "total": len(others),
            "own": len(shown) - len(others),
            "counted": counted,
            "doubts": ReadingDoubt.objects.for_user(request.user).filter(application=application),
            "query": "own=1&" if with_own else "",
        },
    )


def _for_inspectors(request, application: Application):
    now, found = clock.now(), openings_of(application)
    withheld = [one for one in found if not one.is_shown(now)]
    return render(
        request,
        "applications/openings/inspected.html",
        {
            "application": application,
            "total": len(found),
            "shown": len(found) - len(withheld),
            "withheld": len(withheld),
            "page": page_of(request, withheld[::-1]),
        },
    )


def doubt(request, pk):
    application = fetch(Application.objects.select_related(*RELATED), request.user, "doubt_opening", pk=pk)
    lines = lines_of(one for one in _shown(application)[0] if not one.is_own)
    form = DoubtForm(request.POST or None, lines=lines, initial={"line": request.GET.get("line", "")})
    if request.method == "POST" and form.is_valid():
        line = next(one for one in lines if one.key == form.cleaned_data["line"])
        doubt_opening(application, line=line, words=form.cleaned_data["words"], by=request.user)
        messages.success(request, "疑问已交纪检监督，答复会发给您。")
        return redirect("dossier_openings", pk)
    return render(
        request,
        "applications/openings/doubt.html",
        {"application": application, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_safe
def doubts(request):
    demand_role(ReadingDoubt, request.user, "answer", "查阅疑问只向纪检监督开放。")
    rows = ReadingDoubt.objects.for_user(request.user).select_related("application__platform", "asked_by")
    page = page_of(request, rows)
    for row in page:
        row.verbs = [verb_on(row, verb) for verb in ("answer", "close") if is_ready(row, verb)]
    return render(request, "applications/openings/doubts.html", {"page": page})


class Handle(VerbView):
    model = ReadingDoubt

    def queryset(self):
        return ReadingDoubt.objects.select_related("application__platform", "asked_by")

    def shown(self):
        row = self.obj
        return [("平台", row.application.platform.name), ("打开记录", row.line), ("疑问", row.words)] + (
            [("答复", row.answer_words)] if row.answer_words else []
        )

    def back_url(self):
        return reverse("reading_doubts")


class Answer(Handle):
    verb = "answer"


class Close(Handle):
    verb = "close"
