"""Columns of a table whose headings were left behind, or name no column of ours: told by what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

from platforms.departments import place_label
from platforms.notices.headings import code_of
from platforms.notices.marks import read_number
from platforms.notices.names import read_functions


def guess_columns(rows: list[list[str]]) -> dict[str, int]:
    """Columns by what stands in them, for a table whose headings were left behind."""
    width = max(map(len, rows), default=0)
    places = _named_places(rows[0]) if rows else {}
    rows = rows[1:] if places else rows
    taken = set(places.values())
    for at in range(width):
        if at in taken:
            continue
        cells = [row[at] for row in rows if at < len(row) and row[at]]
        if not cells:
            continue
        if sum(cell.isdecimal() for cell in cells) * 2 > len(cells):
            places.setdefault("no", at)
        elif sum(bool(place_label(cell)) for cell in cells) * 2 > len(cells):
            places.setdefault("province", at)
        elif sum(read_functions(cell).is_whole for cell in cells) * 2 > len(cells):
            places.setdefault("functions", at)
        elif sum(len(cell) >= 5 for cell in cells) * 2 > len(cells):
            places.setdefault(
                "name" if "name" not in places else "unit" if "unit" not in places else "remark", at
            )
    _tell_apart(rows, places)
    return places


def _named_places(head: Sequence[str]) -> dict[str, int]:
    """Of headings among which no name's is known (序号, 地区, 名单), the columns that are."""
    if not head or read_number(head[0]) is not None or place_label(head[0]):
        return {}
    places: dict[str, int] = {}
    for at, cell in enumerate(head):
        if (code := code_of(cell)) and code not in ("name", "unit"):
            places.setdefault(code, at)
    return places


def _tell_apart(rows: list[list[str]], places: dict[str, int]) -> None:
    """Of two columns of names, the one whose names end with 平台 is the platform's."""
    if not {"name", "unit"} <= places.keys():
        return

    def share(code: str) -> float:
        cells = [row[places[code]] for row in rows if places[code] < len(row) and row[places[code]]]
        return sum(cell.endswith("平台") for cell in cells) / max(1, len(cells))

    if share("unit") > share("name"):
        places["name"], places["unit"] = places["unit"], places["name"]
