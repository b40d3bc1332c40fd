"""A transaction around a whole module's tests, marked as Django's own TestCase marks its: nobody else is there."""

from __future__ import annotations

from django.db import transaction


def own_transaction() -> transaction.Atomic:
    whole = transaction.atomic()
    whole._from_testcase = True
    return whole
