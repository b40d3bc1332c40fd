from __future__ import annotations

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `bin/manage write_documents`; do not edit by hand. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(cell.replace('|', '／') for cell in row)} |" for row in rows),
    ]


def page(title: str, intro: str, lines: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", NOTICE, "", intro, "", *lines]) + "\n"
