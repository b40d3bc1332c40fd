"""What must be in place before each verb, in a second hand: `tests/asked.txt` names the requirements of every one, and where every other rule stands in the regulation.

A requirement's own edges stand in `test_rules.py`; this table says where it is asked, so that none can fall away
unseen. Who means to change it writes it anew with `WRITE=1 bin/test tests/test_what_is_asked.py` and reads the difference.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path

from portal.kernel.rules import Rule, every_rule
from portal.kernel.workflow import requirements_by_verb

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = Path(__file__).parent / "asked.txt"
ACTS = ("services", "acts", "submission", "undo", "endings")
WRITES = frozenset(
    ("save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create")
    + ("perform", "record", "send")
)
# Steps of an act stand in its transaction, and what tells its progress is seen while it runs.
STEPS = {
    "applications.cycles.services.record_change",
    "applications.filing.services.create_dossier",
    "applications.rosters.services.keep_reading",
    "platforms.register.services.suspend",
    "platforms.register.services.take_new_names",
    "platforms.unitchanges.services.carry_out_change",
    "portal.accounts.services.end_sessions",
    "portal.exports.services.run_export",
    "review.objections.services.carry_out",
    "review.publicity.acts.execute_publicity",
    "review.secondlooks.services.carry_out",
}


def asked() -> str:
    """Of each verb its requirements, and of each other rule the place that it rests on."""
    verbs = "".join(
        f"{label} {verb}: {' '.join(sorted(named(rule) for rule in rules))}\n"
        for (label, verb), rules in sorted(requirements_by_verb().items())
    )
    others = sorted({f"{type(rule).__name__} {named(rule)}\n" for rule in every_rule()})
    return verbs + "".join(line for line in others if not line.startswith("Requirement"))


def named(rule: Rule) -> str:
    return f"{rule.name}({rule.basis.key})" if rule.basis.key else rule.name


def test_every_verb_is_asked_what_was_meant():
    if os.environ.get("WRITE"):
        WRITTEN.write_text(asked(), encoding="utf-8")
    assert asked().splitlines() == WRITTEN.read_text("utf-8").splitlines()


def functions() -> dict[tuple[str, str], ast.FunctionDef]:
    """(module, name) → each function of the modules that carry out acts."""
    found = {}
    for app in ("portal", "platforms", "applications", "review"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if path.stem in ACTS:
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                tree = ast.parse(path.read_text("utf-8"))
                found |= {
                    (module, node.name): node for node in tree.body if isinstance(node, ast.FunctionDef)
                }
    return found


def called(node: ast.FunctionDef) -> list[str]:
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return [
        func.attr if isinstance(func, ast.Attribute) else func.id
        for func in calls
        if isinstance(func, ast.Attribute | ast.Name)
    ]


def is_whole(node: ast.FunctionDef) -> bool:
    """All of it or nothing: `takes_files` opens the transaction once the files have been looked into."""
    own = [ast.unparse(part) for part in node.decorator_list]
    inner = [
        ast.unparse(item) for part in ast.walk(node) if isinstance(part, ast.With) for item in part.items
    ]
    return any("transaction.atomic" in text or text.startswith("takes_files") for text in own + inner)


def test_an_act_that_writes_twice_writes_all_or_nothing():
    found = functions()
    writers, before = set(WRITES), set()
    while writers != before:
        before = set(writers)
        writers |= {name for (_, name), node in found.items() if writers & set(called(node))}
    torn = {
        f"{module}.{name}"
        for (module, name), node in found.items()
        if not name.startswith("_") and not is_whole(node)
        if sum(call in writers for call in called(node)) > 1
    }
    assert torn == STEPS
