from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from portal.shared.names import compare_key
from portal.shared.validators import clean_name, is_identity_number, propose_uscc, validate_uscc

GOOD = "91350100M000100Y43"  # the example of GB 32100—2015


def message(function, text):
    with pytest.raises(ValidationError) as refused:
        function(text)
    return refused.value.messages[0]


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        GOOD.lower(),
        f" {GOOD} ",
        "91350100 M000100Y43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100-M000100Y-43",
    ],
)
def test_one_code_however_it_is_typed(typed):
    assert validate_uscc(typed) == GOOD


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "现在是 0 位"),
        (GOOD[:-1], "现在是 17 位"),
        (GOOD + "0", "现在是 19 位"),
        (GOOD.replace("M", "O"), "第 9 位“O”不会出现"),
        ("9135010中M000100Y43", "第 8 位“中”不会出现"),
        ("9135A100M000100Y43", "第 3 至 8 位是行政区划码"),
        (GOOD[:-1] + "4", "第 18 位校验码不符"),
        ("91350100M000200Y43", "第 9 至 17 位与其校验码不符"),
    ],
)
def test_a_wrong_code_is_told_where_it_is_wrong(typed, sentence):
    assert sentence in message(validate_uscc, typed)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_no_single_wrong_character_passes(position, char):
    typed = GOOD[:position] + char + GOOD[position + 1 :]
    if typed != GOOD:
        with pytest.raises(ValidationError):
            validate_uscc(typed)


@given(st.text(max_size=30))
def test_any_text_is_either_a_valid_code_or_refused_in_words(text):
    try:
        assert uscc.is_valid(validate_uscc(text))
    except ValidationError as refused:
        assert refused.messages[0].endswith(("。", "）"))


@pytest.mark.parametrize(
    "char",
    ["\u202e", "\u2066", "\x00", "\ud800", "\ue000", "\ufe0f", "\u3164", "\u2800", "\U000e0101"],
)
def test_characters_that_nobody_sees_are_refused_with_their_place(char):
    assert message(clean_name, f"杭州{char}云帆").startswith("第 3 个字符（U+")


@pytest.mark.parametrize(
    "char", ["\u200b", "\u200d", "\ufeff", "\u00ad", "\r\n", "\t", "\u3000", "\u00a0", "\u2028"]
)
def test_spaces_and_what_text_programs_leave_behind_are_taken_out(char):
    """Nobody can delete what nobody sees."""
    assert clean_name(f"杭州{char}云帆") == "杭州云帆"


def test_a_person_s_number_is_known_and_o_and_i_are_proposed_as_digits():
    assert is_identity_number("11010519491231002x")
    assert not is_identity_number(GOOD)
    assert propose_uscc("9135O1OOMOOO1OOY43") == propose_uscc("9l35O1OOMOOOlOOY43") == GOOD
    assert propose_uscc("9133O1O6MANBLWAG2C") == "91330106MANBLWAG2C"  # its L belongs to it
    assert propose_uscc(GOOD) == propose_uscc("9135O1OOMOOO1OOY44") == ""


@pytest.mark.parametrize(
    "name", ["杭州云帆（集团）有限公司", "A·B Tech 3.0", "𬭎达检测中心", "乌鲁木齐市阿卜杜拉·买买提工作室"]
)
def test_ordinary_names_are_kept_as_they_are(name):
    assert clean_name(f"  {name} ") == name


def test_names_are_composed():
    assert clean_name("Cafe\u0301") == "Café"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州云帆（集团）有限公司", "杭州云帆(集团)有限公司"),
        ("ＡＢＣ 科技", "abc科技"),
        ("云帆·检测", "云帆检测"),
    ],
)
def test_spellings_of_one_name_share_a_skeleton(one, other):
    assert compare_key(one) == compare_key(other)


def test_different_names_do_not():
    assert compare_key("云帆一号") != compare_key("云帆二号")
