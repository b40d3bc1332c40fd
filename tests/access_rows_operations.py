"""Who reaches the administrator's desk for the portal itself."""

from __future__ import annotations

from portal.models import OutboxMessage
from tests.access_rows import action, form, page
from tests.factories.kinds import (
    ADMINISTRATOR,
    APPLICANTS,
    EXPERT,
    INSPECTOR,
    MINISTRY,
    OFFICES,
    OUTSIDE_AUDITOR,
)

REST = APPLICANTS | OFFICES | MINISTRY | EXPERT | INSPECTOR | OUTSIDE_AUDITOR


def of_message(world, key):
    return {"pk": OutboxMessage.objects.order_by("id").values_list("pk", flat=True)[0]}


OPERATIONS = {
    "health": page(ADMINISTRATOR, post=(405,)),
    "outbox_list": page(ADMINISTRATOR, post=(405,)),
    "outbox_requeue_all": action(ADMINISTRATOR),
    "outbox_requeue": action({"any": ADMINISTRATOR}, sees={"any": ADMINISTRATOR}, args=of_message, shut=REST),
    "outbox_drop": form({"any": ADMINISTRATOR}, sees={"any": ADMINISTRATOR}, args=of_message, shut=REST),
}
