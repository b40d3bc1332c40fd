"""Matters that a reading of a dossier may serve before its unit knows of them, registered by the apps that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from applications.models import Application
from portal.kernel import clock
from portal.kernel.permissions import Role

# A look at a closed dossier may be the first of a matter that nobody has opened yet: the unit reads of it this long after.
QUIET = timedelta(days=60)


@dataclass(frozen=True)
class Matter:
    """What runs without the unit's knowledge from `begun` until `told`; `ended` untold, it was never disclosed."""

    label: str
    roles: frozenset[str]
    begun: datetime
    told: datetime | None
    ended: datetime | None = None

    def is_secret_at(self, at: datetime) -> bool:
        """It has begun, or begins soon after, and the unit has not been told by then."""
        if at < self.begun - QUIET or (self.told and at >= self.told):
            return False
        return self.ended is None or self.told is not None or at < self.ended

    @property
    def shown_from(self) -> datetime | None:
        """None while it is open and secret."""
        return self.told or (self.ended + QUIET if self.ended else None)


MattersOf = Callable[[Application], Iterable[Matter]]
_providers: list[MattersOf] = []


def provides_matters(function: MattersOf) -> MattersOf:
    _providers.append(function)
    return function


def matters_of(application: Application) -> list[Matter]:
    return [matter for provider in _providers for matter in provider(application)]


@dataclass(frozen=True)
class Opening:
    """One reading on record: who, as the unit may know it, which step it served, and from when the unit sees it."""

    uuid: str
    at: datetime
    role: str
    office: str
    person: str
    what: str
    page: int | None
    step: str
    shown_from: datetime | None
    withheld_for: str = ""  # the matter, in the inspectors' words
    is_counted: bool = False  # 纪检: the unit reads how many there were, at the end

    def is_shown(self, now: datetime) -> bool:
        return self.shown_from is not None and self.shown_from <= now

    @property
    def is_own(self) -> bool:
        return self.role == Role.APPLICANT

    @property
    def appears(self) -> str:
        """The day on which the unit sees it."""
        if self.shown_from is None:
            return "告知单位之日" if not self.is_counted else "本件办结之后"
        return f"{clock.day_of(self.shown_from):%Y-%m-%d}"
