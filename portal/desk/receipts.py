"""A receipt's code that was lost: sent again to the address that its sender left, and shown to nobody."""

from __future__ import annotations

import re

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from portal.kernel import clock, outbox
from portal.privacy.crypto import seal

ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
PLACE = "portal.lost_code"


def address_in(contact: str) -> str:
    """The e-mail address among what somebody left to be reached by, if there is one."""
    found = ADDRESS.search(contact or "")
    return found[0].casefold() if found else ""


def ask_for_code(rows: QuerySet, number: str, address: str) -> None:
    """Nothing tells whether they fit, the time that the answer takes neither: who knows a number could otherwise try
    out who reported. The worker compares; the same is asked once a day.
    """
    model, number, address = rows.model._meta.label_lower, number.strip().upper(), address.strip().casefold()
    asked = salted_hmac(PLACE, f"{model}:{number}:{address}", algorithm="sha256").hexdigest()
    key = f"receipt_code:{asked[:40]}:{clock.today()}"
    outbox.send("receipt_code", key=key, model=model, number=number, address=seal(address, place=PLACE))
