"""Navigation of the changes."""

from __future__ import annotations

from portal.desk.navigation import register
from portal.kernel.permissions import SUPERVISORS, Role

register(
    "变更登记",
    "unit_changes",
    icon="building-community",
    group="称号管理",
    roles=(*SUPERVISORS, Role.INSPECTOR),
    order=45,
    covers=["unit_change*"],
)
