"""The letters of one dossier with what became of each: to whom, when, read or returned."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.models import Application
from portal.kernel.permissions import MINISTRY, SUPERVISORS, Role, fetch, holds, role_of
from portal.models import Notification
from portal.pages.lists import page_of

# Whose letters each role reads about: never the experts', whose names stay with the ministry and 纪检.
READERS: dict[str, tuple[Role, ...]] = {
    Role.APPLICANT: (Role.APPLICANT,),
    Role.RECOMMENDER: (Role.APPLICANT, Role.RECOMMENDER),
    **dict.fromkeys(MINISTRY, (Role.APPLICANT, *SUPERVISORS)),
    Role.INSPECTOR: tuple(Role),
    Role.OUTSIDE_AUDITOR: (Role.APPLICANT, *SUPERVISORS),
}


def letters_of(application: Application, user) -> QuerySet[Notification]:
    rows = Notification.objects.filter(
        about=f"{application._meta.label_lower}:{application.pk}",
        recipient__role__in=READERS.get(role_of(user), ()),
    )
    return rows.select_related("recipient").order_by("-created_at", "-pk")


@require_safe
def letters(request, pk):
    application = fetch(
        Application.objects.select_related("platform", "cycle"), request.user, "read_letters", pk=pk
    )
    rows = letters_of(application, request.user)
    return render(
        request,
        "applications/letters/letters.html",
        {
            "application": application,
            "page": page_of(request, rows),
            "bounced": rows.exclude(bounced_at=None).count(),
            "back": "dossier_tasks" if holds(Application, request.user, "edit") else "dossier",
        },
    )
