"""Several sentences beside each other read as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.kernel.workflow import TransitionBlocked
from portal.shared.sentences import one_sentence

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["期满后方可办理。", "还有异议没有办结。"], "期满后方可办理；还有异议没有办结。"),
        (["期满后方可办理。"], "期满后方可办理。"),
        (["省内平台", "同一单位"], "省内平台；同一单位"),
        (["说明：有误；", "", "请更正。"], "说明：有误；请更正。"),
        ([], ""),
    ],
)
def test_a_full_stop_stands_at_the_end_alone(parts, told):
    assert one_sentence(parts) == told
    assert str(TransitionBlocked(parts)) == told


def test_no_page_joins_sentences_by_itself():
    joined = [page for page in ROOT.glob("templates/**/*.html") if 'join:"；"' in page.read_text()]
    assert not joined, joined
