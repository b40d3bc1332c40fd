"""Harmless files of rarer kinds as offices really have them: full workbooks, letters, invoices, pictures."""

from __future__ import annotations

import io
import zlib
from functools import partial

import openpyxl
import xlsxwriter
from docx import Document
from docx.shared import Cm
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image

from tests.portal.shared import samples as make
from tests.portal.shared.attacks import (
    DOCX_RELS,
    EXTERNAL,
    docx_field,
    jpeg_with,
    png_with,
    sheet,
)
from tests.portal.shared.clerks import drawing, saved


def wide_styles() -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    for row in range(1, 1500):
        cell = book.active.cell(row, 1, row)
        cell.font = Font(size=8 + row % 900 / 10, name=f"宋体{row % 40}")
        cell.fill = PatternFill("solid", fgColor=f"{row * 37 % 0xFFFFFF:06X}")
    book.save(out)
    return out.getvalue()


def worked_over() -> bytes:
    """Rules, lists to choose from, remarks, names, a hidden sheet, frozen rows, a filter, a lock on the cells."""
    out, book = io.BytesIO(), openpyxl.Workbook()
    page = book.active
    page.append(["名称", "金额", "日期", "合计"])
    for row in range(2, 300):
        page.append([f"项目{row}", row * 1.5, "2026-04-01", f"=SUM(B2:B{row})"])
    page["A1"].comment = Comment("请核对", "王明")
    page["A2"].hyperlink = "https://www.miit.gov.cn/"
    page["A3"].hyperlink = "mailto:a@b.cn"
    page["A4"].hyperlink = "#附表!A1"
    choice = DataValidation(type="list", formula1='"是,否"')
    page.add_data_validation(choice)
    choice.add("E2:E300")
    page.conditional_formatting.add(
        "B2:B300", CellIsRule(operator="lessThan", formula=["10"], font=Font(color="FF0000"))
    )
    page.conditional_formatting.add(
        "D2:D300", ColorScaleRule(start_type="min", start_color="AA0000", end_type="max", end_color="00AA00")
    )
    page.auto_filter.ref, page.freeze_panes = "A1:D300", "A2"
    page.protection.sheet, page.protection.password = True, "1234"
    page.merge_cells("F1:G2")
    page.print_title_rows = "1:1"
    hidden = book.create_sheet("附表")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "=VLOOKUP(Sheet!A2,Sheet!A1:D300,2,FALSE)+IFERROR(INDEX(Sheet!B:B,MATCH(1,Sheet!B:B,0)),0)"
    book.save(out)
    return out.getvalue()


def reported() -> bytes:
    """Tables, charts of several kinds, sparklines, new functions, a box of text, a button of the form kind."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("统计")
    page.add_table(
        "A1:C20",
        {
            "data": [[f"甲{n}", n, n * n] for n in range(19)],
            "columns": [{"header": one} for one in ("名", "数", "方")],
        },
    )
    for at, kind in enumerate(("column", "pie", "line", "scatter", "radar")):
        chart = book.add_chart({"type": kind})
        chart.add_series({"values": "=统计!$B$2:$B$20", "categories": "=统计!$A$2:$A$20"})
        page.insert_chart(at * 16, 5, chart)
    page.add_sparkline("D2", {"range": "统计!B2:C2"})
    page.insert_textbox("K2", "说明：金额单位为万元")
    page.insert_image(
        "K20", "a.png", {"image_data": io.BytesIO(make.picture()), "url": "https://www.gov.cn/"}
    )
    page.insert_checkbox("L2", True) if hasattr(page, "insert_checkbox") else None
    page.write_dynamic_array_formula("M1:M3", "=_xlfn.UNIQUE(A2:A4)")
    page.write_formula("N1", '=TEXTJOIN("、",TRUE,A2:A4)')
    page.set_header("&L&G", {"image_left": "a.png", "image_data_left": io.BytesIO(make.picture())})
    page.write_comment("A2", "核对\n两行", {"visible": True})
    book.set_properties({"title": "统计", "company": "越州"})
    book.set_custom_property("KSOProductBuildVer", "2052-12.1.0.16250")
    book.close()
    return out.getvalue()


def long_sheet() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    page = book.add_worksheet()
    for row in range(20_000):
        page.write_row(row, 0, [f"企业{row}", row, "服务", row * 2, "浙江"])
    book.close()
    return out.getvalue()


def letter() -> bytes:
    """Heads and feet, a table, pictures, lists, a page break, sections of two directions."""
    out, document = io.BytesIO(), Document()
    document.core_properties.author = "王明"
    document.add_heading("服务管理制度", 1)
    for _ in range(60):
        document.add_paragraph("第一条 为规范服务，制定本制度。", style="List Number")
    table = document.add_table(30, 4, style="Table Grid")
    for row in table.rows:
        for cell in row.cells:
            cell.text = "内容"
    document.add_picture(io.BytesIO(make.picture("JPEG")), width=Cm(8))
    section = document.add_section()
    section.page_width, section.page_height = section.page_height, section.page_width
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "绍兴越州", "内部资料"
    document.save(out)
    return out.getvalue()


def corrected() -> bytes:
    """Tracked changes, remarks, a field to fill in, a tick, an equation, a text box in both forms."""
    inner = (
        '<w:p><w:ins w:id="1" w:author="王"><w:r><w:t>增</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>删</w:delText></w:r></w:del>'
        '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>'
        "<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>"
        "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing/></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox/></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    return make.docx(
        word__document_dot_xml=f"<w:document>{inner}</w:document>".encode(),
        word__comments_dot_xml=b"<w:comments><w:comment w:id='0'><w:p/></w:comment></w:comments>",
    )


def fields(*codes: str) -> bytes:
    return docx_field(*codes)


def obfuscated_font() -> bytes:
    return make.docx(
        word__fonts__font1_dot_odttf=bytes(range(7, 250)) * 40,
        word__fontTable_dot_xml=b"<w:fonts><w:font><w:embedRegular/></w:font></w:fonts>",
        word___rels__fontTable_dot_xml_dot_rels=make.relation("font", "fonts/font1.odttf"),
    )


def old_pictures() -> bytes:
    """Vector pictures of Windows, a large scan, a GIF and a TIFF inside a text."""
    return make.docx(
        word__media__image1_dot_emf=b"\1\0\0\0" + bytes(100),
        word__media__image2_dot_wmf=b"\xd7\xcd\xc6\x9a" + bytes(100),
        word__media__image3_dot_gif=saved(drawing((200, 100), "P"), "GIF"),
        word__media__image4_dot_tiff=saved(drawing((2480, 3508), "1"), "TIFF", compression="group4"),
        word__media__image5_dot_png=saved(drawing((9000, 6000), "1"), "PNG"),
    )


def full_invoice() -> bytes:
    return make.ofd(
        **{
            "Doc_0/Pages/Page_0/Content_dot_xml".replace(
                "/", "__"
            ): "<ofd:Page><ofd:Content><ofd:TextObject><ofd:TextCode>价税合计</ofd:TextCode></ofd:TextObject></ofd:Content></ofd:Page>".encode(),
            "Doc_0__Res__image_1_dot_png": make.picture(),
            "Doc_0__Res__font_1_dot_ttf": b"\0\1\0\0\0\0" + bytes(60),
            "Doc_0__Signs__Sign_0__Seal_dot_esl": b"0\x82\x05" + bytes(200),
            "Doc_0__Tags__CustomTag_dot_xml": "<:eInvoice xmlns:='http://a'/>".replace(":e", "f:e")
            .replace("xmlns:=", "xmlns:f=")
            .encode(),
            "Doc_0__Annots__Annotations_dot_xml": b"<ofd:Annotations/>",
        }
    )


def phone(size=(8000, 6000), **save) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "HUAWEI", "Mate 60", 6
    return saved(drawing(size), "JPEG", quality=40, exif=exif, **save)


def with_profile(kind: str) -> bytes:
    from PIL import ImageCms

    return saved(
        drawing((300, 200)),
        kind,
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )


def with_restarts() -> bytes:
    return saved(drawing((640, 480)), "JPEG", restart_marker_blocks=8)


def blank_jpeg(**save) -> bytes:
    """A blank sheet: to a scanner's own tables it is a long row of zeros."""
    return saved(Image.new("L", (2480, 3508), 255), "JPEG", optimize=True, **save)


def notes_png() -> bytes:
    note = "经审计 <x:xmpmeta xmlns:x='adobe:ns:meta/'><?xpacket end='w'?>".encode()
    return png_with(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(note))


W, D = "名册.xlsx", "报告.docx"
CLERKS = {
    "full of rules and lists": (W, worked_over, None),
    "full of charts": (W, reported, None),
    "very many styles": (W, wide_styles, None),
    "twenty thousand rows": (W, long_sheet, None),
    "sum over sheets": (W, lambda: sheet("SUM('一月:十二月'!A1)"), None),
    "a sheet named like an address": (W, lambda: sheet("'a.b-c'!A1+'2026年(1)'!B2"), None),
    "words that look like calls": (W, lambda: sheet('IF(A1="EXEC(1)","CALL 1","http://a|b")'), None),
    "a name that recalls": (W, lambda: sheet("MYCALL(1)+RECALL(2)+REGISTERED(3)"), None),
    "structured references": (W, lambda: sheet("SUM(表1[[#This Row],[金额]])"), None),
    "theme and custom data": (
        W,
        lambda: make.xlsx(
            xl__theme__theme1_dot_xml=b"<a:theme/>",
            customXml__item1_dot_xml=b"<b:Sources/>",
            xl__calcChain_dot_xml=b"<calcChain/>",
        ),
        None,
    ),
    "slicer and pivot": (
        W,
        lambda: make.xlsx(
            xl__slicers__slicer1_dot_xml=b"<slicers/>",
            xl__pivotTables__pivotTable1_dot_xml=b"<pivotTableDefinition/>",
        ),
        None,
    ),
    "form controls": (
        W,
        lambda: make.xlsx(xl__ctrlProps__ctrlProp1_dot_xml=b'<formControlPr objectType="CheckBox"/>'),
        None,
    ),
    "remarks in threads": (
        W,
        lambda: make.xlsx(
            xl__threadedComments__threadedComment1_dot_xml=b"<ThreadedComments/>",
            xl__persons__person_dot_xml=b"<personList/>",
        ),
        None,
    ),
    "letter with everything": (D, letter, None),
    "tracked changes": (D, corrected, None),
    "fonts inside": (D, obfuscated_font, None),
    "old pictures": (D, old_pictures, None),
    "cross references": (D, lambda: fields(" REF _Ref1 \\h ", " SEQ 图 \\* ARABIC ", " PAGEREF a "), None),
    "a place to click in a template": (D, lambda: fields(" MACROBUTTON NoMacro 单击此处 "), None),
    "date and file name": (D, lambda: fields(' DATE \\@ "yyyy年M月d日" ', " FILENAME ", " NUMPAGES "), None),
    "letters in series, printed": (D, lambda: fields(" MERGEFIELD 姓名 "), None),
    "picture beside it": (D, lambda: fields(' INCLUDEPICTURE "公章.png" '), None),
    "link to a chapter": (D, lambda: fields(' HYPERLINK \\l "第二章" '), None),
    "link to a page of the government": (
        D,
        lambda: make.docx(
            **{DOCX_RELS: make.relation("hyperlink", "http://www.zj.gov.cn/a?x=1&amp;y=2", EXTERNAL)}
        ),
        None,
    ),
    "link to a file beside it": (
        D,
        lambda: make.docx(**{DOCX_RELS: make.relation("hyperlink", "附件1.pdf", EXTERNAL)}),
        None,
    ),
    "thumbnail": (D, lambda: make.docx(docProps__thumbnail_dot_jpeg=make.picture("JPEG")), None),
    "full invoice": ("发票.ofd", full_invoice, None),
    "phone, 48 megapixels": ("IMG.jpg", phone, None),
    "phone, progressive": ("IMG.jpg", partial(phone, (4000, 3000), progressive=True), None),
    "colour profile": ("a.jpg", partial(with_profile, "JPEG"), None),
    "colour profile in a png": ("a.png", partial(with_profile, "PNG"), None),
    "restarts": ("a.jpg", with_restarts, None),
    "blank sheet": ("a.jpg", blank_jpeg, None),
    "blank progressive sheet": ("a.jpg", partial(blank_jpeg, progressive=True), None),
    "full colour without subsampling": (
        "a.jpg",
        lambda: make.picture("JPEG", subsampling=0, quality=95),
        None,
    ),
    "grey photograph": ("a.jpg", lambda: make.picture("JPEG", mode="L"), None),
    "photograph with a preview": (
        "a.jpg",
        lambda: jpeg_with(0xE1, b"Exif\0\0" + make.picture("JPEG", (160, 120))),
        None,
    ),
    "photoshop's notes": (
        "a.jpg",
        lambda: jpeg_with(0xED, b"Photoshop 3.0\x008BIM\x04\x04" + bytes(200)),
        None,
    ),
    "one pixel": ("a.png", lambda: make.picture(size=(1, 1)), None),
    "grey with transparency": ("a.png", lambda: make.picture(mode="LA"), None),
    "transparent palette": (
        "a.png",
        lambda: saved(drawing((90, 60)).quantize(16), "PNG", transparency=0, bits=4),
        None,
    ),
    "sixteen bits": ("a.png", lambda: saved(Image.new("I;16", (90, 60), 40_000), "PNG"), None),
    "notes of a program": ("a.png", notes_png, None),
    "a4 at 600 dpi": ("a.png", lambda: saved(drawing((4960, 7016), "1"), "PNG", dpi=(600, 600)), None),
}
