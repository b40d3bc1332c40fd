"""Independent dossiers taken up by several processes at once; what comes of a dossier never depends on who had it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence

from django.db import connections


def spread(work: Callable, items: Iterable, *, hands: int = 1) -> None:
    """Call `work` with every item; raises RuntimeError when a process failed (its traceback is on stderr)."""
    waiting = list(items)
    if hands == 1 or len(waiting) < 2:
        _take(work, waiting)
        return
    connections.close_all()  # a child must not talk through its parent's socket
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_take, args=(work, waiting[n::hands])) for n in range(hands)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise RuntimeError("A process of the simulation failed.")


def _take(work: Callable, items: Sequence) -> None:
    for item in items:
        work(item)
