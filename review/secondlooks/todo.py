"""What the second looks ask of the ministry, or of a province in its own round, and until when a unit may ask."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from applications.models import Application
from applications.states import REOPENED, CycleState
from portal.desk.todo import Todo, counted, provides_todos_of
from portal.kernel import clock
from portal.kernel.permissions import holds
from portal.shared.together import Number
from review.models import SecondLook
from review.secondlooks.terms import decided_on, end_of
from review.states import SecondLookState


@provides_todos_of(SecondLook, "prepare_grant")
def looks_to_conclude(user) -> Iterator[Todo]:
    national = holds(Application, user, "accept")
    rows = SecondLook.objects.for_user(user).filter(
        state=SecondLookState.ASKED, application__cycle__programme__isnull=national
    )
    yield from counted("结果申诉 {} 件待办理", (yield Number(rows)), reverse("second_looks"))


@provides_todos_of(Application, "ask_second_look")
def looks_to_ask_for(user) -> Iterator[Todo]:
    """Whoever may still question a decision reads it on the first page, with the day."""
    rows = Application.objects.for_user(user, "ask_second_look").filter(state__in=REOPENED, second_look=None)
    rows = rows.exclude(cycle__state=CycleState.ENDED).select_related("platform", "cycle", "designation")
    rows = yield rows
    days = decided_on(rows) if rows else {}
    for row in rows:
        day = days.get(str(row.pk))
        if day and (last := end_of(row, day)) >= clock.today():
            yield Todo(
                f"可以提出结果申诉：{row.platform.name}",
                reverse("ask_second_look", args=[row.pk]),
                f"{row.public_state}；只能提出一次，由没有参与原结论的人员办理",
                last,
                action="提出申诉",
                unit=row.platform.organisation_id,
            )
