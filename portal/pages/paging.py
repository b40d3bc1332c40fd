"""Lists in pages: the database sorts and cuts keys alone, and whole rows are read for one page only."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class KeysFirst(Paginator):
    """For lists whose rows are wide or joined: sorting ten thousand of them whole costs more than the page.

    `count` is how many rows there are, where somebody has counted them already.
    """

    def __init__(self, rows: QuerySet, per_page: int, *, count: int | None = None):
        super().__init__(rows, per_page)
        if count is not None:
            self.count = count

    def page(self, number) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self.object_list.select_related(None).prefetch_related(None).values("pk")
        rows = self.object_list.filter(pk__in=keys[first : first + self.per_page])
        return self._get_page(rows, number, self)
