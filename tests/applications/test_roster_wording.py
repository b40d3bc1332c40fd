"""What clerks write in rosters: headings and cells in their own words, and words that could mean two things."""

from __future__ import annotations

from dataclasses import replace

import pytest

from applications.rosters.cells import usual_words
from applications.rosters.columns import ROSTERS
from portal.shared.sheets import find_headings, heading_key

SHEETS = {
    "staff": (
        "职工姓名|身份证号码（后六位）|现任职务|学历层次|所学专业|专业技术职称级别|专业技术职务|是否全职|聘用日期|职称证书号|参保月数",
        "name document post education major title_level title full_time since certificate insured_months",
    ),
    "smes": (
        "服务对象名称|纳税人识别号|企业所在地|企业划型|年份|服务协议编号|协议签订日期|服务项目|服务费（元）|客户满意度|服务成效|企业联系人|联系方式",
        "name uscc place size year agreement signed_on service fee satisfied effect contact phone",
    ),
    "facilities": (
        "设施设备名称|型号规格|设备类别|台（套）数|设备原值（万元）|购置时间|主要用途|是否开放共享",
        "name model kind quantity value bought_on purpose open",
    ),
}


@pytest.mark.parametrize("code", SHEETS)
def test_headings_of_a_clerk(code):
    headings, columns = SHEETS[code]
    found = find_headings(ROSTERS[code].columns, [headings.split("|")])
    assert (list(found.places), found.strangers) == (columns.split(), {})


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        ("smes", "收费金额（万元）"),
        ("facilities", "原值（元）"),
        ("staff", "身份证号码"),
        ("smes", "企业类型"),
    ],
)
def test_another_unit_and_a_whole_number_are_told_not_taken(code, heading):
    columns = ROSTERS[code].columns
    found = find_headings(columns, [[columns[0].label, heading]])
    assert list(found.strangers.values()) == [heading]


CELLS = [
    ("staff", "education", "工商管理硕士 大学毕业 大专毕业 中专", "硕士 本科 大专 大专以下"),
    ("staff", "title_level", "研究员 高级工程师 工程师 助理工程师 未评定", "正高 副高 中级 初级 无"),
    ("staff", "full_time", "专职人员 兼职人员", "是 否"),
    ("smes", "size", "中型企业（中） 小型企业 微企", "中型 小型 微型"),
    ("smes", "satisfied", "√ 较为满意 不太满意 未回访", "满意 基本满意 不满意 未评价"),
    ("smes", "fee", "无偿 免费", "0 0"),
    ("facilities", "kind", "场地 软件系统 检测设备", "设施 软件 仪器设备"),
    ("facilities", "open", "对外开放 仅内部使用", "是 否"),
    # Not taken for anything: a person is asked.
    ("staff", "title_level", "技师 高级技师", "技师 高级技师"),
    ("smes", "size", "小微 大型", "小微 大型"),
    ("smes", "satisfied", "一般 良好", "一般 良好"),
]


@pytest.mark.parametrize(("code", "column", "written", "meant"), CELLS)
def test_cells_of_a_clerk(code, column, written, meant):
    cells = [usual_words(ROSTERS[code].column(column), text) for text in written.split()]
    assert cells == meant.split()


def test_no_word_stands_for_two_columns():
    for roster in ROSTERS.values():
        keys = [
            key
            for column in roster.columns
            for key in {heading_key(words) for words in (column.label, *column.synonyms)}
        ]
        assert len(keys) == len(set(keys))


def test_a_word_of_the_template_stands_as_it_is_and_another_is_looked_up():
    education = ROSTERS["staff"].column("education")
    assert [usual_words(education, text) for text in ("本科", " 本 科 ", "大学本科", "不详")] == [
        "本科",
        "本科",
        "本科",
        "不详",
    ]
    swapped = replace(education, words={"本科": "大专"})  # what the template offers is never another word
    assert usual_words(swapped, "本科") == "本科"
