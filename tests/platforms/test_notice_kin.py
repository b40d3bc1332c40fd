"""Lists that stand beside the ministry's own: of other titles, of privileges; names that end as few do; open cells."""

from __future__ import annotations

import io

import docx
import pytest

from platforms.notices.batches import obstacles_of
from platforms.notices.names import read_functions
from platforms.notices.reader import read_blocks, read_notice, read_pasted
from portal.files.documents import Line, Table
from portal.files.documents.blocks import joined
from tests.platforms.test_notice_pdfs import printed, read

HEAD = "关于公布2021年度国家中小企业公共服务示范平台名单的通告\n工信部企业函〔2021〕270号\n2021年11月3日\n"


def named(reading) -> list[tuple]:
    return [(row.no, row.province, row.name) for row in reading.rows]


def test_a_list_of_another_title_beside_the_platforms_is_left_out_and_it_is_said():
    reading = read_pasted(
        "关于公布国家中小企业公共服务示范平台和国家小型微型企业创业创新示范基地名单的通告\n2022年11月30日\n"
        "附件1 国家中小企业公共服务示范平台名单\n序号\t省份\t平台名称\n1\t北京市\t北京甲服务中心\n2\t天津市\t天津乙服务中心\n"
        "附件2 国家小型微型企业创业创新示范基地名单\n序号\t省份\t基地名称\n1\t北京市\t北京丙创业基地\n2\t河北省\t河北丁创业基地\n"
    )
    assert named(reading) == [(1, "北京", "北京甲服务中心"), (2, "天津", "天津乙服务中心")]
    assert any("示范基地名单”不是国家中小企业公共服务示范平台的名单" in one for one in reading.questions)


@pytest.mark.parametrize(
    "title",
    [
        "关于公布2021年度国家小型微型企业创业创新示范基地名单的通告",
        "关于公布享受支持科技创新进口税收政策的国家中小企业公共服务示范平台（技术类）名单的通知",
        "关于公布第三批专精特新“小巨人”企业名单的通告",
    ],
)
def test_a_notice_that_gives_no_title_of_ours_says_so_and_cannot_be_taken(title):
    reading = read_pasted(
        f"{title}\n工信部企业函〔2021〕270号\n2021年11月3日\n序号\t省份\t平台名称\n1\t北京市\t北京甲服务中心\n2\t天津市\t天津乙中心\n"
    )
    assert (reading.words.kind, {row.kind for row in reading.rows} - {""}) == ("", set())
    assert any("这份名单不改变称号，不能据此录入" in one for one in reading.questions)

    class Batch:
        notice_title, notice_kind, notice_on = title, "", reading.words.on

    assert any("不能据此录入" in one for one in obstacles_of(Batch))


def test_a_platform_that_is_like_an_office_by_its_name_is_no_heading_of_a_province():
    lines = "\n".join(
        f"{no}. {name}"
        for no, name in enumerate(
            (
                "河北省中小企业生产力促进中心（河北省）",
                "大连市中小企业服务中心（大连市）",
                "中国电子院赛西实验室（北京市）",
                "西安大学国家科技园（陕西省）",
            ),
            start=1,
        )
    )
    assert named(read_pasted(HEAD + lines)) == [
        (1, "河北", "河北省中小企业生产力促进中心"),
        (2, "大连", "大连市中小企业服务中心"),
        (3, "北京", "中国电子院赛西实验室"),
        (4, "陕西", "西安大学国家科技园"),
    ]


def test_a_numbered_line_between_rows_is_a_row_however_its_name_ends():
    reading = read_pasted(HEAD + "北京市（3家）\n1. 北京甲服务中心\n2. 北京乙云上市集\n3. 北京丙服务中心\n")
    assert [row.name for row in reading.rows] == ["北京甲服务中心", "北京乙云上市集", "北京丙服务中心"]
    assert reading.rows[1].doubts == ["按序号作为名单中的一行，不像通常的单位名称"]


def test_all_names_of_a_province_in_one_cell_are_a_row_each():
    document = docx.Document()
    for words in HEAD.splitlines():
        document.add_paragraph(words)
    table = document.add_table(rows=3, cols=3)
    names = ["北京甲软件园孵化有限公司", "北京乙技术研究院赛西实验室", "北京丙检测认证中心"]
    rows = [
        ("序号", "省份", "平台名称"),
        ("1", "北京市", "\n".join(names)),
        ("2", "天津市", "天津丁服务\n中心有限公司"),
    ]
    for number, cells in enumerate(rows):
        for place, words in enumerate(cells):
            table.cell(number, place).text = words
    stored = io.BytesIO()
    document.save(stored)
    reading = read_notice(stored.getvalue(), "名单.docx")
    assert [(row.province, row.name) for row in reading.rows] == [
        *(("北京", name) for name in names),
        ("天津", "天津丁服务中心有限公司"),
    ]
    assert all("一格分行写了 3 个名称" in row.doubts[0] for row in reading.rows[:3])


def test_a_platform_above_its_unit_in_one_cell_stays_one_row():
    table = Table(
        (("序号", "省份", "平台名称"), ("1", "北京", "北京甲检测公共服务平台\n北京甲检测有限公司")), "表 1 "
    )
    reading = read_blocks([*(Line(one, "第 1 行") for one in HEAD.splitlines()), table])
    assert len(reading.rows) == 1
    assert reading.rows[0].doubts


@pytest.mark.parametrize(
    ("cell", "name", "unit", "sure"),
    [
        (
            "甲乙通标公共服务平台（甲乙标准技术服务（上海）有限公司）",
            "甲乙通标公共服务平台",
            "甲乙标准技术服务（上海）有限公司",
            True,
        ),
        ("宁波市中小企业公共服务平台（8718平台）", "宁波市中小企业公共服务平台（8718平台）", "", True),
        ("山西甲创业服务中心（山西乙发展促进中心）", "山西甲创业服务中心", "山西乙发展促进中心", False),
    ],
)
def test_a_unit_in_brackets_behind_the_platform(cell, name, unit, sure):
    reading = read_pasted(HEAD + f"序号\t省份\t平台名称\n1\t上海\t{cell}\n2\t上海\t上海丙服务中心\n")
    assert (reading.rows[0].name, reading.rows[0].unit) == (name, unit)
    assert any("按括号分开" in one for one in reading.questions) is not sure


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("信息创业融资", ["信息", "创业", "融资"]),
        ("技术服务培训服务", ["技术", "培训"]),
        ("技术交易撮合", []),
    ],
)
def test_functions_of_which_a_copy_dropped_what_parts_them(text, known):
    assert read_functions(text).known == known


def test_a_broken_name_goes_on_in_its_cell():
    assert joined("北京甲乙丙检测服务中心\n有限公司") == "北京甲乙丙检测服务中心有限公司"


def test_a_province_of_which_the_page_s_end_left_the_cell_open():
    """The cell of 江苏省 has no lower line on its page: its rows are not those of the province above."""
    rows = "".join(
        f"<tr><td>{no}</td>{f'<td rowspan={span}>{place}</td>' if span else ''}<td>苏沪甲{no}号服务中心</td></tr>"
        for no, place, span in [
            (1, "上海市", 2),
            (2, "", 0),
            (3, "江苏省", 4),
            (4, "", 0),
            (5, "", 0),
            (6, "", 0),
        ]
    )
    page = "@page{size:150mm 60mm;margin:5mm}td{height:9mm}td,th{border:1px solid}table{margin-top:2mm}"
    body = f"<table><thead><tr><th>序号</th><th>省份</th><th>平台名称</th></tr></thead>{rows}</table>"
    reading = read(printed(body, page, head="<p>示范平台名单</p>"))
    assert [row.province for row in reading.rows] == ["上海"] * 2 + ["江苏"] * 4


def test_provinces_of_a_list_without_rules_that_stand_in_every_row():
    places = ["北京", "北京", "天津", "黑龙江", "上海", "江苏"]
    body = "".join(
        f"<tr><td>{n}</td><td>{place}</td><td>{place}甲服务中心</td></tr>"
        for n, place in enumerate(places, 1)
    )
    head = "<tr><th>序号</th><th>省市</th><th>单位名称</th></tr>"
    reading = read(printed(f"<table>{head}{body}</table>", "td,th{text-align:left}body{line-height:1.6}"))
    assert [row.province for row in reading.rows] == places
