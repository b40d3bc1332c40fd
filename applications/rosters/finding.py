from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What is wrong in one cell and how to mend it. A warning may stay, an error may not.

    `kind` is the heading under which the page counts it, `code` the check that found it.
    """

    cell: str
    value: str
    problem: str
    mend: str
    level: str = "error"
    code: str = ""
    kind: str = ""
    column: str = ""
    row: int = 0
    headings: tuple[str, ...] = ()  # of a heading that nobody knows: which columns it may be

    def to_json(self) -> dict:
        return dict(self.__dict__)
