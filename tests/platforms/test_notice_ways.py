"""Ways in which lists of results, names beside one another and broken names are written, each with what a clerk reads."""

from __future__ import annotations

import pytest

from platforms.notices.reader import read_blocks, read_pasted
from platforms.notices.sources import Line, Table

HEAD = "关于国家中小企业公共服务示范平台复核情况的通报\n工信部企业函〔2014〕520号\n2014年12月10日\n"
GRANTS = "关于公布国家中小企业公共服务示范平台名单的通知\n工信部企业〔2012〕501号\n2012年10月31日\n"


def told(text: str) -> list[tuple]:
    return [(row.kind, row.province, row.name) for row in read_pasted(text).rows]


def test_lists_without_headings_say_above_them_who_passed_and_who_did_not():
    """Names of a place stand beside one another; the count above tells them from a platform and its unit."""
    reading = read_pasted(
        HEAD
        + "一、复核通过的示范平台（4家）\n北京市\t北京甲中心\t北京乙有限公司\n河北省\t河北丙研究院\n厦门市\t厦门丁有限公司\n"
        "二、复核不通过的示范平台（2家）\n辽宁省\t辽宁庚有限公司\n宁夏回族自治区\t宁夏辛服务中心\n"
        "三、自愿放弃复核（1家）\n新疆生产建设兵团\t兵团壬中心\n"
    )
    assert [(row.kind, row.province, row.name) for row in reading.rows] == [
        ("confirm", "北京", "北京甲中心"),
        ("confirm", "北京", "北京乙有限公司"),
        ("confirm", "河北", "河北丙研究院"),
        ("confirm", "厦门", "厦门丁有限公司"),
        ("revoke", "辽宁", "辽宁庚有限公司"),
        ("revoke", "宁夏", "宁夏辛服务中心"),
        ("surrender", "兵团", "兵团壬中心"),
    ]
    assert reading.questions == [] and reading.words.title.endswith("复核情况的通报")


@pytest.mark.parametrize("words", ["不通过", "未能通过", "不予通过", "未通过"])
def test_whoever_did_not_pass_is_never_read_as_confirmed(words):
    text = f"{HEAD}附件1 复核通过名单\n1.北京市 北京甲公司\n附件2 复核{words}名单\n1.辽宁省 辽宁丙公司\n"
    assert told(text) == [("confirm", "北京", "北京甲公司"), ("revoke", "辽宁", "辽宁丙公司")]


def test_a_list_for_mending_between_two_others_is_no_plain_confirmation():
    lists = (
        ("复核合格平台名单", "北京甲公司"),
        ("整改平台名单", "青海丙公司"),
        ("撤销称号平台名单", "海南丁公司"),
    )
    made = "".join(
        f"附件{n}\n{heading}\n序号\t地区\t平台名称\t整改事项\n1\t{name[:2]}\t{name}\t人员不足\n"
        for n, (heading, name) in enumerate(lists, start=1)
    )
    rows = read_pasted(HEAD + made).rows
    assert [row.kind for row in rows] == ["confirm", "confirm", "revoke"]
    plain = read_pasted(HEAD + made.replace("\t整改事项", "").replace("\t人员不足", "")).rows
    assert [row.remark for row in plain] == ["", "限期整改", ""] and rows[1].remark == "人员不足"


def test_a_former_name_in_a_remark_makes_no_renaming_of_a_revocation():
    rows = read_pasted(
        "关于撤销部分国家中小企业公共服务示范平台称号的通告\n序号\t地区\t平台名称\t备注\n1\t海南\t海南丁公司\t原名海南旧丁公司\n"
    ).rows
    assert [(row.kind, row.before) for row in rows] == [("revoke", "海南旧丁公司")]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (
            "三、兵团（1家）\n1.新疆生产建设兵团农业建设第八师石河子己科技\n创业服务中心\n".replace(
                "1.新", "7.新"
            ).replace("三、", "二、北京市\n6.北京甲公司\n三、"),
            [
                ("grant", "北京", "北京甲公司"),
                ("grant", "兵团", "新疆生产建设兵团农业建设第八师石河子己科技创业服务中心"),
            ],
        ),
        (
            "序号\n省市\n平台名称\n1\n北京\n北京甲科技孵化\n器有限公司\n2\n新疆生产\n建设兵团\n石河子丙公司\n",
            [("grant", "北京", "北京甲科技孵化器有限公司"), ("grant", "兵团", "石河子丙公司")],
        ),
        (
            "序号\t省市\t平台名称\n1\t浙江（含宁波）\t浙江甲公司\n\t\t宁波乙公司\n",
            [("grant", "浙江", "浙江甲公司"), ("grant", "浙江", "宁波乙公司")],
        ),
        (
            "北京市\n1  北京甲公司                2  北京乙研究院\n河北省\n3  河北丙公司                4  河北丁平台\n",
            [
                ("grant", "北京", "北京甲公司"),
                ("grant", "北京", "北京乙研究院"),
                ("grant", "河北", "河北丙公司"),
                ("grant", "河北", "河北丁平台"),
            ],
        ),
    ],
    ids=[
        "a name on two lines",
        "a place on two lines",
        "no number of its own",
        "two columns of bare numbers",
    ],
)
def test_names_that_a_page_broke_or_set_beside_one_another(lines, rows):
    assert told(GRANTS + lines) == rows


def test_the_first_day_of_a_term_is_no_day_of_the_notice():
    reading = read_pasted(
        "关于公布2019年度国家中小企业公共服务示范平台名单的通告\n现予公布，有效期自2019年1月1日至2021年12月31日。\n1 北京市 北京甲公司\n"
    )
    assert (reading.words.on, str(reading.words.valid_until)) == (None, "2021-12-31")
    assert "没有读出公告日期，请填写。" in reading.questions


def test_columns_of_a_sheet_that_is_wider_than_its_paper_stand_beside_their_numbers_again():
    """As a spreadsheet prints it: down first, then over; a number and its place run together, a title flows over."""
    title = "2021年度国家中小企业公共服务示范平台名单"
    places = ("北京市", "大连市", "新疆生产建设兵团", "广东省")
    keys = [
        ("序号", "省份"),
        *(("", f"{n} {place}") for n, place in enumerate(places, start=1)),
        (title[4:], ""),
    ]
    names, units = [f"甲{n}公共服务平台" for n in "乙丙丁戊"], [f"甲{n}服务有限公司" for n in "乙丙丁戊"]
    lines = ["平台名称", *names, "运营单位名称", *units, "备注", "联合申报"]
    pages = [Line(words, f"第 {n} 行", words) for n, words in enumerate(lines, start=1)]
    reading = read_blocks([Line(title, "", title), Table(tuple(keys), "第 1 页表 1"), *pages])
    assert [(row.no, row.province, row.name, row.unit) for row in reading.rows] == [
        (n, label, name, unit)
        for n, label, name, unit in zip(
            range(1, 5), ("北京", "大连", "兵团", "广东"), names, units, strict=True
        )
    ]
    assert reading.words.title == title
    assert any("横向" in row.place for row in reading.rows)
    assert reading.questions[:2] == [
        "名单比纸宽，各列印在不同的页上，已按次序对应到各行，请抽查核对。",
        "列“备注”的行数与序号不同，没有读取，请核对。",
    ]
