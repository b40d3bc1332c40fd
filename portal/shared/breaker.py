"""What the portal leans on rests after a failure: whoever comes next is told at once instead of waiting in line."""

from __future__ import annotations

import time


class Breaker:
    """Open for `rest` seconds after a failure; then one call is let through to see. One per process."""

    def __init__(self, name: str, *, rest: float):
        self.name, self.rest, self.until = name, rest, 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.until

    def failed(self) -> None:
        self.until = time.monotonic() + self.rest

    def worked(self) -> None:
        self.until = 0.0
