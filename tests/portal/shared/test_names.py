"""Names as people write them: one spelling to keep, one key to compare by, initials of places."""

from __future__ import annotations

import pytest

from portal.shared.names import compare_key, initials, place_key, tidy_name, tidy_text, unusable_character
from portal.shared.search import bigrams, query_tokens
from portal.shared.validators import clean_name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("王\u3000芳", "王芳"),
        ("郑 爽", "郑爽"),
        ("吴\u00a0军", "吴军"),
        ("John  Smith", "John Smith"),
        ("买买提\u2022吐尔逊", "买买提·吐尔逊"),
        ("买买提\uff0e吐尔逊", "买买提·吐尔逊"),
        ("买买提\u30fb吐尔逊", "买买提·吐尔逊"),
        ("买买提. 吐尔逊", "买买提·吐尔逊"),
        ("ＪＯＨＮ", "JOHN"),
        ("\u2f24明", "大明"),  # Kangxi radical
        ("\u2ea0生", "民生"),  # radical of the supplement
        ("周\ue863", "周䶮"),  # GBK kept it in a private place
        ("西藏\u200b服务中心", "西藏服务中心"),
        ("杭州云帆（集团） 有限公司", "杭州云帆（集团）有限公司"),
        ("A·B Tech 3.0", "A·B Tech 3.0"),
    ],
)
def test_one_spelling_is_kept(written, kept):
    assert (tidy_name(written), clean_name(written)) == (kept, kept)


def test_a_full_stop_in_a_sentence_is_no_dot():
    assert tidy_text("缩短交货期.提高质量") == "缩短交货期.提高质量"


@pytest.mark.parametrize("char", ["\U0002ebf0", "\U00031350", "\U00030edd", "\U00032000", "𬭎", "䶮", "﨎"])
def test_the_newest_characters_are_characters(char):
    """Extensions G to J: people have borne such names in official lists since 2023."""
    assert clean_name(f"{char}山服务中心") == f"{char}山服务中心"
    assert char in bigrams(f"{char}山").split()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提·吐尔逊", "买买提吐尔逊"),
        ("李䶮", "李龑"),
        ("周吳", "周吴"),
        ("ＪＯＨＮ", "john"),
        ("杭州云帆（集团）有限公司", "杭州云帆(集团) 有限公司"),
        ("王\u3000芳", "王芳"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert compare_key(one) == compare_key(other)


@pytest.mark.parametrize(("one", "other"), [("钱頔", "钱𫖸"), ("王芳", "王方"), ("云帆一号", "云帆二号")])
def test_other_names_have_other_keys(one, other):
    assert compare_key(one) != compare_key(other)


@pytest.mark.parametrize(
    ("place", "letters"),
    [
        ("长治市服务中心", "czsfwzx"),
        ("朝阳区", "cyq"),
        ("单县", "sx"),
        ("山东单县产业园", "sdsxcyy"),
        ("涡阳", "gy"),
        ("洪洞县", "htx"),
        ("浚县", "xx"),
        ("绍兴会稽山", "sxkjs"),
        ("解州", "xz"),
        ("厦门", "xm"),
        ("东莞", "dg"),
        ("亳州", "bz"),
        ("重庆", "cq"),
        ("长葛", "cg"),
        ("长宁", "cn"),
        ("漯河", "lh"),
        ("杭州晟云", "hzsy"),
        ("成长", "cz"),
    ],
)
def test_initials_of_places_are_those_people_say(place, letters):
    assert initials(place) == letters


def test_a_name_is_found_with_and_without_its_dot():
    stored = set(bigrams("买买提·吐尔逊创业服务中心").split())
    for asked in ("买买提吐尔逊", "买买提·吐尔逊", "买买提•吐尔逊", "提吐"):
        assert set(query_tokens(asked)) <= stored


def test_a_character_that_was_lost_on_the_way_is_told():
    assert unusable_character("王\ufffd") == (2, "\ufffd")


def test_a_place_is_one_with_and_without_its_province():
    assert {place_key(name) for name in ("杭州", "杭州市", "浙江省 杭州市")} == {"杭州"}
    keys = {
        place_key(name) for name in ("沙市", "杭州高新区", "苏州工业园区", "广西壮族自治区南宁市", "河北省")
    }
    assert keys == {"沙市", "杭州高新区", "苏州工业园区", "南宁", "河北省"}
