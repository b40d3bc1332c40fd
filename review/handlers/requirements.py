"""What an early end of a lending waits for."""

from __future__ import annotations

from collections.abc import Iterable

from portal.kernel.workflow import Attempt, requires
from review.models import Objection, OutsideHandler
from review.states import OPEN_OBJECTIONS


@requires(OutsideHandler, "end")
def whoever_objected_is_answered(row: OutsideHandler, attempt: Attempt) -> Iterable[str]:
    """A conclusion is told by whoever handled it: only that person knows who objected."""
    handled = Objection.objects.filter(
        item__application=row.application_id, handler=row.handler_id, replied_at=None
    )
    if handled.exclude(state__in=OPEN_OBJECTIONS).exists():
        yield "其经办的异议已有结论，还没有答复异议人；答复后才能结束指派。"
