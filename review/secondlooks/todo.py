"""What the second looks ask of the ministry, or of a province in its own round."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from portal.desk.todo import Todo, provides_todos
from portal.kernel.permissions import MINISTRY, Role
from portal.shared.together import Number
from review.models import SecondLook
from review.states import SecondLookState


@provides_todos
def looks_to_conclude(user) -> Iterator[Todo]:
    if user.role not in (*MINISTRY, Role.RECOMMENDER):
        return
    rows = SecondLook.objects.for_user(user).filter(
        state=SecondLookState.ASKED, application__cycle__programme__isnull=user.role in MINISTRY
    )
    number = yield Number(rows)
    if number:
        yield Todo(f"结果申诉 {number} 件待办理", reverse("second_looks"), count=number)
