"""Lists in pages: the database sorts and cuts keys alone, and whole rows are read for one page only."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window

from portal.shared.together import Number, ask

LONGEST = 9  # digits of a page's number; the database skips no more rows than it can count


class KeysFirst(Paginator):
    """For lists whose rows are wide or joined: sorting ten thousand of them whole costs more than the page.

    `count` is how many rows there are, where somebody has counted them already. `searched` says that finding the rows
    is the cost, so that they are found once and counted with the page's keys; else both are read off their own indexes.
    """

    def __init__(self, rows: QuerySet, per_page: int, *, count: int | None = None, searched: bool = False):
        super().__init__(rows, per_page)
        self.searched = searched
        if count is not None:
            self.count = count

    def get_page(self, number) -> Page:
        """A list that nobody has counted is asked once: how many there are comes with the page's keys."""
        if "count" in self.__dict__ or len(str(number)) > LONGEST:
            return super().get_page(number)
        wanted = int(number) if str(number).isdecimal() else 1
        first = (max(wanted, 1) - 1) * self.per_page
        found = self._counting(first) if self.searched else self._beside(first)
        if not found:  # none at all, or a page beyond the last
            return super().get_page(number)
        return self._get_page(self.object_list.filter(pk__in=found), max(wanted, 1), self)

    def _counting(self, first: int) -> list:
        keys = self._keys().annotate(of_all=Window(Count("*"))).values_list("pk", "of_all")
        found = list(keys[first : first + self.per_page])
        if found:
            self.count = found[0][1]
        return [key for key, _ in found]

    def _beside(self, first: int) -> list:
        keys = self._keys().values_list("pk", flat=True)
        found, self.count = ask(keys[first : first + self.per_page], Number(self._keys()))
        return list(found)

    def page(self, number) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self._keys().values("pk")
        rows = self.object_list.filter(pk__in=keys[first : first + self.per_page])
        return self._get_page(rows, number, self)

    def _keys(self) -> QuerySet:
        return self.object_list.select_related(None).prefetch_related(None)
