"""What the public reads of a province's own rounds (Art. 18), apart from the ministry's notices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.provincial_rounds.services import rounds_of
from platforms.programmes.public import programme_of
from portal.pages.lists import page_of
from review.models import Notice


@login_not_required
@require_safe
def notices(request, code):
    programme = programme_of(code)
    rows = Notice.objects.public().filter(cycle__programme=programme)
    return render(
        request,
        "review/provinces/notices.html",
        {
            "programme": programme,
            "page": page_of(request, rows, 30),
            "rounds": rounds_of(programme).exclude(state="DRAFT").order_by("-year")[:10],
        },
    )
