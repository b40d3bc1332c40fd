"""Lists as their addresses describe them: views, filters, orders and size are declared once, and read by the page, by
its form and tabs, by its export and by whatever else walks the same rows.

What an address says that a list does not know narrows nothing: an old bookmark still opens.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from portal.pages.listforms import Field, FilterForm, Option, Tab, ask_for, tabs_of
from portal.pages.paging import KeysFirst

Params = Mapping[str, str]
LONGEST = 60  # characters of a search


@dataclass(frozen=True)
class Filter:
    """One name in the address: which values it takes, what they leave of the rows, and how a page asks for it."""

    name: str
    narrow: Callable[[Any, str], QuerySet]  # of rows with the methods of their own model
    takes: Callable[[str], bool] = bool
    field: Field | None = None  # none where a tab or a link alone sets it


def search(*fields: str, whole: tuple[str, ...] = (), name: str = "q", field: Field | None = None) -> Filter:
    """Words that stand in any of the fields, or fit a lookup of `whole` ones (an address, a sealed e-mail)."""

    def narrow(rows: QuerySet, text: str) -> QuerySet:
        found = Q()
        for one in fields:
            found |= Q(**{f"{one}__icontains": text})
        for one in whole:
            found |= Q(**{one: text})
        return rows.filter(found)

    return Filter(name, narrow, field=field)


def is_number(text: str) -> bool:
    """A whole number, such as a year; longer ones than the database holds are no number."""
    return text.isdecimal() and len(text) < 10


def whole_number(name: str, lookup: str = "", *, field: Field | None = None) -> Filter:
    return Filter(name, lambda rows, text: rows.filter(**{lookup or name: int(text)}), is_number, field)


def one_of(name: str, values: Container[str], lookup: str = "", *, field: Field | None = None) -> Filter:
    return Filter(
        name, lambda rows, value: rows.filter(**{lookup or name: value}), lambda value: value in values, field
    )


def containing(name: str, values: Container[str], lookup: str, *, field: Field | None = None) -> Filter:
    """For columns that hold several values."""
    return Filter(
        name,
        lambda rows, value: rows.filter(**{f"{lookup}__contains": [value]}),
        lambda value: value in values,
        field,
    )


def exactly(name: str, lookup: str = "", *, field: Field | None = None) -> Filter:
    """Any word that the rows may carry."""
    return Filter(name, lambda rows, value: rows.filter(**{lookup or name: value}), field=field)


def read_before(name: str, takes: Callable[[str], bool], field: Field | None = None) -> Filter:
    """What the page itself reads to know its rows, such as the year or the day that they belong to."""
    return Filter(name, lambda rows, _: rows, takes, field)


@dataclass(frozen=True)
class View:
    """One tab: what it leaves of the rows, and in which order."""

    narrow: Callable[[Any], QuerySet] = lambda rows: rows
    order: tuple = ()
    label: str = ""


@dataclass(frozen=True)
class DeclaredList:
    """`views` and `orders` begin with the one that is shown unasked. Wide rows are sorted by their keys first."""

    filters: tuple[Filter, ...] = ()
    views: Mapping[str, View] = field(default_factory=dict)
    orders: Mapping[str, tuple] = field(default_factory=dict)
    order_field: Field | None = None  # where the form asks for the order
    size: int = 50
    is_wide: bool = False

    def view_in(self, params: Params) -> str:
        return known_in(self.views, params.get("view", ""))

    def order_in(self, params: Params) -> str:
        return known_in(self.orders, params.get("order", ""))

    def form(
        self,
        params: Params,
        options: Mapping[str, Iterable[Option] | None] | None = None,
        *,
        kept: Mapping[str, str] | None = None,
        clear: str = "",
    ) -> FilterForm:
        """The fields over the list. `options` are those of a choice that the page alone knows; None where there is
        nothing to choose, and the page doesn't ask.
        """
        given, values = options or {}, self.values(params)
        asked = tuple(
            ask_for(one.name, one.field, values[one.name], given.get(one.name))
            for one in self.filters
            if one.field and given.get(one.name, ()) is not None
        )
        if self.order_field:
            asked += (ask_for("order", self.order_field, self.order_in(params)),)
        along = {"view": self.view_in(params), **(kept or {})}
        return FilterForm(asked, tuple((name, value) for name, value in along.items() if value), clear)

    def tabs(
        self, params: Params, counts: Mapping[str, int] | None = None, hot: Container[str] = ()
    ) -> list[Tab]:
        labels = [(name, view.label) for name, view in self.views.items()]
        return tabs_of(labels, self.view_in(params), counts=counts, hot=hot)

    def values(self, params: Params) -> dict[str, str]:
        """What the filters take of an address; an empty word for each that was not asked."""
        typed = {one: clean(params.get(one.name, "")) for one in self.filters}
        return {one.name: text if text and one.takes(text) else "" for one, text in typed.items()}

    def narrow(self, rows: QuerySet, params: Params) -> QuerySet:
        """The rows by the filters alone."""
        values = self.values(params)
        for one in self.filters:
            rows = one.narrow(rows, values[one.name]) if values[one.name] else rows
        return rows

    def rows(self, rows: QuerySet, params: Params) -> QuerySet:
        """The whole list, ordered."""
        order: tuple = ()
        if self.views:
            view = self.views[self.view_in(params)]
            rows, order = view.narrow(rows), view.order
        rows = self.narrow(rows, params)
        order = self.orders[self.order_in(params)] if self.orders else order
        return rows.order_by(*order) if order else rows

    def page(self, request, rows: QuerySet, *, count: int | None = None) -> Page:
        return self.page_of(request, self.rows(rows, request.GET), count=count)

    def page_of(self, request, rows: QuerySet, *, count: int | None = None) -> Page:
        """One page of rows that are narrowed and ordered already; `count` where somebody has counted them."""
        if not self.is_wide:
            return page_of(request, rows, self.size)
        searched = bool(self.values(request.GET).get("q"))
        pages = KeysFirst(rows, self.size, count=count, searched=searched)
        return pages.get_page(request.GET.get("page"))


def known_in(names: Mapping[str, object], asked: str) -> str:
    return asked if asked in names else next(iter(names), "")


def clean(text: str) -> str:
    """As it is searched for: the database takes no NUL."""
    return text.replace("\0", "").strip()[:LONGEST]


def page_of(request, rows, size: int = 50) -> Page:
    """A list that nobody narrows."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
