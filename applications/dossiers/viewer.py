"""What a file looks like on a page: page pictures with a strip and three sizes, a picture, a workbook as a table."""

from __future__ import annotations

from applications.rosters import ROSTERS
from applications.rosters.preview import read_table
from portal.files.views import PAGE_WIDTH, WIDTHS, width_of
from portal.models import StoredFile
from portal.pages.lists import page_of
from portal.shared.sheets import find_headings
from portal.shared.sheets.headings import DEEPEST
from portal.shared.storage import open_private

STRIP = 3  # pages to either side
ROWS = 50
SIZES = tuple(zip(WIDTHS, ("小", "中", "大"), strict=True))


def viewer_of(request, file: StoredFile | None, *, query: str = "", with_table: bool = True) -> dict:
    """`?p=` page, `?w=` width, `?page=` of a table; `query` is what the page's own links carry along."""
    if file is None or file.is_closed:
        return {"file": file, "query": query}
    asked = request.GET.get("p", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    number = min(max(1, number), file.pages or 1)
    pages = file.pages or 1
    viewer = {
        "file": file,
        "query": query,
        "number": number,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < pages else None,
        "strip": range(max(1, number - STRIP), min(pages, number + STRIP) + 1) if pages > 1 else (),
        "width": width_of(request) if request.GET.get("w") else PAGE_WIDTH,
        "sizes": SIZES,
    }
    if file.extension == "xlsx" and with_table:
        with open_private(file.key) as content:
            table = read_table(content)
        viewer["table"] = page_of(request, table, ROWS) if table else None
    return viewer


def masked(viewer: dict, spec) -> dict:
    """A roster's workbook shows of a person's document no more than the pages do."""
    roster, table = ROSTERS.get(spec.roster), viewer.get("table")
    if roster and table:
        rows = [cells for _, cells in table.paginator.object_list[:DEEPEST]]
        found = find_headings(roster.columns, rows)
        heads = {at: roster.column(code) for code, at in found.places.items()} if found else {}
        first = found.start if found else 0
        table.object_list = [
            (
                number,
                [
                    heads[at].shown(text) if number > first and at in heads else text
                    for at, text in enumerate(cells)
                ],
            )
            for number, cells in table.object_list
        ]
    return viewer
