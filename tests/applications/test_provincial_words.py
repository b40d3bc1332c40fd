"""A province's own round speaks of its evaluation: no experts, nothing reported (Art. 18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from applications.corrections.reasons import reason_words
from applications.cycles.letters import letter_for
from applications.editions import DEFAULT, get_edition
from applications.eligibility import Figures, assess
from applications.states import Procedure, state_words
from review.decision.forms import RejectForm

P, D = Procedure.PROVINCIAL, Procedure.DESIGNATION


@pytest.mark.parametrize("public", [True, False])
def test_a_lapsed_provincial_filing_was_not_to_be_reported(public):
    assert state_words("LAPSED", P, public=public) == "本年度未办结"
    assert state_words("LAPSED", D, public=public) == "本年度未报送"


def test_what_was_evaluated_is_deliberated_and_reviewed_by_nobody():
    assert {state_words(state, P, public=True) for state in ("REVIEWED", "PROPOSED")} == {"合议中"}
    assert state_words("REVIEWED", D, public=True) == "评审中"


def test_a_provincial_refusal_names_no_experts():
    verb = letter_for({}, "reject", P).act
    assert (verb.label, "推荐单位" in verb.consequence) == ("认定不通过", False)
    assert letter_for({}, "reject", P).title == "未通过省级认定"
    assert reason_words("score", P) == "测评得分未达到要求"
    assert reason_words("score", D) == "专家评审得分未达到要求"
    words = dict(RejectForm(obj=SimpleNamespace(procedure=P)).fields["reason_code"].choices)
    assert words["score"] == "测评得分未达到要求" and words["false"] == "材料不真实"


def test_the_letter_of_a_lapsed_provincial_filing_speaks_of_no_reporting():
    assert letter_for({}, "lapse", P).title == "本年度未办结，申报终止"
    assert letter_for({}, "lapse", P).act.label == "年度结束，未办结"
    assert letter_for({}, "lapse", D).title == "本年度未报送，申报终止"


def test_a_round_that_asks_for_no_honours_has_no_condition_on_them():
    """Art. 5 (七) would stay open for ever: nothing but that material shows it."""
    base = get_edition(DEFAULT)
    without = replace(base, materials=tuple(one for one in base.materials if one.code != "honours"))
    codes = [
        {row.code for row in assess(one, Figures(), as_of=date(2026, 4, 1)).criteria}
        for one in (base, without)
    ]
    assert codes[0] - codes[1] == {"recognition"}
