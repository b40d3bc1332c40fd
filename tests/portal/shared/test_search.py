from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.search import bigrams, initials, query_tokens, sort_key

CJK = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("杭州云帆", "杭 州 云 帆 杭州 州云 云帆"),
        ("ＡＢＣ检测 3号", "abc 检 测 检测 3 号"),
        ("云、帆", "云 帆"),
        ("𬭎达", "𬭎 达 𬭎达"),
        ("", ""),
        ("——（）", ""),
    ],
)
def test_tokens(text, tokens):
    assert bigrams(text) == tokens


@given(CJK, CJK, CJK)
def test_every_part_of_a_name_finds_it(before, part, after):
    assert set(query_tokens(part)) <= set(bigrams(before + part + after).split())


@given(CJK, CJK)
def test_a_pair_that_a_name_lacks_does_not(name, part):
    if not any(part[n : n + 2] in name for n in range(len(part) - 1)) and len(part) > 1:
        assert not set(query_tokens(part)) & set(bigrams(name).split())


@pytest.mark.parametrize(
    ("text", "letters"), [("杭州云帆", "hzyf"), ("重庆A1科技", "cqa1kj"), ("（中国）", "zg"), ("", "")]
)
def test_initials(text, letters):
    assert initials(text) == letters


def test_order_is_that_of_pinyin():
    assert sorted(["重庆", "安徽", "北京", "上海", "陕西", "山西"], key=sort_key) == [
        "安徽",
        "北京",
        "重庆",
        "山西",
        "陕西",
        "上海",
    ]


def test_keys_fit_their_columns():
    assert len(initials("云" * 500)) == 120
    assert len(sort_key("云" * 500)) == 255
