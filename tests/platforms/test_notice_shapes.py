"""Shapes of real notices: results within sentences beside a list, pages of websites, results row by row, files of old programs."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import parse_xml

from platforms.departments import place_label
from platforms.notices.reader import read_notice, read_pasted

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def told(reading) -> list[tuple]:
    return [(row.kind, row.province, row.name, row.remark) for row in reading.rows]


REVIEW = """首页 > 政策 > 工业和信息化部公布第三批国家中小企业公共服务示范平台复核意见
2017-07-05 15:19 来源: 工业和信息化部网站
字号: 默认 超大 | 打印 |
工业和信息化部关于公布第三批国家中小企业公共服务示范平台复核意见的通知
工信部企业[2017]139号
各省、自治区、直辖市及计划单列市、新疆生产建设兵团中小企业主管部门，有关单位：
根据《国家中小企业公共服务示范平台认定的管理办法》（工信部企业〔2012〕197号）有关规定，经网上公示等程序，现将复核意见公布如下：
一、北京甲国际孵化器有限公司、天津乙技能开发有限责任公司等3家示范平台通过复核（具体名单见附件）。2017年，我部将重点测评，测评不通过的将撤销“国家中小企业公共服务示范平台”称号。
二、撤销邢台丁软件技术有限公司、戊网络科技（大连）有限公司共2家单位“国家中小企业公共服务示范平台”称号。
附件：通过复核的国家中小企业公共服务示范平台名单
工业和信息化部
2017年6月20日
附件
通过复核的国家中小企业公共服务示范平台名单
序号\t省市\t单位名称\t备注
1\t北京\t北京甲国际孵化器有限公司\t
2\t天津\t天津乙技能开发有限责任公司\t提出整改意见
3\t河北\t河北省丙研究所\t
"""


def test_revocations_that_only_a_sentence_names_stand_beside_the_list():
    reading = read_pasted(REVIEW)
    words = reading.words
    assert (words.title[:11], words.number, words.on.isoformat()) == (
        "工业和信息化部关于公布",
        "工信部企业〔2017〕139号",
        "2017-06-20",
    )
    assert told(reading) == [
        ("confirm", "北京", "北京甲国际孵化器有限公司", ""),
        ("confirm", "天津", "天津乙技能开发有限责任公司", "提出整改意见"),
        ("confirm", "河北", "河北省丙研究所", ""),
        ("revoke", "", "邢台丁软件技术有限公司", ""),
        ("revoke", "大连", "戊网络科技（大连）有限公司", ""),
    ]
    assert [row.confidence < 1 for row in reading.rows] == [False, False, False, True, True]


def test_a_result_of_its_own_in_each_row():
    reading = read_pasted(
        "关于2014年度国家中小企业公共服务示范平台复核结果的通告\n工信部企业〔2017〕500号\n2017年12月29日\n"
        "序号\t所在地\t平台名称\t复核结论\t整改要求\t联系电话\n1\t北京市\t北京甲中心\t通过\t\t1\n2\t河北省\t河北乙中心\t基本通过，整改\t公示收费\t1\n"
        "3\t山西省\t山西丙中心\t不通过\t未提交材料\t1\n4\t山西省\t山西丁中心\t未参加复核\t\t1\n5\t青海省\t青海戊中心\t称号到期\t\t1\n6\t青海省\t青海己中心\t自愿放弃\t\t1\n合计\t6家\t\t\t\t\n"
    )
    assert [(row.kind, row.remark) for row in reading.rows] == [
        ("confirm", ""),
        ("confirm", "基本通过，整改；公示收费"),
        ("revoke", "未提交材料"),
        ("", ""),
        ("lapse", ""),
        ("surrender", ""),
    ]
    asked = "\n".join(reading.questions)
    assert "“未参加复核”不能判断是否保留称号" in asked and "列“联系电话”没有识别" in asked


def test_four_lists_of_one_notice_with_the_province_behind_each_name():
    reading = read_pasted(
        "关于公布首批国家中小企业公共服务示范平台复核结果的通知\n工信部企业〔2014〕528号\n2014年12月18日\n"
        "附件1：通过复核的平台名单（2家）\n1. 北京甲服务中心（北京市）\n2. 大连乙服务中心（大连市）\n附件2：需限期整改的平台名单（1家）\n1. 河北丙研究院（河北省）\n"
        "附件3：未通过复核、撤销称号的平台名单（2家）\n1. 山西丁公司（山西省）\n附件4：自愿放弃复核的平台名单（1家）\n1. 广东戊公司（广东省）\n"
    )
    assert told(reading) == [
        ("confirm", "北京", "北京甲服务中心", ""),
        ("confirm", "大连", "大连乙服务中心", ""),
        ("confirm", "河北", "河北丙研究院", "限期整改"),
        ("revoke", "山西", "山西丁公司", ""),
        ("surrender", "广东", "广东戊公司", ""),
    ]
    assert reading.questions == [
        "“附件3：未通过复核、撤销称号的平台名单（2家）”写明 2 家，读出 1 行，请核对。"
    ]


SENTENCES = [
    (
        "关于国家中小企业公共服务示范平台更名的公告",
        "同意“北京甲信息中心”更名为“北京甲科技有限公司”。",
        ("rename", "北京甲信息中心", "北京甲科技有限公司"),
    ),
    (
        "关于更正示范平台名单的通告",
        "将第3号“北京甲信息中心”更正为“北京甲信息技术中心”。",
        ("correct", "北京甲信息中心", "北京甲信息技术中心"),
    ),
    (
        "关于同意上海甲服务有限公司放弃国家中小企业公共服务示范平台称号的复函",
        "同意上海甲服务有限公司自愿放弃国家中小企业公共服务示范平台称号。",
        ("surrender", "", "上海甲服务有限公司"),
    ),
    (
        "关于撤销山西丁信息公司国家中小企业公共服务示范平台称号的决定",
        "各有关单位：经核查，山西丁信息公司在申报过程中弄虚作假，现决定取消其国家中小企业公共服务示范平台称号。",
        ("revoke", "", "山西丁信息公司"),
    ),
    (
        "关于国家中小企业公共服务示范平台整改情况的通报",
        "以下平台整改合格，予以确认：\n1. 北京市 北京甲信息中心",
        ("rectify", "", "北京甲信息中心"),
    ),
    (
        "关于收回国家中小企业公共服务示范平台牌子的通知",
        "请收回下列平台牌子：\n1. 北京市 北京甲信息中心",
        ("plaque", "", "北京甲信息中心"),
    ),
]


@pytest.mark.parametrize(("title", "words", "row"), SENTENCES, ids=[row[0] for *_, row in SENTENCES])
def test_what_a_sentence_says_of_one(title, words, row):
    reading = read_pasted(f"{title}\n工信厅企业函〔2016〕78号\n{words}\n2016年5月9日")
    assert [(one.kind, one.before, one.name) for one in reading.rows] == [row]
    assert (reading.words.title, reading.words.kind) == (title, row[0])


def test_number_and_day_that_a_page_broke_and_who_recommended():
    reading = read_pasted(
        "工业和信息化部关于公布\n2020\n年度国家中小企业公共服务示范平台名单的通告\n工信部企业函〔\n2020\n〕\n326\n号\n工业和信息化部\n2020\n年\n12\n月\n11\n日\n附件\n"
        "厦门市：\n1. 厦门甲产业技术研究院\n中国乙联合会：\n2. 中国乙联合会信息中心\n"
    )
    words = reading.words
    assert (words.number, words.on.isoformat()) == ("工信部企业函〔2020〕326号", "2020-12-11")
    assert words.title == "工业和信息化部关于公布2020年度国家中小企业公共服务示范平台名单的通告"
    assert [row.province for row in reading.rows] == ["厦门", ""]  # not the city that stood before


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (
            ("1. 北京市 北京甲信息中心", "2、内蒙古自治区：内蒙古乙中心", "3．丙研究院，西藏自治区"),
            [("北京", "北京甲信息中心"), ("内蒙古", "内蒙古乙中心"), ("西藏", "丙研究院")],
        ),
        (
            ("序号省份平台名称", "1北京市北京甲信息中心", "2深圳市深圳乙有限公司"),
            [("北京", "北京甲信息中心"), ("深圳", "深圳乙有限公司")],
        ),
        (
            (
                "|序号|所属省（区、市）|平台名称（运营单位）|平台类别|",
                "|---|---|---|---|",
                "|1|浙江省|甲公共服务平台（浙江甲中心）|技术服务平台|",
            ),
            [("浙江", "甲公共服务平台")],
        ),
    ],
    ids=["province first or last", "nothing between the cells", "markdown"],
)
def test_lists_as_they_are_typed(lines, rows):
    reading = read_pasted(
        "\n".join(
            (
                "关于公布2016年度国家中小企业公共服务示范平台名单的通知",
                "工信部企业【2016】第99号",
                "2016-11-08",
                "附件：名单",
                *lines,
            )
        )
    )
    assert [(row.province, row.name) for row in reading.rows] == rows
    assert (reading.words.number, reading.words.on.isoformat()) == ("工信部企业〔2016〕99号", "2016-11-08")


def test_word_keeps_dates_in_smart_tags_and_words_in_controls_and_insertions():
    document = docx.Document()
    document.add_paragraph("关于公布2016年度国家中小企业公共服务示范平台名单的通知")
    for words in (
        f'<w:p {WORD}><w:ins w:id="1" w:author="a"><w:r><w:t>工信部企业〔2016〕99号</w:t></w:r></w:ins><w:del w:id="2" w:author="a"><w:r><w:delText>作废</w:delText></w:r></w:del></w:p>',
        f'<w:p {WORD}><w:smartTag w:uri="u" w:element="chsdate"><w:r><w:t>2016年11月8日</w:t></w:r></w:smartTag></w:p>',
        f"<w:sdt {WORD}><w:sdtContent><w:p><w:r><w:t>附件：名单</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    ):
        document.element.body.insert(-1, parse_xml(words))
    table = document.add_table(2, 3)
    rows = (("序号", "省份", "平台名称"), ("1", "北京", "北京甲信息服务中心\n北京乙检测技术公司"))
    for at, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            table.cell(at, column).text = cell
    stream = io.BytesIO()
    document.save(stream)
    reading = read_notice(stream.getvalue(), "通知.docx")
    assert (reading.words.number, reading.words.on.isoformat()) == ("工信部企业〔2016〕99号", "2016-11-08")
    assert [row.doubts for row in reading.rows] == [["一格分行写成，可能是两个名称"]]


def test_a_page_that_is_laid_out_by_tables():
    page = """<table><tr><td><div>关于公布2016年度国家中小企业公共服务示范平台名单的通知</div><p>工信部企业〔2016〕99号</p><p>2016年11月8日</p>
      <table><tr><td>序号</td><td>省份</td><td>平台名称</td></tr><tr><td>1</td><td>北京</td><td>北京甲<br>信息中心</td></tr></table></td></tr></table>"""
    reading = read_notice(page.encode(), "通知.html")
    assert told(reading) == [("grant", "北京", "北京甲信息中心", "")]
    assert (reading.words.number, reading.questions) == ("工信部企业〔2016〕99号", [])


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("冀", "河北"),
        ("内蒙", "内蒙古"),
        ("广西区", "广西"),
        ("辽宁省大连市", "大连"),
        ("浙　江", "浙江"),
        ("杭州市", ""),
        ("市", ""),
    ],
)
def test_places_by_their_short_forms(written, label):
    assert place_label(written) == label
