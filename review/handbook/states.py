"""docs/states.md: every record with a life, its states and verbs, from the declarations that run it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db import models

from applications.models import Application
from applications.states import ApplicationState, Procedure
from portal.kernel.permissions import Role, table
from portal.kernel.workflow import Verb, column_of, stateful_models, verbs_of
from review.handbook import markdown

APPS = ("portal", "platforms", "applications", "review")
INTRO = """\
Every record whose state changes only through `perform`, from its declared transitions and the permission table.
*Two persons*: one prepares, another signs exactly what was prepared. What is not listed is refused, by the code and by
the database's trigger."""


def write() -> str:
    ordered = sorted(
        stateful_models(), key=lambda one: (APPS.index(one._meta.app_label), one._meta.model_name or "")
    )
    lines = []
    for model in ordered:
        lines += [*_section(model), ""]
    return markdown.page("States and verbs", INTRO, lines[:-1])


def _section(model: type[models.Model]) -> Iterator[str]:
    verbs = sorted(verbs_of(model).values(), key=lambda verb: (_order(model, verb), verb.name))
    field = column_of(model, "state")
    yield f"## {model._meta.verbose_name} `{model._meta.label}`"
    yield ""
    yield from _diagram(model, verbs, str(field.default))
    yield ""
    public = {state: state.facts.public for state in ApplicationState} if model is Application else {}
    head = ["state", "工作端", "申报端"] if public else ["state", "label"]
    yield from markdown.table(
        head,
        (
            [f"`{value}`", str(label), *([str(public.get(value) or label)] if public else [])]
            for value, label in field.choices
        ),
    )
    yield ""
    yield from markdown.table(
        ["from", "verb", "who", "to", "two persons", "reason"], (_row(model, verb) for verb in verbs)
    )


def _order(model: type[models.Model], verb: Verb) -> int:
    states = [str(value) for value, _ in column_of(model, "state").choices]
    return min(states.index(str(source)) for source in verb.sources)


def _row(model: type[models.Model], verb: Verb) -> list[str]:
    targets = [
        f"`{target}`" + (f"（{Procedure(procedure).label}）" if procedure else "")
        for procedure, target in verb.targets.items()
    ]
    return [
        " ".join(f"`{source}`" for source in verb.sources),
        f"`{verb.name}` {verb.labels}",
        _who(model, verb),
        "<br>".join(targets),
        "yes" if verb.two_person else "",
        "yes" if verb.note_required else "",
    ]


def _who(model: type[models.Model], verb: Verb) -> str:
    listed = table().get(model._meta.label_lower, {})

    def names(key: str) -> str:
        return "、".join(str(Role(role).label) for role in Role if role in listed.get(key, ()))

    if verb.two_person and f"prepare_{verb.name}" in listed:
        return (
            f"拟办：{names(f'prepare_{verb.name}')}<br>审签：{names(verb.name) or names(f'sign_{verb.name}')}"
        )
    return names(verb.name) or "系统时钟，或者随另一事项办理"


def _diagram(model: type[models.Model], verbs: list[Verb], initial: str) -> Iterator[str]:
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for verb in verbs:
        for source in verb.sources:
            for target in sorted({str(one) for one in verb.targets.values()}):
                edges[str(source), target].append(verb.label)
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"  [*] --> {initial}"
    for (source, target), labels in edges.items():
        yield f"  {source} --> {target}: {'、'.join(labels)}"
    yield "```"
