"""Preparing a publicity: the notice as it will stand beside its checks, to Word or to be signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from applications.models import Application
from portal.kernel import audit, clock, signoff
from portal.kernel.calendar import calendar
from portal.kernel.workflow import TransitionBlocked
from review.decision import place
from review.freedom import freedom_of
from review.notices.documents import notice_docx
from review.notices.exports import DOCX
from review.notices.forms import PublicityForm
from review.notices.services import compose, corrected_by
from review.publicity.acts import UNCHANGING
from review.publicity.prechecks import check_publicity
from review.rereview.failing import hearing_runs

PHONES = ("contact_phone", "supervision_phone")


def prepare(request):
    return _prepare(request, place.of_ministry(request, first=("PROPOSED",)))


def round_publicity(request, pk):
    """Art. 18: the province publicises the list of its own round."""
    return _prepare(request, place.of_province(request, pk))


@dataclass(frozen=True)
class PrepareScreen:
    """The list that is to be made public, and what it was held against."""

    rows: list
    picked: list
    unchanging: Any
    corrects: Any
    recommenders: int
    checks: list


def _prepare(request, here: place.Place):
    cycle, procedure = here.cycle, here.procedure
    rows = list(
        Application.objects.for_user(request.user, "prepare_publicise")
        .filter(cycle=cycle, procedure=procedure, state="PROPOSED")
        .select_related("platform__organisation", "recommender", "cycle")
        .order_by("recommender__order", "rank", "number")
    )
    held = _held(rows)
    free = [row for row in rows if row not in held]
    picked = [row for row in free if str(row.pk) in request.POST.getlist("pick")] if request.POST else free
    first = calendar().next_workday(clock.today() + timedelta(days=1))
    initial = {"start": first, **{name: getattr(cycle, name, "") for name in PHONES}}
    length = cycle.edition.publicity_days if cycle else 1  # without a year there is no list either
    form = PublicityForm(request.POST or None, initial=initial, length=length)
    form.is_valid()
    values = {
        **initial,
        **getattr(form, "cleaned_data", {}),
    }  # what is typed and fits, also beside what does not
    content = _content(cycle, procedure, picked, values) if picked else None
    if "draft" in request.GET and content:
        return render(request, "review/notices/_paper.html", {"content": content})
    if request.method == "POST" and form.is_valid() and content:
        answer = _act(request, form, picked, content)
        if answer is not None:
            return answer
    return render(
        request,
        "review/notices/prepare.html",
        {
            "screen": PrepareScreen(
                rows=[(row, row in picked, held.get(row, "")) for row in rows],
                picked=picked,
                unchanging=UNCHANGING,
                corrects=corrected_by(picked) if picked else None,
                recommenders=len({row.recommender_id for row in picked}),
                checks=check_publicity(
                    content, proposed=rows, picked=picked, start=values["start"], phones=values
                )
                if content
                else [],
            ),
            "form": form,
            "content": content,
            "procedure": procedure,
            "place": here,
            "this_cycle": cycle,
            "year_choice": here.year,
            "free": freedom_of(picked, "publicise", by=request.user) if picked else None,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _held(rows) -> dict[Application, str]:
    """What can't stand on a list today, and why: it waits for a signature, or its unit has not been heard yet."""
    waiting = signoff.ids_waiting(Application)
    prefetch_related_objects([row for row in rows if row.proposed_outcome == "fail"], "failing_notices")
    held = {row: "待审签" for row in rows if str(row.pk) in waiting}
    return held | {row: words for row in rows if row not in held and (words := hearing_runs(row))}


def _content(cycle, procedure: str, picked, values) -> dict:
    return compose(
        cycle, procedure, picked, start=values["start"], **{name: values.get(name, "") for name in PHONES}
    )


def _act(request, form, picked, content):
    """Word or the signature; None goes on to the preview."""
    data, then = form.cleaned_data, request.POST.get("then")
    if then == "word":
        audit.record_read(
            picked[0].cycle, by=request.user, what="export", kind="publicity_draft", items=len(picked)
        )
        response = HttpResponse(notice_docx(content), content_type=DOCX)
        response["Content-Disposition"] = content_disposition_header(True, "公示稿.docx")
        return response
    if then != "sign":
        return None
    for name in PHONES:
        if not data[name].strip():
            form.add_error(name, f"公示稿须载明{form.fields[name].label}，填写后才能送审签。")
    if form.errors:
        return None
    try:
        act = signoff.prepare(
            picked,
            "publicise",
            by=request.user,
            note=data["note"],
            start=data["start"].isoformat(),
            **{name: data[name] for name in PHONES},
        )
    except TransitionBlocked as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    messages.success(request, "公示稿已送审签。")
    return redirect("signoff", act.pk)
