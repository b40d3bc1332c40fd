"""Who reaches the administrator's desk for the portal itself (see access_rows for the letters)."""

from __future__ import annotations

from portal.models import OutboxMessage
from tests.access_rows import action, form, page

REST = "aArRgGmMeio"


def of_message(world, key):
    return {"pk": OutboxMessage.objects.order_by("id").values_list("pk", flat=True)[0]}


OPERATIONS = {
    "health": page("s", post=(405,)),
    "outbox_list": page("s", post=(405,)),
    "outbox_requeue_all": action("s"),
    "outbox_requeue": action({"any": "s"}, sees={"any": "s"}, args=of_message, shut=REST),
    "outbox_drop": form({"any": "s"}, sees={"any": "s"}, args=of_message, shut=REST),
}
