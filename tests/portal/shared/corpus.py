"""The corpus of uploads: what must be refused, with the code of its reason, and what must pass."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

import pikepdf
from docx import Document
from openpyxl import Workbook
from pikepdf import Array, Dictionary, Encryption, Name, Permissions, String

from portal.shared.pdf import render_pdf
from tests.portal.shared import samples as make
from tests.portal.shared.rare_names import RARE_NAMES

MEGABYTE = 1024 * 1024
LIMIT = 20 * MEGABYTE
GOOD_PDF, GOOD_XLSX, GOOD_DOCX, GOOD_PNG = make.pdf(), make.xlsx(), make.docx(), make.picture()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"

BAD_NAMES = {
    "empty": ("", "no_name"),
    "only spaces": ("   ", "no_name"),
    "right to left override": ("报告\u202efdp.exe.pdf", "hidden_characters"),
    "zero width": ("报\u200b告.pdf", "hidden_characters"),
    "byte order mark": ("\ufeff报告.pdf", "hidden_characters"),
    "hangul filler": ("报告\u3164.pdf", "hidden_characters"),
    "nul": ("报告.pdf\x00.exe", "hidden_characters"),
    "header injection": ("a\r\nSet-Cookie: x.pdf", "hidden_characters"),
    "lone surrogate": ("报告\ud800.pdf", "hidden_characters"),
    "joined emoji": ("👨\u200d👩.pdf", "hidden_characters"),
    "line separator": ("报\u2028告.pdf", "hidden_characters"),
    "parent": ("../报告.pdf", "path"),
    "windows parent": ("..\\报告.pdf", "path"),
    "absolute": ("/etc/报告.pdf", "path"),
    "drive": ("C:报告.pdf", "forbidden_characters"),
    "question mark": ("报告?.pdf", "forbidden_characters"),
    "device": ("CON.pdf", "reserved_name"),
    "numbered device": ("com1.报告.pdf", "reserved_name"),
    "dot": (".报告.pdf", "leading_mark"),
    "dash": ("-rf.pdf", "leading_mark"),
    "ten thousand characters": ("报" * 10_000 + ".pdf", "long_name"),
    "no extension": ("报告", "extension"),
    "second extension": ("报告.pdf.js", "extension"),
    "full width extension": ("报告.ｐｄｆ", "extension"),
    "old format": ("名册.xls", "other_program"),
    "wps text": ("报告.wps", "other_program"),
    "wps sheet": ("名册.et", "other_program"),
    "archive": ("材料.zip", "other_program"),
    "phone photograph": ("照片.heic", "other_program"),
    "macro format": ("名册.xlsm", "extension"),
    "vector picture": ("图.svg", "extension"),
    **RARE_NAMES,
}


def _xlsx_entries(count):
    return make.package({**{f"xl/media/{n}.bin": b"" for n in range(count)}, "xl/workbook.xml": b"<w/>"})


def _lying_end(count=1_000_000):
    """A directory that says it is many megabytes long."""
    return GOOD_XLSX[:-22] + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 2, 2, count * 60, 30, 0)


def _duplicate():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make.with_entry(GOOD_XLSX, "xl/workbook.xml")


def _flipped_checksum():
    content = bytearray(make.package({"xl/workbook.xml": b"<workbook/>"}, compression=zipfile.ZIP_STORED))
    content[content.index(b"<workbook/>") + 1] ^= 1
    return bytes(content)


def _encrypted_flag():
    content = bytearray(GOOD_XLSX)
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _declared(size):
    """The directory understates how far an entry unpacks."""
    content = bytearray(make.package({"xl/workbook.xml": b"<w>" + b" " * 5000 + b"</w>"}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<L", size)
    return bytes(content)


BAD_PDFS = {
    "empty": (lambda: b"", "empty"),
    "one byte": (lambda: b"%", "not_pdf"),
    "too large": (lambda: GOOD_PDF + bytes(LIMIT), "too_large"),
    "program": (lambda: b"MZ" + bytes(400), "not_pdf"),
    "virus test file": (lambda: EICAR, "not_pdf"),
    "html": (lambda: b"<html><script>1</script></html>", "not_pdf"),
    "gif before": (lambda: b"GIF89a" + GOOD_PDF, "not_pdf"),
    "html before": (lambda: b"<html>" + GOOD_PDF, "not_pdf"),
    "zip behind": (lambda: GOOD_PDF + GOOD_XLSX, "trailing"),
    "page behind": (lambda: GOOD_PDF + b"<html></html>", "trailing"),
    "much behind": (lambda: GOOD_PDF + b"x" * 5000, "cut_pdf"),
    "connection cut at 99 %": (lambda: GOOD_PDF[: len(GOOD_PDF) * 99 // 100], "cut_pdf"),
    "header only": (lambda: b"%PDF-1.7\n%%EOF", "broken_pdf"),
    "broken index": (lambda: GOOD_PDF.replace(b"startxref\n", b"startxref\n9"), "broken_pdf"),
    "loop in the pages": (lambda: make.pdf(make.with_page_loop), "broken_pdf"),
    "password": (lambda: make.pdf(encryption=Encryption(owner="a", user="b")), "password"),
    "no pages": (lambda: make.pdf(pages=0), "no_pages"),
    "ten thousand pages": (lambda: make.pdf(pages=10_000), "too_many_pages"),
    "huge page": (lambda: make.pdf(size=(14_400, 14_400)), "page_size"),
    "huge unit": (lambda: make.pdf(make.on_page("/UserUnit", lambda: 75)), "page_size"),
    "flate bomb that nothing draws": (lambda: make.pdf(make.with_bomb), "bomb_pdf"),
    "script on opening": (lambda: make.pdf(make.on_root("/OpenAction", make.script)), "active_pdf"),
    "script in the names": (lambda: make.pdf(make.with_script_in_names), "active_pdf"),
    "script in a bookmark": (lambda: make.pdf(make.with_script_in_bookmark), "active_pdf"),
    "script in a field": (lambda: make.pdf(make.with_script_in_field), "active_pdf"),
    "script on a page": (
        lambda: make.pdf(make.on_page("/AA", lambda: Dictionary(O=make.script()))),
        "active_pdf",
    ),
    "script after a jump": (
        lambda: make.pdf(
            make.on_root(
                "/OpenAction", lambda: make.action("GoTo", D=Array([0, Name.Fit]), Next=make.script())
            )
        ),
        "active_pdf",
    ),
    "script in a packed object": (
        lambda: make.pdf(make.with_script_in_bookmark, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "active_pdf",
    ),
    "script under an escaped name": (
        lambda: make.pdf(make.on_root("/OpenAction", make.script)).replace(
            b"/S /JavaScript", b"/S /J#61vaScrip"
        ),
        "active_pdf",
    ),
    "starts a program": (
        lambda: make.pdf(make.note(Subtype=Name.Link, A=make.action("Launch", F=String("cmd.exe")))),
        "active_pdf",
    ),
    "sends the form": (
        lambda: make.pdf(make.note(Subtype=Name.Link, A=make.action("SubmitForm", F=String("http://a/")))),
        "active_pdf",
    ),
    "attachment": (lambda: make.pdf(make.with_attachment), "embedded"),
    "attachment without a list": (lambda: make.pdf(make.with_hidden_attachment), "embedded"),
    "attachment as a note": (lambda: make.pdf(make.note(Subtype=Name.FileAttachment)), "embedded"),
    "film": (lambda: make.pdf(make.note(Subtype=Name.RichMedia)), "embedded"),
    "xfa": (lambda: make.pdf(make.on_root("/AcroForm", lambda: Dictionary(XFA=String("x")))), "xfa"),
}

BAD_PICTURES = {
    "page as jpg": ("扫描.jpg", lambda: b"<html></html>", "not_image"),
    "png as jpg": ("扫描.jpg", lambda: GOOD_PNG, "not_image"),
    "svg as png": ("扫描.png", lambda: b"<svg><script>1</script></svg>", "not_image"),
    "cut png": ("扫描.png", lambda: GOOD_PNG[:-200], "broken_image"),
    "cut jpg": ("扫描.jpg", lambda: make.picture("JPEG", (400, 400))[:4000], "broken_image"),
    "magic only": ("扫描.png", lambda: b"\x89PNG\r\n\x1a\n", "broken_image"),
    "pixel flood": ("扫描.png", make.flood_png, "pixels"),
    "a little too many pixels": ("扫描.png", lambda: make.flood_png(7072), "pixels"),
    "animated": ("扫描.png", make.animated_png, "animated"),
    "page behind png": ("扫描.png", lambda: GOOD_PNG + b"<html></html>", "trailing"),
    "zip behind jpg": ("扫描.jpg", lambda: make.picture("JPEG") + GOOD_XLSX, "trailing"),
    "script behind jpg": ("扫描.jpg", lambda: make.picture("JPEG") + b"<script>1</script>", "trailing"),
}

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
XXE = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'
FIELD = b'<w:fldSimple w:instr="DDEAUTO c:\\\\cmd.exe"/>'
BAD_PACKAGES = {
    "docx as xlsx": ("名册.xlsx", lambda: GOOD_DOCX, "wrong_package"),
    "plain zip": ("名册.xlsx", lambda: make.package({"a.txt": b"a"}), "wrong_package"),
    "zip as ofd": ("发票.ofd", lambda: GOOD_XLSX, "wrong_package"),
    "csv with a formula": ("名册.xlsx", lambda: b"=cmd|'/c calc'!A0,1\n", "not_package"),
    "encrypted or old": ("名册.xlsx", lambda: OLE, "ole"),
    "cut": ("名册.xlsx", lambda: GOOD_XLSX[:-40], "cut_package"),
    "behind": ("名册.xlsx", lambda: GOOD_XLSX + b"<html></html>", "trailing"),
    "zip before": ("名册.xlsx", lambda: make.package({"a.txt": b"a"})[:-22] + GOOD_XLSX, "prefix"),
    "checksum": ("名册.xlsx", _flipped_checksum, "broken_package"),
    "size lie": ("名册.xlsx", lambda: _declared(20), "broken_package"),
    "20,000 entries": ("名册.xlsx", lambda: _xlsx_entries(20_000), "too_many_parts"),
    "endless directory": ("名册.xlsx", _lying_end, "too_many_parts"),
    "duplicate": ("名册.xlsx", _duplicate, "duplicate_parts"),
    "duplicate but for case": (
        "名册.xlsx",
        lambda: make.with_entry(GOOD_XLSX, "xl/Workbook.xml"),
        "duplicate_parts",
    ),
    "other local name": (
        "名册.xlsx",
        lambda: make.with_local_name(
            GOOD_XLSX, b"xl/worksheets/sheet1.xml", b"xl/worksheets/evil1.xml"[:24].ljust(24, b"l")
        ),
        "mismatched_parts",
    ),
    "parent path": ("名册.xlsx", lambda: make.with_entry(GOOD_XLSX, "../../etc/cron.d/a"), "zip_slip"),
    "absolute path": ("名册.xlsx", lambda: make.with_entry(GOOD_XLSX, "/etc/a"), "zip_slip"),
    "windows path": ("名册.xlsx", lambda: make.with_entry(GOOD_XLSX, "xl\\..\\a"), "zip_slip"),
    "symlink": (
        "名册.xlsx",
        lambda: make.with_entry(GOOD_XLSX, "a", b"/etc/passwd", external_attr=0o120777 << 16),
        "symlink",
    ),
    "encrypted entries": ("名册.xlsx", _encrypted_flag, "encrypted"),
    "ratio bomb": ("名册.xlsx", lambda: make.xlsx(xl__media__a=bytes(70 * MEGABYTE)), "bomb"),
    "bomb in parts": (
        "名册.xlsx",
        lambda: make.xlsx(**{f"xl__media__{n}": bytes(60 * MEGABYTE) for n in range(9)}),
        "unpacked",
    ),
    "nested archive": ("名册.xlsx", lambda: make.xlsx(xl__media__a=GOOD_XLSX), "nested"),
    "program inside": ("名册.xlsx", lambda: make.xlsx(xl__media__a_dot_png=b"MZ\x90\x00"), "program"),
    "laughs": ("名册.xlsx", lambda: make.xlsx(xl__workbook_dot_xml=LAUGHS), "entities"),
    "foreign entity": ("名册.xlsx", lambda: make.xlsx(xl__workbook_dot_xml=XXE), "entities"),
    "entities in utf-16": (
        "名册.xlsx",
        lambda: make.xlsx(xl__workbook_dot_xml=XXE.decode().encode("utf-16")),
        "entities",
    ),
    "entities far behind": (
        "名册.xlsx",
        lambda: make.xlsx(xl__workbook_dot_xml=b" " * (MEGABYTE + 3) + XXE),
        "entities",
    ),
    "macro": ("名册.xlsx", lambda: make.xlsx(xl__vbaProject_dot_bin=b"x"), "macro"),
    "macro under another name": (
        "名册.xlsx",
        lambda: make.package(
            {
                "[Content_Types].xml": b'<Override ContentType="application/vnd.ms-office.vbaProject"/>',
                "xl/workbook.xml": b"<w/>",
            }
        ),
        "macro",
    ),
    "xlsm renamed": (
        "名册.xlsx",
        lambda: make.package(
            {
                "[Content_Types].xml": b'<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>',
                "xl/workbook.xml": b"<w/>",
            }
        ),
        "macro",
    ),
    "old macro sheet": ("名册.xlsx", lambda: make.xlsx(xl__macrosheets__sheet1_dot_xml=b"<m/>"), "macro"),
    "other workbook": (
        "名册.xlsx",
        lambda: make.xlsx(xl__externalLinks__externalLink1_dot_xml=b"<e/>"),
        "external",
    ),
    "object": ("名册.xlsx", lambda: make.xlsx(xl__embeddings__oleObject1_dot_bin=b"x"), "ole_object"),
    "control": ("名册.xlsx", lambda: make.xlsx(xl__activeX__activeX1_dot_xml=b"<x/>"), "ole_object"),
    "dde in a cell": (
        "名册.xlsx",
        lambda: make.xlsx(xl__worksheets__sheet1_dot_xml=b"<c><f>cmd|'/c calc'!A0</f></c>"),
        "dde",
    ),
    "docm renamed": ("报告.docx", lambda: make.docx(word__vbaProject_dot_bin=b"x"), "macro"),
    "dde field": (
        "报告.docx",
        lambda: make.docx(word__document_dot_xml=b"<w:document>" + FIELD + b"</w:document>"),
        "dde",
    ),
    "dde run": (
        "报告.docx",
        lambda: make.docx(word__document_dot_xml=b"<w:instrText> DDE cmd</w:instrText>"),
        "dde",
    ),
    "remote template": (
        "报告.docx",
        lambda: make.docx(
            word___rels__settings_dot_xml_dot_rels=make.relations(
                "attachedTemplate", "http://a/t.dotm", external=True
            )
        ),
        "remote",
    ),
    "remote picture": (
        "报告.docx",
        lambda: make.docx(
            word___rels__document_dot_xml_dot_rels=make.relations("image", "http://a/p.png", external=True)
        ),
        "remote",
    ),
    "virus test file in an archive": (
        "报告.docx",
        lambda: make.docx(word__a_dot_zip=make.package({"a": EICAR})),
        "nested",
    ),
}

BAD = {f"pdf: {key}": ("报告.pdf", *value) for key, value in BAD_PDFS.items()} | BAD_PICTURES | BAD_PACKAGES


def _openpyxl():
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = "名称", '=IF(B2="",A2&"|"&C2,"是")', "=SUM(B1:B9)"
    sheet["A4"].hyperlink = "https://example.gov.cn/"
    book.save(out)
    return out.getvalue()


def _word():
    document, out = Document(), io.BytesIO()
    document.add_heading("申请报告")
    document.add_table(2, 2)
    document.save(out)
    return out.getvalue()


def _with_bookmarks(document):
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("目录", 0))


def _incremental():
    """Two saved versions in one file, as signing programs leave it."""
    end = len(GOOD_PDF)
    start = GOOD_PDF[GOOD_PDF.rindex(b"startxref") + 9 :].split()[0]
    trailer = GOOD_PDF[GOOD_PDF.rindex(b"trailer") + 7 : GOOD_PDF.rindex(b"startxref")].strip()
    trailer = trailer[:-2] + b" /Prev %s >>" % start
    extra = b"9 0 obj\n<< /Type /Metadata2 >>\nendobj\n"
    table = b"xref\n9 1\n%010d 00000 n \ntrailer " % end
    return GOOD_PDF + extra + table + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % (end + len(extra))


GOOD = {
    "plain": ("报告.pdf", lambda: GOOD_PDF, 1),
    "capital extension": ("报告.PDF", lambda: GOOD_PDF, 1),
    "full width brackets": ("章程（2026 年修订）·副本.pdf", lambda: GOOD_PDF, 1),
    "emoji in the name": ("报告😀.pdf", lambda: GOOD_PDF, 1),
    "two thousand pages": ("报告.pdf", lambda: make.pdf(pages=2000), 2000),
    "drawing in A0": ("图纸.pdf", lambda: make.pdf(size=(2384, 3370)), 1),
    "packed objects": ("报告.pdf", lambda: make.pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), 1),
    "linear": ("报告.pdf", lambda: make.pdf(linearize=True), 1),
    "signed with a seal": ("合同.pdf", lambda: make.pdf(make.signed), 1),
    "saved twice": ("合同.pdf", _incremental, 1),
    "locked by its owner": (
        "审计报告.pdf",
        lambda: make.pdf(encryption=Encryption(owner="a", user="", allow=Permissions(extract=False))),
        1,
    ),
    "blank lines at the end": ("发票.pdf", lambda: GOOD_PDF + b"\r\n\r\n\x00", 1),
    "opens on a page": (
        "报告.pdf",
        lambda: make.pdf(make.on_root("/OpenAction", lambda: make.action("GoTo", D=Array([0, Name.Fit])))),
        1,
    ),
    "bookmarks": ("报告.pdf", lambda: make.pdf(_with_bookmarks), 1),
    "web link": (
        "报告.pdf",
        lambda: make.pdf(
            make.note(Subtype=Name.Link, A=make.action("URI", URI=String("https://a.cn/Launch")))
        ),
        1,
    ),
    "words about scripts": (
        "报告.pdf",
        lambda: make.pdf(make.note(Subtype=Name.Text, Contents=String("禁止 /JavaScript 和 /Launch"))),
        1,
    ),
    "form": (
        "表格.pdf",
        lambda: make.pdf(make.on_root("/AcroForm", lambda: Dictionary(Fields=Array([])))),
        1,
    ),
    "our own": ("回执.pdf", lambda: render_pdf("<h1>回执</h1>", style="form"), 1),
    "png": ("扫描.png", lambda: GOOD_PNG, None),
    "grey png": ("扫描.png", lambda: make.picture(mode="L"), None),
    "fax png": ("扫描.png", lambda: make.picture(mode="1"), None),
    "jpeg by its long name": ("照片.jpeg", lambda: make.picture("JPEG"), None),
    "cmyk": ("照片.jpg", lambda: make.picture("JPEG", mode="CMYK"), None),
    "progressive": ("照片.jpg", lambda: make.picture("JPEG", progressive=True), None),
    "two frames of a phone": (
        "照片.jpg",
        lambda: make.picture("MPO", save_all=True, append_images=[make.Image.new("RGB", (60, 40))]),
        None,
    ),
    "padding behind a jpeg": ("照片.jpg", lambda: make.picture("JPEG") + bytes(64) + b"SEFT", None),
    "49 megapixels": ("扫描.png", lambda: make.picture(size=(7000, 7000), mode="1", compress_level=1), None),
    "openpyxl with formulas": ("名册.xlsx", _openpyxl, None),
    "smallest xlsx": ("名册.xlsx", lambda: GOOD_XLSX, None),
    "stored xlsx": (
        "名册.xlsx",
        lambda: make.package({"xl/workbook.xml": b"<w/>", "xl/": b""}, compression=zipfile.ZIP_STORED),
        None,
    ),
    "chinese part names": ("名册.xlsx", lambda: make.xlsx(xl__media__图片1_dot_png=GOOD_PNG), None),
    "printer settings": (
        "名册.xlsx",
        lambda: make.xlsx(xl__printerSettings__p1_dot_bin="M".encode("utf-16-le") * 9),
        None,
    ),
    "docx": ("报告.docx", _word, None),
    "docx with a link": (
        "报告.docx",
        lambda: make.docx(
            word___rels__document_dot_xml_dot_rels=make.relations("hyperlink", "https://a.cn/", external=True)
        ),
        None,
    ),
    "words about dde": ("报告.docx", lambda: GOOD_DOCX, None),
    "ofd invoice": ("发票.ofd", make.ofd, None),
}
