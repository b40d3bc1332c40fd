"""Chance without a sequence: every decision is a pure function of the seed and of what it is about.

So a run that was broken off goes on as if it had not been, and the order of the work decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


class Chance:
    def __init__(self, seed: int | str):
        self.seed = str(seed)

    def roll(self, *about) -> float:
        """A number in [0, 1) for this question about this thing."""
        text = "|".join((self.seed, *map(str, about)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48

    def happens(self, share: float, *about) -> bool:
        return self.roll(*about) < share

    def pick(self, options: Sequence, *about):
        return options[int(self.roll(*about) * len(options))]
