"""What a year says and asks: the letters to applicants, the items of the recommenders' evaluation."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from applications.cycles import texts
from applications.cycles.forms import LetterForm, RubricForm
from applications.cycles.letters import EXAMPLE, FACTS, LETTERS, fill, letter_of
from applications.cycles.services import affected_by, under_evaluation
from applications.editions.evaluating import compare_rubrics
from applications.models import Cycle
from applications.states import state_words
from portal.kernel.permissions import fetch
from portal.kernel.workflow import ChangedMeanwhile, TransitionBlocked


def letters(request, pk):
    row = fetch(Cycle.objects.national(), request.user, "prepare", pk=pk)
    kept = [letter_of(row.letters, code) for code in LETTERS]
    return render(
        request,
        "applications/cycles/letters.html",
        {
            "row": row,
            "lines": [
                (
                    letter,
                    "、".join(state_words(source, letter.procedure) for source in letter.act.sources),
                    letter.code in row.letters,
                )
                for letter in kept
            ],
        },
    )


LOOKS = ("preview", "back")  # buttons that show the page as typed and store nothing


def letter(request, pk, code):
    """One letter with an example of how it will read."""
    row = fetch(Cycle.objects.national(), request.user, "edit", pk=pk)
    if code not in LETTERS:
        raise Http404
    present, seen = letter_of(row.letters, code), request.POST.get("seen", "")
    form = LetterForm(
        request.POST or None,
        letter=present,
        is_published=row.state != "DRAFT",
        initial={"title": present.title, "body": present.body},
    )
    status = 200
    if request.method == "POST" and request.POST.get("then") not in LOOKS:
        answer, status = _letter_posted(request, row, code, form, seen) if form.is_valid() else (None, 422)
        if answer:
            return answer
    title, body = form["title"].value() or "", form["body"].value() or ""
    return render(
        request,
        "applications/cycles/letter.html",
        {
            "row": row,
            "form": form,
            "verb": present.act,
            "facts": FACTS.items(),
            "shown": (fill(title, EXAMPLE), fill(body, EXAMPLE)),
            "is_own": code in row.letters,
            "affected": affected_by(row) if row.state != "DRAFT" else 0,
            "seen": texts.mark_of_letter(row, code) if status == 409 or not seen else seen,
            "theirs": present if status == 409 else None,
        },
        status=status,
    )


def _letter_posted(request, row, code: str, form, seen: str):
    present, data = letter_of(row.letters, code), form.cleaned_data
    resets = request.POST.get("then") == "reset"
    new = LETTERS[code] if resets else replace(present, title=data["title"], body=data["body"])

    def ask():
        texts.check_letter_seen(row, code, seen)
        pairs = [("标题", present.title, new.title), ("正文", present.body, new.body)]
        return {
            "title": f"信函：{present.act.label}",
            "pairs": pairs,
            "lines": texts.reach_of_letter(row, present),
            "same": present == new,
            "effect": "确认后发出的信函用新的文字，已经发出的不变；修改和理由公开留在变更记录中。",
        }

    def change():
        words = None if resets else {"title": new.title, "body": new.body}
        texts.change_letter(row, code, words, by=request.user, reason=data.get("reason", ""), seen=seen)
        messages.success(request, "信函已保存，此后发出的按新文字。")
        return redirect("cycle_letters", row.pk)

    return _posted(request, row, form, ask, change)


def rubric(request, pk):
    """The items of the evaluation in the three parts of Art. 7, with their points."""
    row = fetch(Cycle.objects.national(), request.user, "edit", pk=pk)
    seen = request.POST.get("seen", "")
    form = RubricForm(request.POST or None, items=row.evaluation_rubric, is_published=row.state != "DRAFT")
    status = 200
    if request.method == "POST" and request.POST.get("then") not in LOOKS:
        answer, status = _rubric_posted(request, row, form, seen) if form.is_valid() else (None, 422)
        if answer:
            return answer
    return render(
        request,
        "applications/cycles/rubric.html",
        {
            "row": row,
            "form": form,
            "parts": form.parts(),
            "affected": under_evaluation(row),
            "seen": texts.mark_of_rubric(row) if status == 409 or not seen else seen,
            "theirs": row.evaluation_rubric if status == 409 else None,
        },
        status=status,
    )


def _rubric_posted(request, row, form, seen: str):
    def ask():
        texts.check_rubric_seen(row, seen)
        return {
            "title": "测评项目",
            "parts": compare_rubrics(row.evaluation_rubric, form.items()),
            "lines": texts.reach_of_rubric(row),
            "same": list(row.evaluation_rubric) == form.items(),
            "effect": "修改即时生效，推荐单位的测评页随之改变；修改和理由公开留在变更记录中。",
        }

    def change():
        reason = form.cleaned_data.get("reason", "")
        texts.change_rubric(row, form.items(), by=request.user, reason=reason, seen=seen)
        messages.success(request, "测评项目已保存。")
        return redirect("cycle", row.pk)

    return _posted(request, row, form, ask, change)


def _posted(request, row, form, ask, change):
    """What a sent page leads to: in a published year first the page that asks, then the change.

    Without an answer the page is shown again, with its errors and this status.
    """
    reason = form.cleaned_data.get("reason", "").strip()
    try:
        if row.state == "DRAFT" or "confirmed" in request.POST or not reason:
            return change(), 302
        context = {**ask(), "row": row, "reason": reason, "kept": _kept(request)}
        return render(request, "applications/cycles/confirm_text.html", context), 200
    except ChangedMeanwhile as refusal:
        form.add_error(None, refusal.reasons)
        return None, 409
    except TransitionBlocked as refusal:
        form.add_error("reason" if "reason" in form.fields else None, refusal.reasons)
        return None, 422


def _kept(request) -> list[tuple[str, str]]:
    """All that was typed, to be sent once more."""
    own = ("csrfmiddlewaretoken", "confirmed")
    return [(name, value) for name, value in request.POST.items() if name not in own]
