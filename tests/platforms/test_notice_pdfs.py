"""Printed lists as ministries print them: pages that break rows, cells for several rows, open sides, turned pages."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter
from weasyprint import HTML

from platforms.notices.headings import HEADINGS
from platforms.notices.marks import read_number
from platforms.notices.reader import read_blocks, read_pasted
from portal.files.documents.pdf import read_pdf

PLACES = ["北京"] * 3 + ["天津"] + ["江苏"] * 4 + ["大连", "浙江", "浙江", "重庆"]
WORK = ("装备制造", "软件和信息服务业", "生物医药", "纺织服装")
ROWS = [
    (
        str(n),
        f"{place}市" if place in ("北京", "天津", "大连", "重庆") else f"{place}省",
        f"{place}{WORK[n % 4]}中小企业公共服务平台",
        f"{place}甲{'乙丙丁戊'[n % 4]}{WORK[n % 4]}服务有限公司",
    )
    for n, place in enumerate(PLACES, start=1)
]
EXPECTED = [(int(row[0]), row[1].rstrip("省市"), row[2], row[3]) for row in ROWS]
HEAD = (
    "<h2>关于公布2017年度国家中小企业公共服务示范平台名单的通知</h2><p>工信部企业函〔2017〕588号</p>"
    "<p>工业和信息化部</p><p>2017年12月29日</p><p>附件</p>"
)
STYLE = "body{font:11pt sans-serif}table{border-collapse:collapse;width:100%}td,th{text-align:center;padding:3px}tr{break-inside:avoid}"
RULES = "td,th{border:1px solid}"
LABELS = ("序号", "省份", "平台名称", "运营单位")


def table(*, merged=True, labels=LABELS, rows=ROWS, stacked=False) -> str:
    made, before = "", None
    for row in rows:
        alike = sum(other[1] == row[1] for other in rows)
        cells = [f"<td>{row[0]}</td>"]
        if not merged or row[1] != before:
            words = "<br>".join(row[1]) if stacked else row[1]
            cells.append(f"<td rowspan={alike if merged else 1}>{words}</td>")
        before = row[1]
        made += f"<tr>{''.join(cells)}{''.join(f'<td>{cell}</td>' for cell in row[2:])}</tr>"
    heads = "".join(f"<th>{label}</th>" for label in labels)
    return f"<table><thead><tr>{heads}</tr></thead>{made}</table>"


def printed(body: str, css: str = "", head: str = HEAD) -> bytes:
    return HTML(string=f"<style>{STYLE}{css}</style>{head}{body}").write_pdf()


def read(content: bytes):
    return read_blocks(read_pdf(content, frozenset(HEADINGS)))


def turned(content: bytes) -> bytes:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(content)).pages:
        writer.add_page(page).rotate(90)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


GROUPS = "".join(
    f"<p>{place}（{len(rows)}家）</p>" + "".join(f"<p>{row[0]}. {row[2]}（{row[3]}）</p>" for row in rows)
    for place in dict.fromkeys(row[1] for row in ROWS)
    for rows in [[row for row in ROWS if row[1] == place]]
)
NARROW = "@page{size:A5}td{width:20%;font-size:13pt}"
ROMAN = ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "V", "VI", "VII", "VIII", "IX", "X", "XI", "Ⅻ"]
SHAPES = {
    "a province in the middle of its rows": lambda: printed(table()),
    "rows broken by the page": lambda: printed(
        table(merged=False), RULES + NARROW + "td{vertical-align:top}tr{break-inside:auto}"
    ),
    "rows without rules broken by the page": lambda: printed(
        table(merged=False), NARROW + "td{vertical-align:top}tr{break-inside:auto}"
    ),
    "open at its sides": lambda: printed(
        table(), RULES + "td:first-child,th:first-child,td:last-child,th:last-child{border-width:1px 0}"
    ),
    "every second row shaded": lambda: printed(table(), "tr:nth-child(even) td{background:#dde}"),
    "headings shaded": lambda: printed(table(), "th{background:#ccc}"),
    "a list that was turned": lambda: turned(printed(table(), RULES + "@page{size:A4 landscape}")),
    "letters of headings spread out": lambda: printed(
        table(labels=("序 号", "省　份", "平 台 名 称", "运 营 单 位"))
    ),
    "a province written downwards": lambda: printed(table(stacked=True), RULES),
    "a mark across the page, heads and feet": lambda: printed(
        "<div id=m>工业和信息化部</div>" + table(),
        RULES
        + "#m{position:fixed;top:40%;font-size:40pt;transform:rotate(-35deg)}@page{size:A5;@top-center{content:'名单（公开）'}@bottom-right{content:'第 ' counter(page) ' 页 共 ' counter(pages) ' 页'}}",
    ),
    "numbers in Roman letters": lambda: printed(
        table(rows=[(mark, *row[1:]) for mark, row in zip(ROMAN, ROWS, strict=True)], merged=False)
    ),
    "numbered lines that go on": lambda: printed(GROUPS, "body{font-size:14pt}"),
    "two columns of text": lambda: printed(f"<div style='columns:2'>{GROUPS}</div>", "body{font-size:9pt}"),
}


@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES)
def test_each_row_of_a_printed_list_with_its_place_and_its_unit(make):
    rows = read(make()).rows
    assert [(row.no, row.province, row.name, row.unit) for row in rows] == EXPECTED


def test_lists_that_each_say_what_they_are_and_headings_of_two_lines():
    def heading(words: str) -> str:
        return f"<p>附件</p><h3>{words}的国家中小企业公共服务示范平台名单</h3>"

    body = "".join(
        heading(words) + table(rows=rows)
        for words, rows in (("通过复核", ROWS[:4]), ("限期整改", ROWS[4:8]), ("撤销称号", ROWS[8:]))
    )
    head = HEAD.replace(
        "公布2017年度国家中小企业公共服务示范平台名单", "公布国家中小企业公共服务示范平台复核结果"
    )
    found = read(printed(body, "", head)).rows
    assert [(row.no, row.kind, row.remark) for row in found] == [
        (n, "confirm" if n <= 8 else "revoke", "限期整改" if 4 < n <= 8 else "") for n in range(1, 13)
    ]
    two = table().replace(
        "<th>序号</th><th>省份</th><th>平台名称</th><th>运营单位</th>",
        "<th rowspan=2>序号</th><th rowspan=2>省份</th><th colspan=2>示范平台</th></tr><tr><th>平台名称</th><th>运营单位</th>",
    )
    names = [row.name for row in read(printed(two, RULES + "@page{size:A5}")).rows]
    assert names == [row[2] for row in ROWS]


def test_a_place_that_a_name_contradicts_is_asked():
    lines = [
        "序号\t省份\t平台名称",
        "1\t上海市\t上海甲公司",
        "2\t\t江苏乙公司",
        "3\t山东省\t山东丙公司",
        "4\t\t青岛丁公司",
    ]
    rows = read_pasted("\n".join(("关于公布示范平台名单的通知", *lines))).rows
    assert [row.doubts for row in rows] == [[], ["地区按上一行为“上海”，名称以“江苏”开头"], [], []]


@pytest.mark.parametrize(
    ("text", "number"), [("Ⅳ", 4), ("XIV", 14), ("（IX）", 9), ("1 0", 10), ("10附件2", None), ("", None)]
)
def test_numbers_of_rows(text, number):
    assert read_number(text) == number
