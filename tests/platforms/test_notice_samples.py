"""Further shapes in which notices are published, and texts that no notice is: read as a careful clerk would, in bounded time."""

from __future__ import annotations

import io
import time

import docx
import openpyxl
import pytest

from platforms.notices.reader import read_notice, read_pasted

HEAD = "关于公布国家中小企业公共服务示范平台复核结果的通知\n工信部企业函〔2019〕9号\n二〇一九年一月十五日\n"


def told(reading, *fields) -> list[tuple]:
    return [tuple(getattr(row, field) for field in fields) for row in reading.rows]


def test_a_former_name_in_the_remarks_and_two_columns_of_words():
    reading = read_pasted(
        HEAD
        + "序号\t省份\t平台名称\t复核意见\t备注\n1\t北京市\t北京甲股份有限公司\t合格\t名称变更（原北京甲有限公司）\n2\t上海市\t上海乙公司\t合格\t原名称：上海乙检测所\n"
        "3\t青岛市\t青岛丙中心\t合格，限期整改\t服务收入不足\n4\t青岛市\t青岛丁中心\t不合格\t未提交材料\n5\t陕西省\t西安戊公司（原陕西戊公司）\t合格\t原单位已注销\n"
    )
    assert told(reading, "kind", "name", "before", "remark") == [
        ("confirm", "北京甲股份有限公司", "北京甲有限公司", "名称变更（原北京甲有限公司）"),
        ("confirm", "上海乙公司", "上海乙检测所", "原名称：上海乙检测所"),
        ("confirm", "青岛丙中心", "", "合格，限期整改；服务收入不足"),
        ("revoke", "青岛丁中心", "", "未提交材料"),
        ("confirm", "西安戊公司", "陕西戊公司", "原单位已注销"),
    ]
    assert reading.questions == []


def test_headings_that_stand_in_no_list_of_words():
    reading = read_pasted(
        "关于公布2014年度国家中小企业公共服务示范平台名单的通知\n工信部企业〔2014〕600号\n2014年12月31日\n附件：名单（共4家）\n"
        "省市名称\t总序号\t示范平台（申报单位）名称\t平台服务功能\t所属城市\n北京市（2）\t1\t北京甲中心\t投融资服务、法律服务\t海淀区\n\t2\t北京乙公司\t技术\t朝阳区\n大连市（1）\t3\t大连丙中心\t节能环保\t甘井子区\n行业协会（1）\t4\t中国丁中心\t综合\t西城区\n"
    )
    assert told(reading, "no", "province", "name", "functions") == [
        (1, "北京", "北京甲中心", ["融资"]),
        (2, "北京", "北京乙公司", ["技术"]),
        (3, "大连", "大连丙中心", ["节能", "环保"]),
        (4, "", "中国丁中心", ["综合服务"]),
    ]
    assert [one["label"] for one in reading.strangers] == ["所属城市"]
    assert reading.rows[0].doubts == ["服务功能“法律服务”不能识别"]


def test_numbers_that_begin_anew_and_counts_beside_each_place():
    text = (
        "关于部分国家中小企业公共服务示范平台称号失效的公告\n2022年第31号\n2022年1月4日\n下列平台有效期已满，称号自动失效：\n"
        "一、北京市（2家）\n1、北京甲公司\n2、北京乙公司\n二、山东省（2家）\n1、济南丙公司\n三、厦门市（1家）\n1、厦门丁公司\n"
    )
    reading = read_pasted(text)
    assert told(reading, "kind", "province", "name") == [
        ("lapse", "北京", "北京甲公司"),
        ("lapse", "北京", "北京乙公司"),
        ("lapse", "山东", "济南丙公司"),
        ("lapse", "厦门", "厦门丁公司"),
    ]
    assert reading.questions == ["“山东”写明 2 家，读出 1 行，请核对。"]


def test_why_each_title_is_over():
    reading = read_pasted(
        "工业和信息化部公告\n2023年 第5号\n下列平台因有效期届满、自愿放弃或者注销，不再具有国家中小企业公共服务示范平台称号：\n2023年2月3日\n"
        "序号\t省份\t平台名称\t事由\n1\t北京\t北京甲公司\t有效期届满未重新申报\n2\t河北\t河北乙公司\t自愿放弃\n3\t河北\t河北丙公司\t弄虚作假\n"
    )
    assert told(reading, "kind") == [("lapse",), ("surrender",), ("revoke",)]
    assert reading.words.number == "2023年第5号"


def test_a_province_s_own_list_and_one_passed_on():
    table = "序号\t市\t平台名称\n1\t武汉市\t武汉甲公司\n"
    own = read_pasted(
        f"湖北省经济和信息化厅关于公布湖北省中小企业公共服务示范平台名单的通知\n鄂经信企业〔2021〕198号\n2021年12月20日\n{table}"
    )
    assert (own.words.number, told(own, "province", "name")) == (
        "鄂经信企业〔2021〕198号",
        [("湖北", "武汉甲公司")],
    )
    assert any("省级示范平台，不是国家" in one for one in own.questions)
    on = read_pasted(
        f"湖北省经济和信息化厅关于转发《工业和信息化部关于公布2020年度国家中小企业公共服务示范平台名单的通告》的通知\n2020年12月28日\n{table}"
    )
    assert told(on, "province") == [("湖北",)]
    assert any("这是转发" in one for one in on.questions)
    assert not any("省级示范平台" in one for one in on.questions)


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (
            ("1\t北京市\t北京甲有限公司\t甲服务平台\t创业、技术", "2\t天津市\t天津乙公司\t乙检测平台\t质量"),
            [
                ("北京", "甲服务平台", "北京甲有限公司", ["创业", "技术"]),
                ("天津", "乙检测平台", "天津乙公司", ["质量"]),
            ],
        ),
        (
            ("1 北京市 北京甲有限公司 技术服务、培训服务", "2 天津市 天津乙中心 融资服务"),
            [("北京", "北京甲有限公司", "", ["技术", "培训"]), ("天津", "天津乙中心", "", ["融资"])],
        ),
        (
            ("北京（2个）：北京甲中心；北京乙公司。", "兵团（1个）：石河子丙中心。"),
            [
                ("北京", "北京甲中心", "", []),
                ("北京", "北京乙公司", "", []),
                ("兵团", "石河子丙中心", "", []),
            ],
        ),
        (
            (
                "序号,省市,平台名称,运营主体",
                '1,北京市,"甲,乙联合平台",北京甲公司',
                "2,上海市,丙服务平台,上海丙公司",
            ),
            [("北京", "甲,乙联合平台", "北京甲公司", []), ("上海", "丙服务平台", "上海丙公司", [])],
        ),
        (
            (
                "序号",
                "省份",
                "所属城市",
                "平台名称",
                "1",
                "江苏",
                "苏州市",
                "苏州甲平台",
                "2",
                "四川",
                "成都市",
                "成都乙平台",
            ),
            [("江苏", "苏州甲平台", "", []), ("四川", "成都乙平台", "", [])],
        ),
        (
            (
                "序号\t地区\t平台名称\t序号\t地区\t平台名称",
                "1\t北京\t北京甲公司\t3\t厦门\t厦门丙公司",
                "2\t天津\t天津乙中心\t4\t深圳\t深圳丁协会",
            ),
            [
                ("北京", "北京甲公司", "", []),
                ("天津", "天津乙中心", "", []),
                ("厦门", "厦门丙公司", "", []),
                ("深圳", "深圳丁协会", "", []),
            ],
        ),
    ],
    ids=[
        "no headings, platform last",
        "functions behind the name",
        "places with counts",
        "commas in quotes",
        "cells on lines with a column nobody knows",
        "two halves",
    ],
)
def test_lists_in_further_shapes(lines, rows):
    head = "关于公布2016年度国家中小企业公共服务示范平台名单的通知\n工信部企业[2016] 第 99 号\n2016.11.8\n附件：名单\n"
    reading = read_pasted(head + "\n".join(lines))
    assert told(reading, "province", "name", "unit", "functions") == rows
    assert (reading.words.number, reading.words.on.isoformat()) == ("工信部企业〔2016〕99号", "2016-11-08")


def test_names_in_a_sentence_each_with_its_province():
    reading = read_pasted(
        "关于撤销甲公司等3家单位国家中小企业公共服务示范平台称号的通知\n工信部企业〔2018〕1号\n2018年1月2日\n"
        "决定撤销辽宁甲信息有限公司（辽宁省）、武汉乙创业中心（湖北省）和深圳丙检测股份有限公司（深圳市）等3家单位“国家中小企业公共服务示范平台”称号。"
    )
    assert told(reading, "kind", "province", "name") == [
        ("revoke", "辽宁", "辽宁甲信息有限公司"),
        ("revoke", "湖北", "武汉乙创业中心"),
        ("revoke", "深圳", "深圳丙检测股份有限公司"),
    ]


def test_a_page_in_traditional_characters():
    reading = read_pasted(
        "關於公佈第二批國家中小企業公共服務示範平臺名單的通告\n工信部企業〔2012〕566號\n2012年11月29日\n序號\t省市\t平臺名稱\n1\t廣東\t廣州甲服務中心\n"
    )
    assert told(reading, "kind", "province", "name") == [("grant", "广东", "广州甲服务中心")]
    assert reading.questions == ["原文为繁体字，已按简体读取，请核对名称。"]


def test_a_document_of_two_tables_with_merged_cells():
    document = docx.Document()
    for words in (
        "关于公布2021年度国家中小企业公共服务示范平台及复核通过名单的通知",
        "工信厅企业函〔2021〕270号",
        "2021年11月8日",
        "附件1",
        "2021年度国家中小企业公共服务示范平台名单（共3家）",
    ):
        document.add_paragraph(words)
    first = [
        ("省份", "序号", "平台名称", "运营单位名称", "服务类别"),
        ("北京市", "1", "甲双创\n服务平台", "北京甲\n有限公司", "创业、\n技术"),
        ("", "2", "乙检测平台", "北京乙公司", "质量"),
        ("省份", "序号", "平台名称", "运营单位名称", "服务类别"),
        ("新疆生产建设兵团", "3", "丙综合平台", "石河子丙中心", "综合"),
    ]
    fill(document, first).cell(1, 0).merge(document.tables[0].cell(2, 0))
    document.add_paragraph("附件2：通过复核的国家中小企业公共服务示范平台名单")
    fill(
        document,
        [
            ("序号", "所在地区", "单位名称", "备注"),
            ("1", "上海市", "上海丁公司", "由上海丁研究所更名"),
            ("注：按行政区划排序", "", "", ""),
        ],
    )
    stream = io.BytesIO()
    document.save(stream)
    reading = read_notice(stream.getvalue(), "通知.docx")
    assert told(reading, "kind", "province", "name", "unit", "before") == [
        ("grant", "北京", "甲双创服务平台", "北京甲有限公司", ""),
        ("grant", "北京", "乙检测平台", "北京乙公司", ""),
        ("grant", "兵团", "丙综合平台", "石河子丙中心", ""),
        ("confirm", "上海", "上海丁公司", "上海丁公司", "上海丁研究所"),
    ]
    assert (reading.words.kind, reading.questions) == ("mixed", [])


def fill(document, rows):
    table = document.add_table(len(rows), len(rows[0]))
    for at, cells in enumerate(rows):
        for column, words in enumerate(cells):
            table.cell(at, column).text = words
    return table


def test_a_workbook_with_titles_merged_places_and_groups():
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (
        ("附件1",),
        ("2022年度国家中小企业公共服务示范平台名单",),
        ("文号：工信部企业函〔2022〕277号　日期：2022年10月10日",),
        ("总序号", "省（自治区、直辖市、计划单列市）及兵团", "序号", "平台名称", "服务功能"),
        (1, "北京", 1, "北京甲\n有限公司", "信息、培训"),
        (2, None, 2, "北京乙公司", "融资服务\n创业服务"),
        (3, "青 岛", 1, "青岛丙公司", "技术"),
        ("合计", "3家"),
    ):
        sheet.append(cells)
    for merged in ("A2:E2", "A3:E3", "B5:B6"):
        sheet.merge_cells(merged)
    failed = book.create_sheet("不通过")
    for cells in (
        ("未通过复核的国家中小企业公共服务示范平台",),
        ("序号", "省份", "平台名称"),
        ("一", "河北省（1家）", None),
        (1, None, "河北丁公司"),
    ):
        failed.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    reading = read_notice(stream.getvalue(), "名单.xlsx")
    assert told(reading, "kind", "no", "province", "name", "functions") == [
        ("grant", 1, "北京", "北京甲有限公司", ["信息", "培训"]),
        ("grant", 2, "北京", "北京乙公司", ["融资", "创业"]),
        ("grant", 3, "青岛", "青岛丙公司", ["技术"]),
        ("revoke", 1, "河北", "河北丁公司", []),
    ]
    assert (reading.words.number, reading.words.on.isoformat()) == ("工信部企业函〔2022〕277号", "2022-10-10")


SIZE = 66_000  # characters, 200 KB
SHAPES = [
    "1",
    "平台\n",
    "撤销甲公司、",
    "《办法",
    "序号 省份 平台名称\n",
    "1北京市北京甲中心公司平台\n",
    "称号，因因因因因因",
]


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_no_text_takes_the_reader_long(shape):
    text = (shape * (SIZE // len(shape) + 1))[:SIZE]
    began = time.process_time()
    read_pasted(text)
    assert time.process_time() - began < 2
