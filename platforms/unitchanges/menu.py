"""Navigation of the changes."""

from __future__ import annotations

from platforms.models import UnitChange
from platforms.states import ChangeState
from portal.desk.navigation import register
from portal.kernel.permissions import MINISTRY, Role


def to_answer(user):
    """What waits for this user's own answer."""
    if user.role == Role.RECOMMENDER:
        first = UnitChange.objects.for_user(user, "verify").filter(state=ChangeState.FILED)
        return first | UnitChange.objects.for_user(user, "agree").filter(state=ChangeState.VERIFIED)
    ready = (
        UnitChange.objects.for_user(user, "prepare_approve")
        if user.role in MINISTRY
        else UnitChange.objects.none()
    )
    return ready.filter(state=ChangeState.AGREED) | ready.filter(state=ChangeState.VERIFIED, moves_to=None)


register(
    "变更登记",
    "unit_changes",
    icon="users",
    group="动态管理",
    roles=(Role.RECOMMENDER, *MINISTRY, Role.INSPECTOR),
    order=45,
    count=to_answer,
)
