"""State changes: declared by `transition`, conditioned by `requires`, carried out by `perform` alone.

*When* a verb is possible is the decorator's source and target, *what* must be in place are the
functions registered by `requires`, *who* may do it is the permission table (portal.kernel.permissions).
A database trigger (portal.kernel.guards) refuses any state change that did not come this way.
"""

from __future__ import annotations

import inspect
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.db import transaction as db_transaction
from django_fsm import GET_STATE
from django_fsm import transition as fsm_transition

from portal.kernel import audit, outbox
from portal.kernel.permissions import SYSTEM, Role, allowed
from portal.kernel.rules import Basis, Rule, add_rule, rules_of
from portal.shared.sentences import one_sentence
from portal.shared.together import run_together

_running: ContextVar[tuple[Any, str] | None] = ContextVar("running_transition", default=None)


class TransitionBlocked(Exception):
    """Refused for reasons that a person can read and act on (Chinese sentences)."""

    def __init__(self, reasons: Iterable[str]):
        self.reasons = list(reasons)
        super().__init__(one_sentence(self.reasons))

    @property
    def words(self) -> str:
        """All reasons as one sentence, for a message; a form shows them one by one."""
        return one_sentence(self.reasons)


class ChangedMeanwhile(TransitionBlocked):
    """Somebody else has saved since the page was made: nothing is overwritten, and nothing that was typed is lost."""


class DirectTransition(RuntimeError):
    """Somebody called a transition method instead of `perform`."""


@dataclass(frozen=True)
class Verb:
    """What the pages, the sign-offs and the generated tables need to know of one verb."""

    name: str
    label: str
    sources: tuple[str, ...]
    targets: Mapping[str, str]  # procedure → state; "" stands for every procedure
    two_person: bool = False
    note_required: bool = False
    consequence: str = ""
    wording: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # procedure → (label, consequence)

    def worded(self, procedure: str) -> Verb:
        """The same verb in the words that this procedure has for it."""
        if procedure not in self.wording:
            return self
        label, consequence = self.wording[procedure]
        return replace(self, label=label, consequence=consequence)

    @property
    def labels(self) -> str:
        """What it is called on any procedure, for lists that do not know which one."""
        return " / ".join([self.label, *(label for label, _ in self.wording.values())])

    def applies_to(self, procedure: str) -> bool:
        return "" in self.targets or procedure in self.targets

    def target(self, procedure: str) -> str:
        return self.targets.get(procedure) or self.targets[""]


@dataclass(frozen=True)
class Attempt:
    """One try at a verb, handed to every requirement. `facts` is empty while a page only looks ahead."""

    verb: str
    by: Any
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    looking_ahead: bool = False


@dataclass(frozen=True)
class Requirement(Rule):
    """What must be in place before a verb: reads the object and the attempt, yields what is missing.

    A judge may also yield a question (`portal.shared.together`) and gets its answer: those of all travel together.
    """

    def sentences(self, *facts: Any) -> tuple[str, ...]:
        return tuple(run_together([iter(self.judge(*facts))]))


_requirements: dict[tuple[str, str], list[Requirement]] = defaultdict(list)
_wordy: dict[tuple[str, str], list[Callable[[Any], bool]]] = defaultdict(list)


def procedure_of(obj: models.Model) -> str:
    return getattr(obj, "procedure", "")


def transition(
    state,
    *,
    source,
    target,
    label: str,
    two_person: bool = False,
    note_required: bool = False,
    consequence: str = "",
    wording: Mapping[str, tuple[str, str]] | None = None,
):
    """Declare a verb. `target` is a state, or a mapping procedure → state that also limits the verb to it.
    `wording` holds (label, consequence) where a procedure has other words for the same verb.

    The decorated body sets the model's own fields only: it does not save, send or touch another model.
    """
    targets = dict(target) if isinstance(target, Mapping) else {"": target}
    sources = tuple(source) if isinstance(source, list | tuple | set | frozenset) else (source,)

    def decorate(method):
        verb = Verb(
            method.__name__, label, sources, targets, two_person, note_required, consequence, wording or {}
        )

        @wraps(method)
        def guarded(self, *args, **kwargs):
            if _running.get() != (self.pk, method.__name__):
                raise DirectTransition(f"{method.__name__} runs through perform() only")
            return method(self, *args, **kwargs)

        fsm_target = (
            targets[""]
            if "" in targets
            else GET_STATE(lambda obj, *a, **k: targets[obj.procedure], states=list(set(targets.values())))
        )
        return fsm_transition(
            field=state,
            source=list(sources),
            target=fsm_target,
            conditions=[lambda obj: verb.applies_to(procedure_of(obj))],
            custom={"verb": verb},
        )(guarded)

    return decorate


def requires(model: type[models.Model], verb: str, *, article: int = 0, item: str = ""):
    """Register what must be in place before a verb; the function yields sentences that say what to do.

    Where one function serves several verbs, the innermost line names the article that it rests on, if any.
    """

    def register(function: Callable[[Any, Attempt], Iterable[str]]):
        rule = rules_of(Requirement).get(function.__name__)
        if rule is None or rule.judge is not function:
            rule = add_rule(Requirement(function.__name__, Basis(article, item), function))
        _requirements[model._meta.label_lower, verb].append(rule)
        return function

    return register


def demands_words(model: type[models.Model], verb: str):
    """Register when a verb's note may not stay empty; the requirement that refuses asks the same function."""

    def register(when: Callable[[Any], bool]):
        _wordy[model._meta.label_lower, verb].append(when)
        return when

    return register


def asks_for_words(obj: models.Model, verb: str) -> bool:
    """Whether the note of this act must be written, so that no page calls it optional."""
    return verb_on(obj, verb).note_required or any(when(obj) for when in _wordy[obj._meta.label_lower, verb])


def wordy_verbs() -> set[tuple[str, str]]:
    """(model's label, verb) whose note some of their objects demand."""
    return {place for place, rules in _wordy.items() if rules}


def requirements_by_verb() -> dict[tuple[str, str], tuple[Requirement, ...]]:
    """(model's label, verb) → what is asked before it, in the order of registration."""
    return {place: tuple(rules) for place, rules in _requirements.items() if rules}


@cache
def verbs_of(model: type[models.Model]) -> dict[str, Verb]:
    """Every declared verb of a model, by name."""
    found = {}
    for _, method in inspect.getmembers(model, inspect.isfunction):
        meta = getattr(method, "_django_fsm", None)
        if meta:
            verb = next(iter(meta.transitions.values())).custom["verb"]
            found[verb.name] = verb
    return found


def column_of(model: type[models.Model], name: str) -> Any:
    """A field of the model's own, which has choices and a default."""
    return model._meta.get_field(name)


def stateful_models() -> list[type[models.Model]]:
    from django.apps import apps  # the registry is complete only once the apps are loaded

    return [model for model in apps.get_models() if verbs_of(model)]


def verb_on(obj: models.Model, verb: str) -> Verb:
    """A verb as it reads on this object."""
    return verbs_of(type(obj))[verb].worded(procedure_of(obj))


def is_ready(obj: Any, verb: str) -> bool:
    """When: whether the verb leads anywhere from the object's present state."""
    model: Any = type(obj)
    declared = verbs_of(model)[verb]
    return obj.state in declared.sources and declared.applies_to(procedure_of(obj))


def missing(obj: models.Model, verb: str, *, by=None) -> list[str]:
    """What still stands in the way of a verb, as sentences: the page's list and the refusal are one."""
    return _reasons(obj, Attempt(verb=verb, by=by, looking_ahead=True))


def _standing(obj: Any, by) -> str:
    """The state as this reader is told it: what the offices call it is not for applicants."""
    public = getattr(obj, "public_state", "") if getattr(by, "role", "") == Role.APPLICANT else ""
    return public or obj.get_state_display()


def _reasons(obj: Any, attempt: Attempt) -> list[str]:
    declared = verb_on(obj, attempt.verb)
    if not is_ready(obj, attempt.verb):
        is_for_others = not declared.applies_to(procedure_of(obj))
        why = f"此事项不用于{obj.get_procedure_display()}" if is_for_others else "请刷新页面查看最新进展"
        return [f"当前状态为“{_standing(obj, attempt.by)}”，不能办理“{declared.label}”。{why}。"]
    reasons = []
    if declared.note_required and not attempt.looking_ahead and not attempt.note.strip():
        reasons.append(f"办理“{declared.label}”需要写明理由。")
    demands = _requirements[type(obj)._meta.label_lower, attempt.verb]
    return reasons + run_together(iter(one.judge(obj, attempt)) for one in demands)


def perform(obj: models.Model, verb: str, *, by, note: str = "", signoff=None, is_locked=False, **facts):
    """Carry out a verb in one transaction and return the saved object.

    Raises PermissionDenied when `by` may not, TransitionBlocked with sentences when the time or the
    conditions are not right. A two-person verb demands the sign-off that binds what both persons saw.
    `is_locked`: the caller has read the row under its lock in this very transaction, with what belongs to it.
    """
    if is_locked:
        return _carry_out(obj, verb, by, note, signoff, facts)
    with db_transaction.atomic():
        row = type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        return _carry_out(row, verb, by, note, signoff, facts)


def _carry_out(row: Any, verb: str, by, note: str, signoff, facts: Mapping[str, Any]):
    declared = verb_on(row, verb)
    if by is not SYSTEM and not allowed(by, verb, row):
        raise PermissionDenied(f"您没有办理“{declared.label}”的权限。")
    if declared.two_person:
        _check_signature(row, verb, by, signoff)
    reasons = _reasons(row, Attempt(verb=verb, by=by, note=note, facts=facts))
    if reasons:
        raise TransitionBlocked(reasons)
    event_id, before = uuid.uuid4(), row.state
    _mark(f"{verb}:{event_id}")
    token = _running.set((row.pk, verb))
    try:
        getattr(row, verb)(by=by, note=note, **facts)
    finally:
        _running.reset(token)
    row.state_event = event_id
    row.save()
    _mark("")
    event = audit.record(
        action=verb, obj=row, by=by, note=note, before=before, after=row.state, facts=facts, event_id=event_id
    )
    outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))
    return row


def _check_signature(row, verb: str, by, signoff) -> None:
    if signoff is None:
        raise TransitionBlocked(["此事项须由两人办理：一人拟办，另一人审签。"])
    signoff.demand(row, verb, by)


def _mark(text: str) -> None:
    """Tell the state trigger which verb and event this save belongs to, for this transaction only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.transition', %s, true)", [text])
