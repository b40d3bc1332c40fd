"""Deliberation: the ranked table with its movable line; a proposal leaves from here to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import IntegerField, OuterRef, Subquery
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from applications.dossiers.brief import brief_of, with_brief
from applications.models import Application
from applications.states import Procedure
from portal.kernel import signoff
from portal.kernel.workflow import TransitionBlocked
from portal.pages.drawn import draw_kept
from portal.pages.refusals import refusals_at
from portal.shared.together import how_many
from review.decision import place
from review.decision.forms import ProposeForm
from review.decision.ranking import out_of_order, tally
from review.freedom import freedom_of
from review.models import Assignment

HANDED_IN = Assignment.objects.filter(application=OuterRef("pk"), state="HANDED_IN")
SHOWN = (
    "number",
    "procedure",
    "state",
    "cycle",
    "province_score",
    "review_score",
    "platform__name",
    "platform__functions",
    "recommender__label",
    "recommender__kind",
    "evaluation__opinion",
)


def decision(request):
    return _deliberate(request, place.of_ministry(request, first=("REVIEWED",)))


def round_decision(request, pk):
    """Art. 18: the province decides on the dossiers of its own round."""
    return _deliberate(request, place.of_province(request, pk))


@dataclass(frozen=True)
class DecisionScreen:
    """The ranked dossiers of one year, and where the line is drawn."""

    lines: list
    cut: int
    in_order: bool
    waiting: Any
    proposed: Any
    ranked_in_all: int


def _deliberate(request, here: place.Place):
    cycle, procedure = here.cycle, here.procedure
    rows = ranked(request.user, cycle, procedure, is_shown=request.method != "POST")
    cut = _cut(request, rows, procedure)
    form = ProposeForm(request.POST or None, procedure=procedure)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            act = propose(request, rows, cut, form.cleaned_data)
            messages.success(request, "已送审签。须由另一位负责人审签后生效。")
            return redirect("signoff", act.pk)
    picked = set(request.POST.getlist("pick")) if request.POST else {str(row.pk) for row in rows[:cut]}
    places = places_in_all(request.user, cycle, procedure)
    frame = {
        "in_order": procedure != Procedure.REREVIEW,
        "is_national": here.is_national,
        "year": cycle.year if cycle else "",
        "procedure": procedure,
        "cut": cut,
    }
    lines = [
        _line(
            row,
            frame,
            rank=rank,
            place=places.get(row.pk, rank),
            above=rank <= cut,
            picked=str(row.pk) in picked,
            reason=request.POST.get(f"reason_{row.pk}", ""),
        )
        for rank, row in enumerate(rows, start=1)
    ]
    return render(
        request,
        "review/decision/decision.html",
        {
            "screen": DecisionScreen(
                lines=lines,
                cut=cut,
                in_order=procedure != Procedure.REREVIEW,
                waiting=_waiting(request.user, cycle, procedure),
                proposed=_proposed(request.user, cycle, procedure, places),
                ranked_in_all=len(places),
            ),
            "form": form,
            "procedure": procedure,
            "place": here,
            "this_cycle": cycle,
            "year_choice": here.year,
            "free": freedom_of(rows, "propose", by=request.user) if rows else None,
            **counts(rows[:cut]),
        },
        status=422 if form.is_bound else 200,
    )


def _line(row: Any, frame: Mapping, **line) -> SafeString:
    """A line of the ranking, drawn once for what it says."""
    mark = brief_of(row)
    says = (row.pk, row.number, row.platform.name, row.recommender.label, row.sheets, mark)
    scores = (row.province_opinion, row.province_score, row.review_score)
    return draw_kept(
        "review/decision/_line.html",
        (*says, *scores, *frame.values(), *line.values()),
        lambda: {"row": row, "line": line, "mark": mark, **frame},
    )


def ranked(user, cycle, procedure, *, is_shown: bool = False) -> list[Application]:
    """Everything that waits for a decision, in the order of its score; what waits for a signature is apart.

    A page that only shows them reads what its lines say: whole rows of a thousand dossiers are three times as costly.
    """
    rows = (
        with_brief(Application.objects.for_user(user, "prepare_propose"))
        .filter(cycle=cycle, procedure=procedure, state="REVIEWED")
        .exclude(pk__in=signoff.ids_waiting(Application))
        .annotate(sheets=Subquery(how_many(HANDED_IN), output_field=IntegerField()))
        .order_by(*ORDER)
    )
    if not is_shown:
        return list(rows.select_related("platform__organisation", "recommender", "cycle", "evaluation"))
    found = list(rows.select_related("platform", "recommender", "evaluation").only(*SHOWN))
    for row in found:
        row.cycle = cycle
    return found


ORDER = ("-review_score", "-province_score", "number")
SCORED = ("REVIEWED", "PROPOSED", "PUBLICISED", "DESIGNATED", "CONFIRMED", "FAILED", "REJECTED")


def places_in_all(user, cycle, procedure) -> dict:
    """Of each dossier its place among all that the year has scored: what was proposed before still stands before."""
    rows = Application.objects.for_user(user).filter(cycle=cycle, procedure=procedure, state__in=SCORED)
    return {pk: place for place, pk in enumerate(rows.order_by(*ORDER).values_list("pk", flat=True), start=1)}


def _proposed(user, cycle, procedure, places) -> list[tuple[Application, int]]:
    rows = Application.objects.for_user(user).filter(cycle=cycle, procedure=procedure, state="PROPOSED")
    named = rows.select_related("platform").only("review_score", "platform__name").order_by(*ORDER)
    return [(row, places[row.pk]) for row in named]


def _waiting(user, cycle, procedure):
    rows = Application.objects.for_user(user).filter(cycle=cycle, procedure=procedure, state="REVIEWED")
    rows = rows.filter(pk__in=signoff.ids_waiting(Application))
    return rows.select_related("platform").only("platform__name")


def _cut(request, rows, procedure) -> int:
    """Where the line stands. A re-review is decided one by one: nobody stands before another, and nothing is picked."""
    if procedure == Procedure.REREVIEW:
        return 0
    text = request.POST.get("cut") or request.GET.get("cut", "")
    return min(int(text), len(rows)) if text.isdecimal() else len(rows)


def counts(rows) -> dict:
    return {
        "by_recommender": tally(row.recommender.label for row in rows),
        "by_function": tally(label for row in rows for label in row.platform.function_labels),
    }


def propose(request, rows, cut: int, data: dict):
    """Put the picked ones up for signature. Raises TransitionBlocked: a decision out of order has no reason."""
    keys = [str(row.pk) for row in rows]
    picked = [row for row in rows if str(row.pk) in request.POST.getlist("pick")]
    if not picked:
        raise TransitionBlocked(["请勾选拟定结论的平台。"])
    if picked[0].procedure == Procedure.REREVIEW:
        return signoff.prepare(picked, "propose", by=request.user, note=data["note"], outcome=data["outcome"])
    by_key = dict(zip(keys, rows, strict=True))
    exceptions, silent = [], []
    for entry in out_of_order(keys, {str(row.pk) for row in picked}, cut):
        row, reason = by_key[entry.key], request.POST.get(f"reason_{entry.key}", "").strip()[:500]
        if not reason:
            silent.append(f"第 {entry.rank} 名{row.platform.name}{entry.what}，请在该行写明理由。")
        score = row.province_score if row.procedure == Procedure.PROVINCIAL else row.review_score
        score = "" if score is None else f"{score:.2f}"
        exceptions.append(
            {
                "what": entry.what,
                "name": row.platform.name,
                "rank": entry.rank,
                "score": score,
                "reason": reason,
                "id": entry.key,
            }
        )
    if silent:
        raise TransitionBlocked(silent)
    return signoff.prepare(
        picked,
        "propose",
        by=request.user,
        note=data["note"],
        outcome=data["outcome"],
        cut=cut,
        ranked=len(rows),
        exceptions=exceptions,
        **counts(picked),
    )
