"""What the portal waits for (a child, the scanner, the store) is never waited for with rows locked."""

from __future__ import annotations

from django.db import connection


class WaitsInsideTransaction(RuntimeError):
    """An error of ours: everybody who wants the locked rows would wait too."""


def demand_no_transaction(what: str) -> None:
    """A test's own transaction is none: nobody else is there."""
    blocks = connection.atomic_blocks
    if blocks and not blocks[-1]._from_testcase:
        raise WaitsInsideTransaction(
            f"{what} is waited for inside a transaction: do it before the transaction begins (portal.files.taking)"
        )
