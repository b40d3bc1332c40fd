"""Acts that bring files: these are looked into and stored before the act's transaction, and its locks, begin.

An act with files is decorated with `takes_files` instead of `transaction.atomic`; it is given `Judged` for what was
uploaded and puts it on record with `place`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any, BinaryIO

from django.db import transaction

from portal.files.intake import Judged, given_back, judge
from portal.kernel import clock
from portal.shared.refusal import UploadRefused


@dataclass(frozen=True)
class Papers:
    """What one argument of an act may bring: its kinds, and bytes per file."""

    allowed: Collection[str]
    max_bytes: int


def takes_files(*, first: Callable[..., Any] | None = None, **papers: Papers):
    """`first` is asked with the act's own arguments whether files should be looked at at all; it raises.

    The act counts as of the moment it came, whatever time its files took. Raises UploadRefused; nothing refused is
    kept, and nothing of an act that was refused itself. What an outer act has looked into is passed on as it is.
    """

    def decorate(act):
        form = signature(act)

        @wraps(act)
        def run(*args, **kwargs):
            said = form.bind(*args, **kwargs)
            if first:
                first(*args, **kwargs)
            with looked_into(papers, said.arguments) as found:
                said.arguments.update(found)
                with transaction.atomic():
                    return act(*said.args, **said.kwargs)

        run.takes_files = papers
        return run

    return decorate


@contextmanager
def looked_into(papers: Mapping[str, Papers], brought: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What was brought, with what was found in the place of files; for whoever opens a transaction around acts."""
    with clock.standing_at(clock.now()), given_back() as judged:
        found = dict(brought)
        for name, rule in papers.items():
            if found.get(name):
                found[name] = _look_into(found[name], rule, judged)
        yield found


def _look_into(brought: BinaryIO | Judged | Sequence, rule: Papers, judged: list[Judged]):
    if isinstance(brought, Judged):
        return brought
    if hasattr(brought, "read"):
        judged.append(judge(brought, name=brought.name, allowed=rule.allowed, max_bytes=rule.max_bytes))
        return judged[-1]
    return _look_into_all(brought, rule, judged)


def _look_into_all(files: Sequence[BinaryIO], rule: Papers, judged: list[Judged]) -> list[Judged]:
    """Several files of one form; the first that is refused says which one it is."""
    found: list[Judged] = []
    for file in files:
        present = {one.received.sha256: one.received.name for one in found}
        try:
            one = judge(file, name=file.name, allowed=rule.allowed, max_bytes=rule.max_bytes, present=present)
        except UploadRefused as refusal:
            raise UploadRefused(refusal.code, f"“{file.name}”：{refusal.sentence}") from refusal
        found.append(one)
        judged.append(one)
    return found
