"""Notices as files: printed lists with and without rules, copied cells, workbooks; opened in a limited process."""

from __future__ import annotations

import io

import openpyxl
import pytest
from weasyprint import HTML

from platforms.notices.reader import HEADINGS, read_notice, read_pasted
from platforms.notices.sources import SourceUnreadable, read_document
from portal.shared import sandbox

TITLE = "工业和信息化部关于公布2020年度国家中小企业公共服务示范平台名单的通告"
HEAD = (
    TITLE,
    "工信部企业函〔2020〕269号",
    "现将24家2020年度国家中小企业公共服务示范平台名单予以公布，有效期自2020年11月12日至2023年11月11日。",
    "附件：2020年度国家中小企业公共服务示范平台名单",
    "工业和信息化部",
    "2020年11月12日",
    "附件",
    "2020年度国家中小企业公共服务示范平台名单",
)
PLACES = ("北京市", "内蒙古自治区", "浙江省", "大连市", "新疆生产建设兵团", "广西壮族自治区")
LABELS = ("北京", "内蒙古", "浙江", "大连", "兵团", "广西")
ROWS = [
    (
        str(n),
        PLACES[n % 6],
        f"第{n}装备制造产业集群中小企业公共服务平台",
        f"第{n}科技创新服务中心{'（有限合伙）' if n % 5 else ''}",
        "技术服务、培训服务" if n % 2 else "信息服务",
    )
    for n in range(1, 25)
]
COLUMNS = ("序号", "省（区、市）", "平台名称", "运营单位", "服务功能")
EXPECTED = [(int(row[0]), LABELS[int(row[0]) % 6], row[2]) for row in ROWS]


def printed(css: str, order=(0, 1, 2, 3, 4)) -> bytes:
    def cells(row, tag) -> str:
        return f"<tr>{''.join(f'<{tag}>{row[at]}</{tag}>' for at in order)}</tr>"

    table = f"<table><thead>{cells(COLUMNS, 'th')}</thead>{''.join(cells(row, 'td') for row in ROWS)}</table>"
    style = f"body{{font:11pt sans-serif}}table{{border-collapse:collapse;width:100%}}tr{{break-inside:avoid}}td,th{{padding:4px;{css}}}"
    words = "".join(f"<p>{line}</p>" for line in HEAD)
    return HTML(string=f"<style>{style}</style>{words}{table}").write_pdf()


@pytest.mark.parametrize(
    ("css", "order"),
    [
        ("border:1px solid", (0, 1, 2, 3, 4)),
        ("border:0", (0, 1, 2, 3, 4)),
        ("border:0;vertical-align:top", (0, 2, 3, 1, 4)),
        ("border:0;border-bottom:1px solid;vertical-align:middle;width:18%", (1, 0, 3, 2, 4)),
    ],
    ids=["ruled", "unruled", "unruled-top", "narrow-mixed-order"],
)
def test_a_printed_list_over_pages_is_read_whole(css, order):
    """Names over several lines, headings again on each page, columns in any order, with rules or without."""
    reading = read_notice(printed(css, order), "通告.pdf")
    assert [(row.no, row.province, row.name) for row in reading.rows] == EXPECTED
    assert [row.unit for row in reading.rows] == [row[3] for row in ROWS]
    assert (reading.words.title, reading.words.number) == (TITLE, HEAD[1])
    assert reading.questions == ["按公告所写，有效期至 2023-11-11，请核对。"]


def copied(how: str) -> list[str]:
    rows = [row[:4] for row in (COLUMNS, *ROWS)]
    if how == "single spaces":
        return [" ".join(row) for row in rows]
    if how == "no headings":
        return [" ".join(row) for row in rows[1:]]
    if how == "pipes":
        return [f"| {' | '.join(row)} |" for row in rows]
    if how == "commas":
        return [",".join(row) for row in rows]
    if how == "quoted cells":  # a spreadsheet copies a cell with a line break in quotes
        return ["\t".join(rows[0])] + [f'{a}\t{b}\t"{c[:6]}\n{c[6:]}"\t{d}' for a, b, c, d in rows[1:]]
    offices = {"北京市": "北京市经济和信息化局", "浙江省": "浙江省经济和信息化厅"}
    return ["\t".join((a, offices.get(b, b), c, d)) for a, b, c, d in rows]


@pytest.mark.parametrize(
    "how", ["single spaces", "no headings", "pipes", "commas", "quoted cells", "names of offices"]
)
def test_tables_as_they_are_copied(how):
    reading = read_pasted("\n".join((*HEAD, *copied(how))))
    assert [(row.no, row.province, row.name) for row in reading.rows] == EXPECTED
    assert [row.unit for row in reading.rows] == [row[3] for row in ROWS]


def test_a_cell_over_several_rows_that_a_browser_copied_once():
    rows = [
        COLUMNS[:4],
        ("1", "北京市", "北京甲平台", "甲公司"),
        ("2", "北京乙平台", "乙公司"),
        ("3", "大连市", "大连丙平台", "丙公司"),
    ]
    reading = read_pasted("\n".join((*HEAD, *("\t".join(row) for row in rows))))
    assert [(row.province, row.name, row.unit) for row in reading.rows] == [
        ("北京", "北京甲平台", "甲公司"),
        ("北京", "北京乙平台", "乙公司"),
        ("大连", "大连丙平台", "丙公司"),
    ]


def test_a_workbook_of_two_lists_says_what_each_is():
    book = openpyxl.Workbook()
    for title, row in (("名单", ROWS[0]), ("到期失效的国家中小企业公共服务示范平台名单", ROWS[1])):
        sheet = book.create_sheet()
        for line in (
            ("附件1",),
            (f"2020年度国家中小企业公共服务示范平台{title}",),
            ("（排名不分先后）",),
            COLUMNS,
            row,
        ):
            sheet.append(line)
    stream = io.BytesIO()
    book.save(stream)
    reading = read_notice(stream.getvalue(), "名单.xlsx")
    assert [(row.kind, row.name) for row in reading.rows] == [("grant", ROWS[0][2]), ("lapse", ROWS[1][2])]
    assert reading.words.title == "2020年度国家中小企业公共服务示范平台名单"


def test_rows_within_sentences_and_one_list_of_two_results():
    text = "关于撤销2家平台国家中小企业公共服务示范平台称号的公告\n2019年第12号\n经查，决定撤销：\n1. 青岛市，青岛橡胶公共服务平台，青岛橡胶有限公司；\n2. 新疆生产建设兵团，石河子棉业公共服务平台，石河子服务中心。\n2019年3月4日"
    reading = read_pasted(text)
    assert [(row.kind, row.province, row.unit) for row in reading.rows] == [
        ("revoke", "青岛", "青岛橡胶有限公司"),
        ("revoke", "兵团", "石河子服务中心"),
    ]
    rows = "\n".join(
        f"{row[1]}\t{row[0]}\t{row[2]}\t{'撤销' if row[0] in '4 8' else '确认'}" for row in ROWS[:9]
    )
    review = read_pasted(
        f"关于国家中小企业公共服务示范平台复核结果的通告\n工信部企业函〔2017〕88号\n确认7家平台，撤销2家平台。\n2017年12月20日\n省份\t序号\t平台名称\t复核结果\n{rows}"
    )
    assert [row.no for row in review.rows if row.kind == "revoke"] == [4, 8]
    assert review.questions == []


def test_what_a_file_does_in_its_process_ends_in_a_sentence():
    slow = sandbox.Limits(wall=0.05)
    with pytest.raises(SourceUnreadable, match="没有在限定的时间内读完"):
        read_document(printed("border:0"), "a.pdf", headings=HEADINGS, limits=slow)
    with pytest.raises(SourceUnreadable, match="另存后重新上传"):
        read_document(b"PK\x03\x04broken", "a.docx")
    with pytest.raises(SourceUnreadable, match="不是有效的 Excel"):
        read_document(b"PK\x03\x04broken", "a.xlsx")
    with pytest.raises(SourceUnreadable, match="无法读取"):
        read_document(b"%PDF-1.7 broken", "a.pdf")
