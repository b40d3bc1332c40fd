"""One shape for every rule, and nothing that a rule has said can be changed afterwards."""

from __future__ import annotations

import sys
from dataclasses import is_dataclass

from portal.kernel.rules import Basis
from portal.kernel.workflow import Requirement
from tests.test_rules import every_rule

FILLED_WHILE_READING = {
    "applications.corrections.changes.Change",
    "applications.openings.services.Line",
    "platforms.imports.matching.Matched",
    "platforms.imports.sheets.Line",
    "platforms.notices.names.Functions",
    "platforms.notices.reader.Reading",
    "platforms.notices.rows.Row",
    "platforms.notices.words.Words",
}


def test_a_rule_knows_its_place_in_the_regulation():
    rule = Requirement("x", Basis(5, "一"), lambda obj, attempt: ["缺"])
    assert (rule.article, rule.item, rule.basis.key, Basis().key) == (5, "一", "5一", "")
    for rule in every_rule():
        assert (rule.article, rule.item) == (rule.basis.article, rule.basis.item)


def test_what_rules_say_cannot_be_changed_afterwards():
    """Facts, findings and states are handed from rule to page to letter; nobody on the way may write into one."""
    found = {
        f"{kind.__module__}.{kind.__name__}"
        for name, module in list(sys.modules.items())
        if name.startswith(("applications.", "platforms.", "review.", "portal.kernel."))
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == name
        if not kind.__dataclass_params__.frozen
    }
    assert found <= FILLED_WHILE_READING
