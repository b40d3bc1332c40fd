"""Places of an account: the office or the years that a role belongs to, registered by the apps that know them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """`choices` lists (key, label); `give` puts a new account there, as one who signs or not, and is left out where an
    account is not bound to a place when it is made; `for_a_time` gives what ends by itself."""

    label: str
    choices: Callable[[], Iterable[tuple[str, str]]]
    give: Callable[..., None] | None = None
    for_a_time: Callable[..., Any] | None = None


_places: dict[str, Place] = {}


def register_place(role: str, place: Place) -> None:
    _places[str(role)] = place


def place_of(role: str) -> Place | None:
    return _places.get(str(role))


def choices_of_places() -> list[tuple[str, str]]:
    return [pair for place in _places.values() if place.give for pair in place.choices()]


def name_of_place(role: str, key: str) -> str:
    place = place_of(role)
    return dict(place.choices()).get(key, "") if place else ""


def give_place(user: Any, key: str, *, signs: bool, by) -> None:
    place = place_of(user.role)
    if place and place.give and key:
        place.give(user, key, signs=signs, by=by)


def give_for_a_time(user: Any, wanted: Mapping[str, Any], *, reason: str, by) -> None:
    place = place_of(user.role)
    if place and place.for_a_time:
        place.for_a_time(user, wanted, reason=reason, by=by)
