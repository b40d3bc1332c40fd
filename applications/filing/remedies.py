"""Remedies of a unit against a decision: the app that hears them says what is open, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from applications.models import Application


@dataclass(frozen=True)
class Remedy:
    """One line on the dossier's page: `label` leads to `url` where there is something to do or to read."""

    words: str
    label: str = ""
    url: str = ""


Teller = Callable[[Application], Remedy | None]
_tellers: list[Teller] = []


def tells_remedy(function: Teller) -> Teller:
    _tellers.append(function)
    return function


def remedies_of(application: Application) -> list[Remedy]:
    """None for what was never filed: nothing can have been decided on it."""
    if application.submitted_at is None and application.reported_at is None:
        return []
    return [found for tell in _tellers if (found := tell(application))]
