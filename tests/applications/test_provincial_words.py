"""A province's own round speaks of its evaluation: no experts, nothing reported (Art. 18)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from applications.corrections.reasons import reason_words
from applications.states import Procedure, state_words
from review.decision.forms import RejectForm

P, D = Procedure.PROVINCIAL, Procedure.DESIGNATION


@pytest.mark.parametrize("public", [True, False])
def test_a_lapsed_provincial_filing_was_not_to_be_reported(public):
    assert state_words("LAPSED", P, public=public) == "本年度未办结"
    assert state_words("LAPSED", D, public=public) == "本年度未报送"


def test_a_provincial_refusal_names_no_experts():
    assert reason_words("score", P) == "测评得分未达到要求"
    assert reason_words("score", D) == "专家评审得分未达到要求"
    words = dict(RejectForm(obj=SimpleNamespace(procedure=P)).fields["reason_code"].choices)
    assert words["score"] == "测评得分未达到要求" and words["false"] == "材料不真实"
