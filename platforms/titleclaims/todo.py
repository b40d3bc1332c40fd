"""Claims of titles that wait for an answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from platforms.models import TitleClaim
from platforms.states import ClaimState
from portal.desk.todo import Todo, provides_todos_of


@provides_todos_of(TitleClaim, "admit")
def title_claims(user) -> Iterator[Todo]:
    rows = TitleClaim.objects.for_user(user, "admit").filter(state=ClaimState.OPEN)
    for row in (yield rows.select_related("title", "platform__organisation")):
        yield Todo(str(row), reverse("title_claims"), "请核对执照与公告", action="答复")
