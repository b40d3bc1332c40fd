"""Lists whose rows are handled together, and the verbs that each offers: an app registers both in its bulk.py.

A verb's row names what exists for one case already (its transition, its requirements, its service); nothing
is decided here a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from portal.bulk.forms import BulkForm
from portal.files.taking import Papers
from portal.kernel import signoff
from portal.kernel.permissions import holds
from portal.kernel.workflow import Verb, missing, perform, verbs_of
from portal.pages.verbs import case_name

Judge = Callable[[Any, Any], Iterable[str]]
Act = Callable[..., Any]


@dataclass(frozen=True)
class BulkList:
    """`rows` reads the list as its address describes it, `back` leads there; related rows are read with it."""

    key: str
    model: type[models.Model]
    rows: Callable[[Any, Mapping[str, str]], QuerySet]
    back: Callable[[Mapping[str, str]], str]
    url: Callable[[Any], str]
    related: Sequence[str] = ()
    prefetched: Sequence[str] = ()


@dataclass(frozen=True)
class BulkVerb:
    """`act` is the service of one case (by default `perform`); `also` adds what speaks against it in bulk only.
    `propose` is the service that drafts a signed verb for many (by default `signoff.prepare`).

    `name` differs from the transition where the verb is none (a reminder); then label and permission say it.
    """

    name: str
    act: Act | None = None
    propose: Act | None = None
    form_class: type[BulkForm] = BulkForm
    also: Judge | None = None
    fact: Callable[[Any], str] = lambda obj: ""
    basis: tuple[tuple[int, str], ...] = ()
    label: str = ""
    consequence: str = ""
    permission: str = ""

    @property
    def papers(self) -> Mapping[str, Papers]:
        """Files that its service takes: they are looked into before the transaction over all cases begins."""
        return getattr(self.propose or self.act, "takes_files", {})

    def declared(self, model) -> Verb | None:
        return verbs_of(model).get(self.name)

    def label_on(self, model) -> str:
        return self.label or self.declared(model).labels

    def consequence_on(self, model) -> str:
        return self.consequence or self.declared(model).consequence

    def is_signed(self, model) -> bool:
        declared = self.declared(model)
        return bool(declared and declared.two_person)

    def permission_on(self, model) -> str:
        return self.permission or (f"prepare_{self.name}" if self.is_signed(model) else self.name)

    def reasons(self, obj, by) -> list[str]:
        """Why this case is left out: the requirements of the verb on one case, and what is said of bulk alone."""
        found = missing(obj, self.name, by=by) if self.declared(type(obj)) else []
        return found or list(self.also(obj, by) if self.also else ())

    def carry_out(self, obj, *, by, note: str, **facts) -> None:
        if self.act:
            self.act(obj, by=by, note=note, **facts)
        else:
            perform(obj, self.name, by=by, note=note, **facts)

    def draft(self, objects: Sequence, *, by, note: str, **facts):
        """One proposal over all of them."""
        if self.propose:
            return self.propose(objects, by=by, note=note, **facts)
        return signoff.prepare(objects, self.name, by=by, note=note, **facts)


_lists: dict[str, BulkList] = {}
_verbs: dict[str, dict[str, BulkVerb]] = {}


def register_list(of: BulkList, *verbs: BulkVerb) -> None:
    _lists[of.key] = of
    _verbs[of.key] = {verb.name: verb for verb in verbs}


def list_of(key: str) -> BulkList | None:
    return _lists.get(key)


def verb_of(key: str, name: str) -> BulkVerb | None:
    return _verbs.get(key, {}).get(name)


def verbs_on(key: str, user) -> list[tuple[str, str]]:
    """(name, label) of what this person may do with many of a list at once."""
    model = _lists[key].model
    return [
        (name, verb.label_on(model))
        for name, verb in _verbs[key].items()
        if holds(model, user, verb.permission_on(model))
    ]


def name_of(obj) -> str:
    return case_name(obj) or str(obj)
