"""Lists as offices type them: headings that say only 名单, remarks that say the opposite of their list, notes, hidden rows."""

from __future__ import annotations

import io

import docx
import pytest
from openpyxl import Workbook

from platforms.notices.reader import read_notice, read_pasted
from tests.platforms.test_notice_pdfs import printed, read

HEAD = "关于公布2022年度国家中小企业公共服务示范平台名单的通告\n工信部企业函〔2022〕123号\n2022年12月6日\n"
REVIEW = (
    "关于公布2020年度国家中小企业公共服务示范平台复核结果的通告\n工信部企业函〔2020〕9号\n2020年12月6日\n"
)
ROWS = "序号\t地区\t{}\n1\t北京\t北京甲信息有限公司\n2\t河北\t石家庄乙公共服务平台\n"


def brief(reading) -> list[tuple]:
    return [(row.kind, row.province, row.name, row.remark) for row in reading.rows]


def asked(reading, words: str) -> bool:
    return any(words in one for one in reading.questions)


def test_a_column_headed_only_by_the_word_list_is_asked_and_can_be_named():
    reading = read_pasted(HEAD + ROWS.format("名单"))
    assert [row.name for row in reading.rows] == ["北京甲信息有限公司", "石家庄乙公共服务平台"]
    strange = read_pasted(HEAD + ROWS.format("名单").replace("河北", "冀州"))
    assert (
        strange.rows[1].written["province"] == "冀州"
    )  # the known headings beside it still say what they hold
    assert asked(reading, "列“名单”没有识别") and reading.strangers[0]["label"] == "名单"
    named = read_pasted(HEAD + ROWS.format("名单"), chosen={reading.strangers[0]["key"]: "unit"})
    assert [row.unit for row in named.rows] == ["北京甲信息有限公司", "石家庄乙公共服务平台"]
    assert not asked(named, "名单”没有识别")


def test_a_list_of_one_column_has_a_heading_and_not_one_row_more():
    document = docx.Document()
    for line in HEAD.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=1)
    for words in ("名单", "北京甲信息有限公司", "天津乙服务中心"):
        table.add_row().cells[0].text = words
    stream = io.BytesIO()
    document.save(stream)
    reading = read_notice(stream.getvalue(), "名单.docx")
    assert [row.name for row in reading.rows] == ["北京甲信息有限公司", "天津乙服务中心"]


@pytest.mark.parametrize(
    ("remark", "kind"),
    [
        ("弃权", "surrender"),
        ("放弃复核", "surrender"),
        ("未通过复核", "revoke"),
        ("不合格", "revoke"),
        ("企业已注销", "confirm"),
        ("限期整改", "confirm"),
        ("", "confirm"),
    ],
)
def test_a_remark_that_says_the_opposite_of_its_list_is_never_a_plain_confirmation(remark, kind):
    reading = read_pasted(
        f"{REVIEW}序号\t省份\t平台名称\t备注\n1\t北京\t北京甲信息中心\t\n2\t河北\t河北乙信息中心\t{remark}\n"
    )
    assert [row.kind for row in reading.rows] == ["confirm", kind]
    assert asked(reading, f"备注写明“{remark}”") == (remark not in ("", "限期整改"))


def test_a_result_that_says_the_unit_did_not_take_part():
    reading = read_pasted(
        f"{REVIEW}序号\t省份\t平台名称\t复核结果\n1\t北京\t北京甲信息中心\t合格\n2\t河北\t河北乙信息中心\t弃权\n3\t河北\t河北丙信息中心\t未申报\n"
    )
    assert [row.kind for row in reading.rows] == ["confirm", "surrender", ""]


def test_how_many_took_part_is_no_name():
    reading = read_pasted(
        f"{REVIEW}2017年认定的示范平台共2家参加复核，现将结果公布如下。\n序号\t省份\t平台名称\t复核结果\n"
        "1\t北京\t北京甲信息中心\t合格\n2\t河北\t河北乙信息中心\t不合格\n"
    )
    assert [row.name for row in reading.rows] == ["北京甲信息中心", "河北乙信息中心"]


def test_two_tables_set_side_by_side_within_another():
    document = docx.Document()
    for line in HEAD.splitlines():
        document.add_paragraph(line)
    frame = document.add_table(rows=1, cols=2)
    for at, rows in enumerate(
        ([("1", "北京", "北京甲平台"), ("2", "北京", "北京乙平台")], [("3", "山西", "太原丙平台")])
    ):
        table = frame.cell(0, at).add_table(rows=0, cols=3)
        for row in [("序号", "地区", "名称"), *rows]:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    stream = io.BytesIO()
    document.save(stream)
    reading = read_notice(stream.getvalue(), "名单.docx")
    assert [(row.no, row.province, row.name) for row in reading.rows] == [
        (1, "北京", "北京甲平台"),
        (2, "北京", "北京乙平台"),
        (3, "山西", "太原丙平台"),
    ]


def test_a_second_column_of_the_same_heading_is_asked_and_two_halves_are_not():
    twice = read_pasted(f"{HEAD}序号\t地区\t名称\t名称\n1\t北京\t北京甲平台\t北京甲有限公司\n")
    assert asked(twice, "列“名称”与另一列同名")
    halves = read_pasted(
        f"{HEAD}序号\t地区\t名称\t序号\t地区\t名称\n1\t北京\t北京甲平台\t2\t山西\t太原乙平台\n"
    )
    assert len(halves.rows) == 2 and not asked(halves, "同名")


def test_hidden_rows_and_sheets_are_told():
    book = Workbook()
    sheet = book.active
    sheet.title = "名单"
    for row in (["序号", "省份", "平台名称"], [1, "北京", "北京甲平台"], [2, "北京", "北京乙平台"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    draft = book.create_sheet("草稿")
    draft.append(["序号", "省份", "平台名称"])
    draft.append([1, "山西", "太原丙平台"])
    draft.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    reading = read_notice(stream.getvalue(), "名单.xlsx")
    assert [row.name for row in reading.rows] == ["北京甲平台", "北京乙平台"]
    assert asked(reading, "工作表“名单”第 3 行是隐藏的") and asked(reading, "工作表“草稿”是隐藏的，没有读取")


def test_a_sign_between_a_name_and_its_unit_and_square_brackets():
    reading = read_pasted(
        f"{HEAD}序号\t省份\t平台名称（运营单位）\n1\t上海\t上海甲服务平台*（上海甲发展服务中心）\n"
        "2\t浙江\t浙江乙经济平台[浙江乙有限公司]\n注：*为综合类平台。\n"
    )
    assert [(row.name, row.unit, row.remark) for row in reading.rows] == [
        ("上海甲服务平台", "上海甲发展服务中心", "为综合类平台"),
        ("浙江乙经济平台", "浙江乙有限公司", ""),
    ]


def test_a_list_in_traditional_characters_below_a_head_in_simplified_ones():
    reading = read_pasted(
        f"{HEAD}序號\t地區\t平台名稱\t運營單位\n1\t新疆維吾爾自治區\t烏魯木齊‧絲路公共服務平台\t烏魯木齊絲路企業服務有限公司\n"
    )
    assert [(row.province, row.name, row.unit) for row in reading.rows] == [
        ("新疆", "乌鲁木齐·丝路公共服务平台", "乌鲁木齐丝路企业服务有限公司")
    ]
    assert asked(reading, "原文为繁体字")


def test_the_place_behind_a_name_and_reasons_in_brackets():
    placed = read_pasted(
        f"{HEAD}一、信息服务类\n1.北京甲信息咨询有限公司 北京\n二、技术服务类\n2.乙检测有限公司 河北\n"
    )
    assert [(row.no, row.province, row.name) for row in placed.rows] == [
        (1, "北京", "北京甲信息咨询有限公司"),
        (2, "河北", "乙检测有限公司"),
    ]
    ended = read_pasted(
        "关于撤销北京甲信息有限公司等3家单位国家中小企业公共服务示范平台称号的通告\n工信部企业函〔2021〕77号\n"
        "决定撤销以下单位示范平台称号：\n（一）北京甲信息有限公司（提供虚假材料）；\n（二）河北乙中心（已注销）；\n"
        "（三）山西丙服务平台（未通过复核）。\n2021年6月7日\n"
    )
    assert brief(ended) == [
        ("revoke", "北京", "北京甲信息有限公司", "提供虚假材料"),
        ("revoke", "河北", "河北乙中心", "已注销"),
        ("revoke", "山西", "山西丙服务平台", "未通过复核"),
    ]


def test_names_before_and_after_under_short_headings_and_a_term_of_months():
    renamed = read_pasted(
        "关于同意部分国家中小企业公共服务示范平台名称变更的函\n2022年12月6日\n序号\t省份\t变更前\t变更后\n"
        "1\t北京\t北京甲平台\t北京甲中小企业平台\n"
    )
    assert [(row.kind, row.before, row.name) for row in renamed.rows] == [
        ("rename", "北京甲平台", "北京甲中小企业平台")
    ]
    termed = read_pasted(f"{HEAD}序号\t省份\t平台名称\t有效期\n1\t北京\t北京甲平台\t2022.12-2025.12\n")
    assert [(str(row.since), str(row.until)) for row in termed.rows] == [("2022-12-01", "2025-12-31")]


def test_a_publicity_s_rows_grant_nothing_and_what_a_correction_says_besides_is_asked():
    public = read_pasted(
        "关于2022年度国家中小企业公共服务示范平台的公示\n附件：2022年度拟认定名单\n1\t北京\t北京甲公共服务平台\n2\t河北\t河北乙公共服务平台\n2022年11月1日\n"
    )
    assert {row.kind for row in public.rows} == {"publicity"}
    corrected = read_pasted(
        "关于更正国家中小企业公共服务示范平台名单的通知\n“北京甲公共服务平台”的运营单位应为“北京甲科技有限公司”，"
        "“河北乙云连公共服务平台”更正为“河北乙云联公共服务平台”。\n2023年2月3日\n"
    )
    assert [row.name for row in corrected.rows] == ["河北乙云联公共服务平台"]
    assert asked(corrected, "运营单位应为“北京甲科技有限公司””是更正的内容，没有读取")


def test_a_printed_remark_for_several_rows_a_note_close_below_and_a_signature():
    body = (
        "<p>附件：通过复核的示范平台名单</p><table style='margin:0'><tr><th>序号<th>省份<th>平台名称<th>备注</tr>"
        "<tr><td>1<td rowspan=3>北京<td>北京甲平台*<td rowspan=2>限期整改</tr><tr><td>2<td>北京乙平台</tr>"
        "<tr><td>3<td>北京丙平台<td></tr></table><p style='margin:-1pt 0 0;line-height:1'>注：*为综合类平台。</p>"
        "<p>工业和信息化部</p><p>2020年12月6日</p>"
    )
    css = "table{border-collapse:collapse} td,th{border:1px solid black}"
    reading = read(printed(body, css, head="<p>关于公布2020年国家中小企业公共服务示范平台复核结果的通告</p>"))
    assert [row.remark for row in reading.rows] == ["限期整改；为综合类平台", "限期整改", ""]
    assert str(reading.words.on) == "2020-12-06"
