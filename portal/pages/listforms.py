"""Forms and tabs over a list, drawn from its declaration by `ui/filters.html` and `ui/views.html`: how each filter is
asked for stands beside what it leaves of the rows.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Option = tuple[Any, Any]  # a value and its words; or, as in Django's choices, a group and its own options


@dataclass(frozen=True)
class Field:
    """How a page asks for one filter."""

    label: str
    kind: str  # line, choice, day, tick
    hint: str = ""  # a line's example; the choice that leaves every row, where there is one
    options: tuple[Option, ...] = ()  # where they are the same on every page; else the page gives them
    is_folded: bool = False  # under 更多


def text_line(hint: str, label: str = "搜索") -> Field:
    return Field(label, "line", hint)


def choice(label: str, hint: str, options: Iterable[Option] = (), *, is_folded: bool = False) -> Field:
    return Field(label, "choice", hint, tuple(options), is_folded)


def calendar_day(label: str) -> Field:
    return Field(label, "day")


def tick(label: str) -> Field:
    return Field(label, "tick")


def options_of(values: Iterable, words: str = "{}") -> tuple[Option, ...]:
    """Values that say what they are, such as years."""
    return tuple((value, words.format(value)) for value in values)


@dataclass(frozen=True)
class Asked:
    """A field on the page: what it holds now, and what may be chosen."""

    name: str
    field: Field
    value: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class FilterForm:
    """`kept` goes along unasked, such as the tab; `clear` leads to the list without a search."""

    fields: tuple[Asked, ...]
    kept: tuple[tuple[str, str], ...] = ()
    clear: str = ""

    @property
    def shown(self) -> list[Asked]:
        return [one for one in self.fields if not one.field.is_folded]

    @property
    def folded(self) -> list[Asked]:
        return [one for one in self.fields if one.field.is_folded]

    @property
    def is_unfolded(self) -> bool:
        """Whether what stands under 更多 narrows or orders the list."""
        return any(one.value and one.value != _unasked(one) for one in self.folded)


def _unasked(asked: Asked) -> str:
    """What a choice without an empty one holds before anybody chooses: its first."""
    return "" if asked.field.hint else asked.groups[0][1][0][0]


def ask_for(name: str, field: Field, value: Any, options: Iterable[Option] | None = None) -> Asked:
    return Asked(name, field, str(value), tuple(_grouped(field.options if options is None else options)))


def _grouped(options: Iterable[Option]) -> Iterable[tuple[str, tuple[tuple[str, str], ...]]]:
    """As groups; options that stand in none make one without a name."""
    loose: list[tuple[str, str]] = []
    for value, words in options:
        if isinstance(words, (tuple, list)):
            yield str(value), tuple((str(one), str(label)) for one, label in words)
        else:
            loose.append((str(value), str(words)))
    if loose:
        yield "", tuple(loose)


@dataclass(frozen=True)
class Tab:
    label: str
    query: str
    is_current: bool
    count: int | None = None
    is_hot: bool = False


def tabs_of(
    labels: Iterable[tuple[str, str]],
    current: str,
    *,
    name: str = "view",
    counts: Mapping[str, int] | None = None,
    hot: Container[str] = (),
    kept: Mapping[str, Any] | None = None,
) -> list[Tab]:
    """Tabs that set one name of the address; `kept` is what each leaves in it, and a hot one's number is red unless 0."""
    numbers, along = counts or {}, {key: value for key, value in (kept or {}).items() if value}
    return [
        Tab(
            label,
            urlencode({**along, **({name: value} if value else {})}),
            value == current,
            numbers.get(value),
            value in hot and bool(numbers.get(value)),
        )
        for value, label in labels
    ]
