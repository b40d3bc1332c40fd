"""Rules: one shape for all that decides whether something may go on, or what a reader should ask about.

Requirements of a verb, conditions of Article 5, cross-checks, checks of a roster, checks before a publication and
overlaps are rules of six kinds. What each kind reads and how its outcome looks is its own; its name, its basis, who
judges and what it then says stand here, so that docs/regulation.md, pages, refusals and tests read the same objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True)
class Basis:
    """Article and item of the regulation; without an article the rule is one of ours (an operating rule)."""

    article: int = 0
    item: str = ""

    @property
    def key(self) -> str:
        """As docs/regulation.md knows it: `9`, `5一`; empty for an operating rule."""
        return f"{self.article}{self.item}" if self.article else ""


OPERATING = Basis()


@dataclass(frozen=True)
class Rule:
    """`judge` reads what its kind of rule reads and answers in the kind's own form."""

    name: str
    basis: Basis
    judge: Callable[..., Any]

    @property
    def article(self) -> int:
        return self.basis.article

    @property
    def item(self) -> str:
        return self.basis.item

    @property
    def path(self) -> str:
        """The file that holds what judges."""
        return f"{self.judge.__module__.replace('.', '/')}.py"

    def sentences(self, *facts: Any) -> tuple[str, ...]:
        """What is said of these facts; nothing where the rule is content or cannot judge yet."""
        raise NotImplementedError


R = TypeVar("R", bound=Rule)
_rules: dict[type[Rule], dict[str, Any]] = defaultdict(dict)


def add_rule(rule: R) -> R:
    known = _rules[type(rule)]
    if rule.name in known:
        raise ValueError(f"{type(rule).__name__} {rule.name} is declared twice")
    known[rule.name] = rule
    return rule


def rules_of(kind: type[R]) -> dict[str, R]:
    """Every rule of a kind by name, in the order of declaration."""
    return _rules[kind]


def every_rule() -> Iterator[Rule]:
    for known in _rules.values():
        yield from known.values()
