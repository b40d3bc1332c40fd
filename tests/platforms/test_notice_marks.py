"""Marks and breaks of real lists: pages that interrupt a table, footnotes, ticks, broken names, other signs for numbers."""

from __future__ import annotations

import pytest

from platforms.departments import place_label
from platforms.notices.reader import read_pasted

HEAD = "工业和信息化部关于公布2019年度国家中小企业公共服务示范平台名单的通告\n工信部企业函〔2019〕300号\n工业和信息化部\n2019年10月28日\n附件\n"
PLAIN = "序号\t省份\t平台名称"
TOLD = (
    "no",
    "province",
    "name",
    "unit",
    "functions",
    "remark",
    "before",
)

LISTS = {
    "a page that interrupts a table, one row below it": (
        f"{PLAIN}\t运营单位\n1\t北京\t甲服务平台\t北京甲有限公司\n2\t\t乙服务平台\t北京乙有限公司\n— 3 —\n2019年度国家中小企业公共服务示范平台名单\n3\t天津\t丙服务平台\t天津丙有限公司\n第 4 页 共 12 页\n4\t\t丁服务平台\t天津丁有限公司\n",
        [
            (1, "北京", "甲服务平台", "北京甲有限公司"),
            (2, "北京", "乙服务平台", "北京乙有限公司"),
            (3, "天津", "丙服务平台", "天津丙有限公司"),
            (4, "天津", "丁服务平台", "天津丁有限公司"),
        ],
    ),
    "footnotes": (
        f"{PLAIN}\n1\t北京\t北京甲信息中心①\n2\t天津\t天津乙信息中心[1]\n3\t上海\t上海丙信息中心*\n①原名北京甲老信息中心。\n[1] 由有关协会推荐。\n注：*老少边穷地区。\n",
        [
            (1, "北京", "北京甲信息中心", "", [], "原名北京甲老信息中心", "北京甲老信息中心"),
            (2, "天津", "天津乙信息中心", "", [], "由有关协会推荐"),
            (3, "上海", "上海丙信息中心", "", [], "老少边穷地区"),
        ],
    ),
    "columns of functions": (
        f"{PLAIN}\t功能1\t功能2\n1\t北京\t甲服务平台\t信息\t技术\n2\t大连\t乙服务平台\t质量\t\n",
        [(1, "北京", "甲服务平台", "", ["信息", "技术"]), (2, "大连", "乙服务平台", "", ["质量"])],
    ),
    "ticks below functions": (
        f"{PLAIN}\t信息\t技术\t创业\n1\t北京\t甲服务平台\t√\t√\t\n2\t大连\t乙服务平台\t\t★\t●\n",
        [(1, "北京", "甲服务平台", "", ["信息", "技术"]), (2, "大连", "乙服务平台", "", ["技术", "创业"])],
    ),
    "numbers in other signs, signs for nothing": (
        f"{PLAIN}\t备注\n一\t北京\t北京甲信息中心\t/\n(2)\t山东/青岛\t青岛乙信息中心\t—\n十一\t河北\t河北丙信息中心\t无\n",
        [(1, "北京", "北京甲信息中心"), (2, "青岛", "青岛乙信息中心"), (11, "河北", "河北丙信息中心")],
    ),
    "enclosed numbers, an association in brackets": (
        "①北京甲信息中心（北京）\n②中国乙研究院（中国机械工业联合会）\n",
        [(1, "北京", "北京甲信息中心"), (2, "", "中国乙研究院")],
    ),
    "names that a printed page broke": (
        "序号 省份 平台名称 运营单位\n1 北京 北京甲工业设计创新公共服 北京甲工业设计有限公\n务平台 司\n2 天津 天津乙质量检测公共服务平台 天津乙检测有限公司\n3 河北 河北丙产业集群公共服务平 河北丙科技开发有限责\n台 任公司\n",
        [
            (1, "北京", "北京甲工业设计创新公共服务平台", "北京甲工业设计有限公司"),
            (2, "天津", "天津乙质量检测公共服务平台", "天津乙检测有限公司"),
            (3, "河北", "河北丙产业集群公共服务平台", "河北丙科技开发有限责任公司"),
        ],
    ),
    "a broken name among cells on lines": (
        "序号\n省份\n平台名称\n运营单位\n1\n北京\n北京甲工业设计\n创新公共服务平台\n北京甲工业设计有限公司\n2\n天津\n天津乙公共服务平台\n天津乙检测有限公司\n",
        [
            (1, "北京", "北京甲工业设计创新公共服务平台", "北京甲工业设计有限公司"),
            (2, "天津", "天津乙公共服务平台", "天津乙检测有限公司"),
        ],
    ),
    "the rest of a name, and a former one, in a row of their own": (
        f"{PLAIN}\n1\t北京\t北京甲信息中心\n\t\t（原北京甲老信息中心）\n2\t天津\t天津乙信息\n\t\t服务中心\n",
        [
            (1, "北京", "北京甲信息中心", "", [], "", "北京甲老信息中心"),
            (2, "天津", "天津乙信息服务中心"),
        ],
    ),
    "codes behind the names": (
        "序号\t地区\t平台名称及统一社会信用代码\n1\t北京\t北京甲信息中心 91110108MA01ABCD1X\n2\t天津\t天津乙信息中心（91120000MA01ABCD1X）\n",
        [(1, "北京", "北京甲信息中心"), (2, "天津", "天津乙信息中心")],
    ),
    "semicolons, functions with spaces": (
        "序号;省份;平台名称;服务功能\n1;北京;甲信息平台;信息\n2;天津;乙信息平台;质量 技术\n",
        [(1, "北京", "甲信息平台", "", ["信息"]), (2, "天津", "乙信息平台", "", ["质量", "技术"])],
    ),
    "a province and its count in a row": (
        "北京市\t2家\n1\t北京甲信息中心\n2\t乙检测技术研究院\n天津市\t1家\n3\t丙创业孵化中心\n",
        [(1, "北京", "北京甲信息中心"), (2, "北京", "乙检测技术研究院"), (3, "天津", "丙创业孵化中心")],
    ),
    "associations below a heading of their own": (
        "北京：\n北京甲信息中心\n新疆兵团：\n石河子乙服务中心\n有关协会推荐：\n中国丙标准化中心\n",
        [
            (None, "北京", "北京甲信息中心"),
            (None, "兵团", "石河子乙服务中心"),
            (None, "", "中国丙标准化中心"),
        ],
    ),
    "several numbers on a line": (
        "1、北京甲信息中心 2、北京乙信息中心 3、天津丙信息中心\n4、河北丁信息中心\n",
        [
            (1, "北京", "北京甲信息中心"),
            (2, "北京", "北京乙信息中心"),
            (3, "天津", "天津丙信息中心"),
            (4, "河北", "河北丁信息中心"),
        ],
    ),
    "dashes, bullets and square brackets": (
        "北京市——北京甲信息中心、北京乙信息中心\n【天津市】\n● 天津丙信息中心\n",
        [
            (None, "北京", "北京甲信息中心"),
            (None, "北京", "北京乙信息中心"),
            (None, "天津", "天津丙信息中心"),
        ],
    ),
    "addresses for places": (
        "序号\t平台名称\t所属地区\n1\t石家庄甲信息中心\t河北省石家庄市\n2\t大连乙信息中心\t辽宁省大连市中山区\n3\t石河子丙信息中心\t新疆生产建设兵团第八师\n",
        [
            (1, "河北", "石家庄甲信息中心"),
            (2, "大连", "大连乙信息中心"),
            (3, "兵团", "石河子丙信息中心"),
        ],
    ),
}


@pytest.mark.parametrize(("lines", "rows"), LISTS.values(), ids=LISTS.keys())
def test_lists_as_pages_break_and_mark_them(lines, rows):
    reading = read_pasted(HEAD + lines)
    told = [tuple(getattr(row, one) for one in TOLD) for row in reading.rows]
    empty = (None, "", "", "", [], "", "")
    assert told == [(*row, *empty[len(row) :]) for row in rows]
    assert {row.kind for row in reading.rows} == {"grant"}


def test_cumulative_lists_keep_their_batches():
    reading = read_pasted(
        f"国家中小企业公共服务示范平台名单（2011-2012年）\n第一批（2011年，2家）\n{PLAIN}\n1\t北京\t北京甲信息中心\n2\t天津\t天津乙信息中心\n"
        "第二批（2012年，1家）\n1\t河北\t河北丙信息中心\n"
    )
    assert [(row.no, row.province, row.batch) for row in reading.rows] == [
        (1, "北京", "第一批"),
        (2, "天津", "第一批"),
        (1, "河北", "第二批"),
    ]


KINDS = [
    ("二、以下平台整改未通过，撤销称号：", "", "revoke"),
    ("二、以下平台因企业注销、自愿放弃等原因终止称号：", "注销", "lapse"),
    ("二、以下平台因企业注销、自愿放弃等原因终止称号：", "自愿放弃", "surrender"),
    ("二、以下平台退出国家中小企业公共服务示范平台：", "", "surrender"),
    ("二、以下平台整改通过，保留称号：", "", "rectify"),
]


@pytest.mark.parametrize(("heading", "remark", "kind"), KINDS)
def test_what_a_heading_says_of_the_list_below_it(heading, remark, kind):
    reading = read_pasted(
        "工业和信息化部关于国家中小企业公共服务示范平台复核结果的通告\n工信部企业〔2015〕412号\n2015年11月9日\n"
        f"一、以下平台复核合格：\n{PLAIN}\t备注\n1\t北京\t北京甲信息中心\t\n{heading}\n{PLAIN}\t备注\n1\t河北\t河北丙信息中心\t{remark}\n"
    )
    assert [row.kind for row in reading.rows] == ["confirm", kind]


def test_the_term_of_other_titles_is_no_term_of_the_list():
    """A page on one long line: its title ends, its term is its own, that of older titles is put to a person."""
    reading = read_pasted(
        "工业和信息化部关于公布2017年度国家中小企业公共服务示范平台名单的通告 工信部企业[2017]304号 各省、自治区、直辖市中小企业主管部门: 一、同意授予北京甲基地企业管理有限公司等2个平台称号(名单见附件)。示范平台认定有效期三年。 二、未在此通告名单内的2014年复核通过的首批示范平台有效期至2017年12月17日止。\n"
        "附件:2017年度国家中小企业公共服务示范平台名单\n工业和信息化部\n2017年11月27日\n序号 省市 单位名称\n1 北京市 北京甲基地企业管理有限公司\n2 河北省 河北丙发展研究院\n"
    )
    words = reading.words
    assert words.title == "工业和信息化部关于公布2017年度国家中小企业公共服务示范平台名单的通告"
    assert words.valid_until.isoformat() == "2020-11-26"
    assert any("未在此通告名单内的2014年" in one for one in reading.questions)


def test_a_page_that_spells_its_characters():
    reading = read_pasted(
        "關(guān)于公布2020年度國(guó)家中小企業(yè)公共服務(wù)示范平臺(tái)名單的通告\n工信部企業(yè)函〔2020〕326號(hào)\n2020年12月11日\n"
        "序號(hào)\t省份\t平臺(tái)名稱\n1\t廣東\t廣東甲檢測(cè)(集團(tuán))有限公司\n"
    )
    assert (reading.words.number, reading.rows[0].name) == (
        "工信部企业函〔2020〕326号",
        "广东甲检测(集团)有限公司",
    )


def test_nothing_that_looks_like_a_row_is_dropped_in_silence():
    reading = read_pasted(
        f"{HEAD}{PLAIN}\t备注\n1\t北京\t北京甲信息中心、北京乙信息中心\t\n2\t重庆\t重庆丁信息中心\t已更名为重庆丁集团有限公司\n补充：\n3. 天津市 天津丙信息中心\n"
    )
    asked = "\n".join(reading.questions)
    assert "“天津丙信息中心”像是名单中的一行，没有读取" in asked
    assert "像是写了 2 个名称" in asked
    assert "备注写明更名为“重庆丁集团有限公司”" in asked


@pytest.mark.parametrize(
    ("written", "label"), [("山东/青岛", "青岛"), ("浙江—宁波", "宁波"), ("北京、大连", "")]
)
def test_a_city_with_a_plan_of_its_own_stands_behind_its_province_only(written, label):
    assert place_label(written) == label


def test_a_list_for_review_confirms_nothing_and_a_website_says_its_day():
    reading = read_pasted(
        f"国家中小企业公共服务示范平台（第二批）复核名单\n2014-11-18 来源：中小企业司\n{PLAIN}\n1\t北京\t北京甲信息中心\n"
    )
    assert (reading.words.kind, reading.words.on.isoformat()) == ("rereview_due", "2014-11-18")
    assert read_pasted(f"通过复核名单\n{PLAIN}\n1\t北京\t北京甲信息中心\n").words.kind == "confirm"


NOTICE_LIST = f"{HEAD}国家中小企业公共服务示范平台名单\n"


@pytest.mark.parametrize(
    ("lines", "functions"),
    [
        (  # within a place: the next place begins without
            "一、北京市\n（一）信息服务\n1.北京甲公共服务平台\n（二）创业服务\n2.北京乙公共服务平台\n二、上海市\n3.上海丙公共服务平台\n",
            [["信息"], ["创业"], []],
        ),
        (  # above all places
            "一、信息服务类（2家）\n北京市\n1.北京甲公共服务平台\n上海市\n2.上海乙公共服务平台\n二、培训类\n北京市\n3.北京丙公共服务平台\n",
            [["信息"], ["信息"], ["培训"]],
        ),
        (  # above tables, and on lines of one
            f"一、信息服务类（2家）\n{PLAIN}\n1\t北京\t北京甲公共服务平台\n2\t上海\t上海乙公共服务平台\n二、法律服务类（1家）\n{PLAIN}\n1\t北京\t北京丙公共服务平台\n",
            [["信息"], ["信息"], []],  # nobody knows that function: no other is given in its place
        ),
        (
            f"{PLAIN}\n（一）信息服务\t\t\n1\t北京\t北京甲公共服务平台\n（二）技术服务\t\t\n2\t上海\t上海乙公共服务平台\n",
            [["信息"], ["技术"]],
        ),
    ],
)
def test_a_heading_above_a_list_names_the_functions_of_its_rows(lines, functions):
    reading = read_pasted(NOTICE_LIST + lines)
    assert [row.functions for row in reading.rows] == functions
    assert not [question for question in reading.questions if "写明" in question]


def test_two_notes_joined_to_one_paragraph_go_each_to_its_sign():
    for notes in (
        "注：①原名称为北京老甲信息中心。②限期整改。",
        "*原名称为北京老甲信息中心**限期整改",
        "[1]原名称为北京老甲信息中心。[2]限期整改。",
    ):
        first, second = {"注": "①②", "*": ("*", "**"), "[": ("[1]", "[2]")}[notes[0]]
        reading = read_pasted(
            f"{HEAD}{PLAIN}\n1\t北京\t北京甲信息中心{first}\n2\t天津\t天津乙信息中心{second}\n{notes}\n"
        )
        assert [row.remark for row in reading.rows] == ["原名称为北京老甲信息中心", "限期整改"], notes


def test_a_waiver_among_results_is_read_as_a_surrender_and_put_to_a_person():
    reading = read_pasted(
        f"{HEAD}{PLAIN}\t复核结果\n1\t北京\t北京甲信息中心\t弃权\n2\t天津\t天津乙信息中心\t自愿放弃\n"
    )
    assert [(row.kind, bool(row.doubts)) for row in reading.rows] == [
        ("surrender", True),
        ("surrender", False),
    ]
    assert any("“弃权”按放弃称号读取" in question for question in reading.questions)


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "经复核，确认以下平台合格：（一）北京市2家，分别为北京甲服务平台（北京甲检测中心）、北京乙服务平台；（二）大连市1家，为大连丙服务平台（大连丙有限公司）。撤销河北丁检测平台（河北丁有限公司）“国家中小企业公共服务示范平台”称号。",
            [
                ("confirm", "北京", "北京甲服务平台", "北京甲检测中心"),
                ("confirm", "北京", "北京乙服务平台", ""),
                ("confirm", "大连", "大连丙服务平台", "大连丙有限公司"),
                ("revoke", "河北", "河北丁检测平台", "河北丁有限公司"),
            ],
        ),
        (
            "下列平台未通过复核，撤销称号：河北省1家，为河北甲服务平台；新疆生产建设兵团1家：兵团乙服务平台。",
            [
                ("revoke", "河北", "河北甲服务平台", ""),
                ("revoke", "兵团", "兵团乙服务平台", ""),
            ],
        ),
    ],
)
def test_names_listed_by_place_within_one_sentence_are_read(sentence, rows):
    reading = read_pasted(
        f"关于公布国家中小企业公共服务示范平台复核结果的通告\n{sentence}\n工业和信息化部\n2017年12月1日\n"
    )
    assert [(row.kind, row.province, row.name, row.unit) for row in reading.rows] == rows
    assert all("由句子中的列举读出" in row.doubts for row in reading.rows)
