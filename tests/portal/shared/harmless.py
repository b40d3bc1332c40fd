"""Good files that look like attacks: what a careful check must not refuse."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, String

from tests.portal.shared import samples as make
from tests.portal.shared.attacks import (
    DOCX_RELS,
    EXTERNAL,
    attached,
    docx_field,
    drawn_picture,
    jbig2,
    nested_forms,
    quadratic,
    sheet,
)


def one_list_for_all(document) -> None:
    """As layout programs write it: whatever can be drawn stands in one list, the drawing itself among it."""
    everything = document.make_indirect(Dictionary())
    for number in range(30):
        form = document.make_stream(b"q /F%d Do Q" % (number - 1) if number % 2 else b"0 0 10 10 re f")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        form.Resources = Dictionary(XObject=everything)
        everything[f"/F{number}"] = form
    page = document.pages[0].obj
    page.Resources = Dictionary(XObject=everything)
    page.Contents = document.make_stream(b"/F29 Do /F28 Do")


VOUCHER = (
    '<?xml version="1.0" encoding="UTF-8"?><xbrl><发票号码>25312000000012345678</发票号码></xbrl>'.encode()
)
HARMLESS = {
    "voucher with its data": (
        "数电发票.pdf",
        lambda: make.pdf(attached("25312000000012345678.xbrl", VOUCHER)),
        1,
    ),
    "voucher with its data in xml": (
        "银行回单.pdf",
        lambda: make.pdf(attached("bker_issuer.xml", VOUCHER)),
        1,
    ),
    "a mark of utf-8 before": ("发票.pdf", lambda: b"\xef\xbb\xbf" + make.pdf(), 1),
    "an old end of file behind": ("发票.pdf", lambda: make.pdf() + b"\r\n\x1a", 1),
    "chart with its figures": ("报告.docx", lambda: make.charted(make.xlsx()), None),
    "blank lines before": ("发票.pdf", lambda: b"\r\n\r\n" + make.pdf(), 1),
    "a bom's worth of blanks before": ("发票.pdf", lambda: b"\n" * 300 + make.pdf(pages=2), 2),
    "filled up with zeros": ("发票.pdf", lambda: make.pdf() + bytes(70_000), 1),
    "forms nested 6 deep": ("图纸.pdf", lambda: make.pdf(nested_forms(6, 2)), 1),
    "drawings that share one list": ("版式.pdf", lambda: make.pdf(one_list_for_all), 1),
    "link to another page": (
        "目录.pdf",
        lambda: make.pdf(
            make.note(
                Subtype=Name.Link, A=make.action("GoToR", F=String("附件2.pdf"), D=Array([0, Name.Fit]))
            )
        ),
        1,
    ),
    "black and white scan": (
        "传真.pdf",
        lambda: make.pdf(
            drawn_picture(
                jbig2(4960, 7016),
                Filter=Name.JBIG2Decode,
                Width=4960,
                Height=7016,
                BitsPerComponent=1,
                ColorSpace=Name.DeviceGray,
            )
        ),
        1,
    ),
    "photograph of 48 megapixels": ("场地.jpg", lambda: make.picture("JPEG", (8000, 6000), quality=30), None),
    "large progressive photograph": (
        "场地.jpg",
        lambda: make.picture("JPEG", (6000, 4000), progressive=True, quality=30),
        None,
    ),
    "49 megapixels in colour": ("效果图.png", lambda: make.even_png(7000), None),
    "interlaced": ("标志.png", lambda: make.interlaced_png(), None),
    "sixteen bits": ("图.png", lambda: make.picture("PNG", mode="I;16"), None),
    "remark in a jpeg": (
        "场地.jpg",
        lambda: make.picture("JPEG", comment="拍摄于 2026 年 <场地> 东侧".encode()),
        None,
    ),
    "template on the author's disk": (
        "报告.docx",
        lambda: make.docx(
            word___rels__settings_dot_xml_dot_rels=make.relation(
                "attachedTemplate", "file:///C:\\Users\\a\\Templates\\公司.dotx", EXTERNAL
            )
        ),
        None,
    ),
    "page numbers": ("报告.docx", lambda: docx_field(" PAGE "), None),
    "table of contents": ("报告.docx", lambda: docx_field(' TOC \\o "1-3" \\h \\z \\u '), None),
    "mail address": (
        "报告.docx",
        lambda: make.docx(**{DOCX_RELS: make.relation("hyperlink", "mailto:a@a.cn", EXTERNAL)}),
        None,
    ),
    "vector picture with a link and a picture inside": (
        "报告.docx",
        lambda: make.docx(
            word__media__a_dot_svg=b'<svg><a href="https://www.miit.gov.cn/"/><use href="#b"/>'
            b'<switch><foreignObject/></switch><image href="data:image/png;base64,iVBORw0KGgo="/></svg>'
        ),
        None,
    ),
    "drawing with an open tag": (
        "名册.xlsx",
        lambda: make.xlsx(
            xl__drawings__v_dot_vml=b'<xml xmlns:v="urn:v"><v:shape><div>a<br></div></v:shape></xml>'
        ),
        None,
    ),
    "rows formatted to their very end": (
        "名册.xlsx",
        lambda: quadratic(
            b'<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="2"/></row></sheetData>'
        ),
        None,
    ),
    "pivot": (
        "统计.xlsx",
        lambda: make.xlsx(
            xl__pivotCache__p_dot_xml=b'<pivotCacheDefinition refreshOnLoad="1"><cacheSource type="worksheet"/></pivotCacheDefinition>'
        ),
        None,
    ),
    "formula with a bar in its text": ("名册.xlsx", lambda: sheet('IF(A1="a|b!",1,2)'), None),
    "web link by formula": ("名册.xlsx", lambda: sheet('HYPERLINK("https://www.miit.gov.cn/","链接")'), None),
    "sheet name with a bar": ("名册.xlsx", lambda: sheet("SUM('甲|乙'!A1:A9)"), None),
}
