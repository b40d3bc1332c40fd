"""Notes of an office beside the dossier."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.models import Application, OfficeNote
from applications.officenotes.services import write_note
from portal.kernel.permissions import fetch, holds
from portal.kernel.workflow import TransitionBlocked
from portal.shared.together import run_together


def notes_of(application: Application, user) -> dict:
    """For the dossier's page; nothing for those who have no office there."""
    return next(iter(run_together([asking_notes(application, user)])), {})


def asking_notes(application: Application, user) -> Iterator:
    if holds(Application, user, "write_note"):
        rows = OfficeNote.objects.for_user(user).filter(application=application)
        yield {"writes_notes": True, "notes": (yield rows.select_related("written_by"))}


def dossier_note(request, pk):
    """A page of its own where a note was refused, so that its words are not lost."""
    rows = Application.objects.select_related("platform", "recommender")
    application = fetch(rows, request.user, "write_note", pk=pk)
    words, reasons = request.POST.get("words", ""), []
    if request.method == "POST":
        try:
            write_note(application, words=words, by=request.user)
            messages.success(request, "内部记事已保存，只有本单位人员可以看到。")
            return redirect(f"{reverse('dossier', args=[pk])}#notes")
        except TransitionBlocked as refusal:
            reasons = refusal.reasons
    return render(
        request,
        "applications/dossier/note.html",
        {
            "application": application,
            "words": words,
            "reasons": reasons,
            **notes_of(application, request.user),
        },
        status=422 if reasons else 200,
    )
