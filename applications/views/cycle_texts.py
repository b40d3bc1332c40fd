"""What a year says and asks: the letters to applicants, the items of the recommenders' evaluation."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from applications.forms.cycles import LetterForm, RubricForm
from applications.letters import EXAMPLE, FACTS, LETTERS, fill, letter_of
from applications.models import Application, Cycle
from applications.services import cycles
from applications.states import ApplicationState
from portal.permissions import fetch
from portal.workflow import TransitionBlocked, verbs_of


def letters(request, pk):
    row = fetch(Cycle.objects.national(), request.user, "prepare", pk=pk)
    verbs, states = verbs_of(Application), dict(ApplicationState.choices)
    return render(
        request,
        "applications/cycles/letters.html",
        {
            "row": row,
            "lines": [
                (
                    verbs[code],
                    "、".join(str(states[source]) for source in verbs[code].sources),
                    letter_of(row.letters, code),
                    code in row.letters,
                )
                for code in LETTERS
            ],
        },
    )


def letter(request, pk, verb):
    """One letter with an example of how it will read."""
    row = fetch(Cycle.objects.national(), request.user, "edit", pk=pk)
    if verb not in LETTERS:
        raise Http404
    present = letter_of(row.letters, verb)
    form = LetterForm(
        request.POST or None,
        verb=verb,
        is_published=row.state != "DRAFT",
        initial={"title": present.title, "body": present.body},
    )
    if request.method == "POST" and request.POST.get("then") != "preview" and form.is_valid():
        changed = dict(row.letters)
        if request.POST.get("then") == "reset":
            changed.pop(verb, None)
        else:
            changed[verb] = {"title": form.cleaned_data["title"], "body": form.cleaned_data["body"]}
        if _changed(request, row, form, letters=changed):
            messages.success(request, "信函已保存，此后发出的按新文字。")
            return redirect("cycle_letters", row.pk)
    title, body = form["title"].value() or "", form["body"].value() or ""
    return render(
        request,
        "applications/cycles/letter.html",
        {
            "row": row, "form": form, "verb": verbs_of(Application)[verb], "facts": FACTS.items(),
            "shown": (fill(title, EXAMPLE), fill(body, EXAMPLE)), "is_own": verb in row.letters,
            "affected": cycles.affected_by(row) if row.state != "DRAFT" else 0,
        },
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def rubric(request, pk):
    """The items of the evaluation in the three parts of Art. 7, with their points."""
    row = fetch(Cycle.objects.national(), request.user, "edit", pk=pk)
    form = RubricForm(request.POST or None, items=row.evaluation_rubric, is_published=row.state != "DRAFT")
    if request.method == "POST" and form.is_valid():
        items = [item.to_json() for item in form.items()]
        if _changed(request, row, form, evaluation_items=items):
            messages.success(request, "测评项目已保存。")
            return redirect("cycle", row.pk)
    return render(
        request,
        "applications/cycles/rubric.html",
        {"row": row, "form": form, "parts": form.parts(), "affected": cycles.under_evaluation(row)},
        status=422 if form.is_bound else 200,
    )


def _changed(request, row, form, **fields) -> bool:
    try:
        cycles.change_cycle(row, by=request.user, reason=form.cleaned_data.get("reason", ""), **fields)
    except TransitionBlocked as refusal:
        form.add_error("reason" if "reason" in form.fields else None, refusal.reasons[0])
        return False
    return True
