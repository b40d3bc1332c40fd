"""Lists in pages: the database sorts and cuts keys alone, and whole rows are read for one page only."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window


class KeysFirst(Paginator):
    """For lists whose rows are wide or joined: sorting ten thousand of them whole costs more than the page.

    `count` is how many rows there are, where somebody has counted them already.
    """

    def __init__(self, rows: QuerySet, per_page: int, *, count: int | None = None):
        super().__init__(rows, per_page)
        if count is not None:
            self.count = count

    def get_page(self, number) -> Page:
        """A list that nobody has counted is searched once: how many there are comes with the page's keys."""
        if "count" in self.__dict__:
            return super().get_page(number)
        wanted = int(number) if str(number).isdecimal() else 1
        first = (max(wanted, 1) - 1) * self.per_page
        with_count = self._keys().annotate(of_all=Window(Count("*"))).values_list("pk", "of_all")
        found = list(with_count[first : first + self.per_page])
        if not found:  # none at all, or a page beyond the last
            return super().get_page(number)
        self.count = found[0][1]
        return self._get_page(self.object_list.filter(pk__in=[pk for pk, _ in found]), max(wanted, 1), self)

    def page(self, number) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self._keys().values("pk")
        rows = self.object_list.filter(pk__in=keys[first : first + self.per_page])
        return self._get_page(rows, number, self)

    def _keys(self) -> QuerySet:
        return self.object_list.select_related(None).prefetch_related(None)
