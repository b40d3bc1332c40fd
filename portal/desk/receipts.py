"""A receipt's code that was lost: sent again to the address that its sender left, and shown to nobody."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import QuerySet

from portal.kernel import audit, clock, outbox

ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def address_in(contact: str) -> str:
    """The e-mail address among what somebody left to be reached by, if there is one."""
    found = ADDRESS.search(contact or "")
    return found[0].casefold() if found else ""


@transaction.atomic
def ask_for_code(rows: QuerySet, number: str, address: str) -> None:
    """Nothing tells whether they fit: who knows a number could otherwise try out who reported. Once a day each."""
    row = rows.filter(receipt_number=number.strip().upper()).first()
    if row is None or address_in(row.sender_contact) != address.strip().casefold():
        return
    key = f"receipt_code:{row.pk}:{clock.today()}"
    outbox.send("receipt_code", key=key, model=row._meta.label_lower, row=str(row.pk))
    audit.record(action="send_code", obj=row, by=None)
