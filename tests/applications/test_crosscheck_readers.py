"""Who sees which cross-checks, and how their outcome is told in one line."""

from __future__ import annotations

from applications.crosschecks import CONFLICT, NOTICE, Outcome, checked_in, declared
from applications.crosschecks.evidence import Findings


def test_each_reader_of_a_material_sees_what_is_held_against_it_on_its_own_road():
    roads = ("DESIGNATION", "REREVIEW", "PROVINCIAL")
    for code in {code for check in declared() for code in check.materials}:
        for procedure in roads:
            assert checked_in(code, procedure) == [
                check
                for check in declared()
                if not ({code} - set(check.materials) or {procedure} - set(check.procedures))
            ]
    assert {len(checked_in("report", procedure)) > 0 for procedure in roads} == {True}


def test_findings_are_told_by_their_number_and_what_is_none_is_not_told():
    conflict = next(check for check in declared() if check.severity == CONFLICT)
    notice = next(check for check in declared() if check.severity == NOTICE)
    agrees, differs, told, unknown = (
        Outcome(conflict, ""),
        Outcome(conflict, "两处不同。"),
        Outcome(notice, "请留意。"),
        Outcome(notice, None),
    )
    assert Findings((agrees, agrees)).summary == "2 项相符"
    assert Findings((differs,)).summary == "0 项相符，1 项不一致"
    assert Findings((agrees, told)).summary == "1 项相符，1 项需要注意"
    assert Findings((unknown,)).summary == "0 项相符，1 项尚无可比内容"
    assert Findings((told, differs, agrees)).about(conflict.materials[0])[0] is differs
