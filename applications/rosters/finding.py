from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What is wrong in one cell and how to mend it. A warning may stay, an error may not."""

    cell: str
    value: str
    problem: str
    mend: str
    level: str = "error"

    def to_json(self) -> dict:
        return dict(self.__dict__)
