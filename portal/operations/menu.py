from __future__ import annotations

from portal.desk.navigation import register
from portal.kernel.permissions import Role
from portal.operations.deadletters import failing_messages

register(
    "系统状况",
    "health",
    icon="device-desktop-analytics",
    group="更多",
    roles=[Role.ADMINISTRATOR],
    order=51,
)
register(
    "未送达事项",
    "outbox_list",
    icon="mail-off",
    group="更多",
    roles=[Role.ADMINISTRATOR],
    order=52,
    count=lambda user: failing_messages(),
    hot=True,
    covers=["outbox*"],
)
