"""What the portal waits for (a child, the scanner, the store) is never waited for with rows locked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_alone = [0]


class WaitsInsideTransaction(RuntimeError):
    """An error of ours: everybody who wants the locked rows would wait too."""


def demand_no_transaction(what: str) -> None:
    """A test's own transaction is none: nobody else is there."""
    blocks = connection.atomic_blocks
    if blocks and not blocks[-1]._from_testcase and not _alone[0]:
        raise WaitsInsideTransaction(
            f"{what} is waited for inside a transaction: do it before the transaction begins (portal.files.taking)"
        )


@contextmanager
def nobody_else_waits() -> Iterator[None]:
    """For years that a program plays in a database of its own, where each step is whole or not at all."""
    _alone[0] += 1
    try:
        yield
    finally:
        _alone[0] -= 1
