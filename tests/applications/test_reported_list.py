"""推荐汇总表 as a list that is printed, filed and added up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from applications.reporting.workbooks import number_in
from platforms.models import Organisation, Platform, Recommender
from platforms.organisations.whereabouts import city_and_county


@pytest.mark.parametrize(
    ("figure", "number"),
    [
        ("1,250.5 万元", Decimal("1250.5")),
        ("25 人", Decimal(25)),
        ("78.2%", Decimal("78.2")),
        ("未知", ""),
        ("", ""),
    ],
)
def test_a_figure_in_words_becomes_a_number(figure, number):
    assert number_in(figure) == number


@pytest.mark.parametrize(
    ("office", "address", "registered", "place"),
    [
        ("33", "浙江省杭州市西湖区文三路 90 号", "", "杭州市西湖区"),
        ("33", "高教路 10 号", "宁海县人民路 3 号", "宁海县"),
        ("11", "海淀区中关村大街 1 号", "", "北京市海淀区"),
        ("2102", "创意路 8 号", "创意路 8 号", "大连市"),
        ("43", "湖南省常德市津市市人民路", "", "常德市津市市"),
        ("42", "荆州市沙市区北京路", "", "荆州市沙市区"),
        ("22", "吉林市船营区", "", "吉林市船营区"),
        ("45", "广西壮族自治区南宁市青秀区", "", "南宁市青秀区"),
        ("33", "杭州市创业路科技园区", "", "杭州市"),
        ("33", "创业路 8 号", "", ""),
    ],
)
def test_where_a_unit_is_is_a_city_and_a_county_and_no_street(office, address, registered, place):
    label = {"11": "北京", "2102": "大连"}.get(office, "")
    platform = Platform(address=address, jurisdiction=Recommender(code=office, label=label))
    platform.organisation = Organisation(registered_address=registered)
    assert city_and_county(platform) == place
