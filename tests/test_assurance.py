"""The table of goals: complete, run by files that are there, and never better than what was run."""

from __future__ import annotations

import ast
import json
import re

from bench.assurance import assure, scans
from bench.assurance.goals import GOALS, Goal
from tests.conftest import ROOT


def test_all_twenty_goals_are_measured_by_something_that_is_there():
    assert [goal.id for goal in GOALS] == [f"G{number}" for number in range(1, 21)]
    named = {
        part
        for goal in GOALS
        for step in goal.steps
        for part in (*step, *goal.watches)
        if "/" in part or part.endswith(".py")
    }
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    assert [goal.id for goal in GOALS if not goal.steps] == []


def test_what_was_run_smaller_is_never_called_held(tmp_path, monkeypatch, capsys):
    """A step that fails fails the goal, one that was passed before is not run again, and the table says so."""
    monkeypatch.setattr(assure, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(assure, "SHOWN", tmp_path / "shown.md")
    passing, failing = tmp_path / "passing.py", tmp_path / "failing.py"
    passing.write_text("print('7 of 7')")
    failing.write_text("raise SystemExit('no')")
    goals = {
        "scaled": Goal("G1", "w", ((str(passing),),), ("bench",), scale="less"),
        "held": Goal("G2", "w", ((str(passing),),), ("bench",)),
        "failed": Goal("G3", "w", ((str(passing),), (str(failing),)), ("bench",), scale="less"),
    }
    known: dict = {}
    monkeypatch.setattr(assure, "GOALS", tuple(goals.values()))
    for outcome, goal in goals.items():
        assure.run_goal(goal, known, again=False)
        assert known[goal.id]["outcome"] == outcome and known[goal.id]["figure"].startswith("7 of 7")
    passing.write_text("raise SystemExit('would be red now')")
    assure.run_goal(goals["failed"], known, again=False)
    assert known["G3"]["steps"][str(passing)]["held"]
    assert (
        "| held, scaled | 7 of 7 |" in assure.SHOWN.read_text() and "**not held**" in assure.SHOWN.read_text()
    )
    assert "held, scaled" in assure.listed(known)


def test_the_document_is_what_was_measured():
    known = json.loads(assure.KEPT.read_text("utf-8"))
    without_age = re.compile(r", \*old\*")
    assert without_age.sub("", assure.SHOWN.read_text("utf-8")) == without_age.sub("", assure.written(known))


def test_own_rules_find_what_they_forbid():
    bad = {
        "names of arguments": "f(**request.POST)",
        "sends on": "redirect(request.GET['next'])",
        "composed": "format_html(f'<b>{x}</b>')",
        "runs what it reads": "pickle.loads(x)",
        "by a name": "open(request.GET['f'])",
        "shell": "subprocess.run(x, shell=True)",
    }
    for words, code in bad.items():
        assert any(words in found for found in scans.broken_rules(ast.parse(code).body[0].value)), code
    assert not list(scans.own_rules())
