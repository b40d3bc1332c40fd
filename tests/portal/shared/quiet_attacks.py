"""Files that look at rest: programs and archives behind a picture, addresses that start something, old ways to run."""

from __future__ import annotations

import zlib

from pikepdf import Array, Dictionary, Name, String

from tests.portal.shared import samples as make
from tests.portal.shared.attacks import DOCX_RELS, EXTERNAL, jpeg_with, png_with, sheet

PROGRAM = b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0"
SEVEN_ZIP, RAR, OLE = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def behind(tail: bytes):
    return lambda: make.picture("JPEG") + tail


def link(target: str):
    return lambda: make.docx(**{DOCX_RELS: make.relation("hyperlink", target, EXTERNAL)})


def pdf_link(target: str):
    return lambda: make.pdf(make.note(Subtype=Name.Link, A=make.action("URI", URI=String(target))))


def generous_png() -> bytes:
    """Rows for ten thousand bytes, and eighty million behind them in the same stream."""
    width = height = 100
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    parts = (head, b"IDAT" + zlib.compress(bytes(80_000_000), 9), b"IEND")
    chunks = [
        (len(part) - 4).to_bytes(4, "big") + part + zlib.crc32(part).to_bytes(4, "big") for part in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def printer_program(document):
    drawn = document.make_stream(b"(cmd) run", Type=Name.XObject, Subtype=Name("/PS"))
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(P=drawn))


def archive_before_the_end() -> bytes:
    return make.pdf() + make.package({"a.txt": b"a"}) + b"\n%%EOF\n"


def action(address: str):
    text = f'<ofd:Document><ofd:Actions><ofd:Action><ofd:URI URI="{address}"/></ofd:Action></ofd:Actions></ofd:Document>'
    return lambda: make.ofd(Doc_0__Document_dot_xml=text.encode())


def part(name: str, content: bytes = b"abc"):
    return lambda: make.with_entry(make.docx(), name, content)


QUIET = {
    **{
        f"jpg: {what} behind": ("a.jpg", behind(tail), "trailing")
        for what, tail in {
            "program": PROGRAM,
            "program of linux": b"\x7fELF" + bytes(90),
            "rar": RAR,
            "7z": bytes(9) + SEVEN_ZIP,
            "old document": OLE,
            "frame of a page": b"<iframe src=x>",
            "body of a page": b"<BODY onload=alert(1)>",
        }.items()
    },
    "jpg: carries a program": ("a.jpg", lambda: jpeg_with(0xE7, PROGRAM), "carried"),
    "jpg: carries a rar": ("a.jpg", lambda: jpeg_with(0xFE, b"a" + RAR), "carried"),
    "png: carries a program": ("a.png", lambda: png_with(b"raNd", PROGRAM), "carried"),
    "png: more rows than it has": ("a.png", generous_png, "carried"),
    "png: a profile that unpacks to gigabytes": (
        "a.png",
        lambda: png_with(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000), 9)),
        "bomb",
    ),
    "pdf: program for a printer": ("a.pdf", lambda: make.pdf(printer_program), "active_pdf"),
    "pdf: an archive before the end": ("a.pdf", archive_before_the_end, "trailing"),
    "pdf: starts a program on the disk": (
        "a.pdf",
        pdf_link("file:///c:/windows/system32/calc.exe"),
        "elsewhere",
    ),
    "pdf: a page without size": (
        "a.pdf",
        lambda: make.pdf(make.on_page("/MediaBox", lambda: Array([0, 0, 0, 0]))),
        "page_size",
    ),
    "docx: starts a program on the disk": (
        "a.docx",
        link("file:///C:\\Windows\\System32\\cmd.exe"),
        "shared_folder",
    ),
    "docx: starts a script beside it": ("a.docx", link("附件\\说明.vbs"), "shared_folder"),
    "docx: a ribbon that runs": (
        "a.docx",
        lambda: make.docx(customUI__customUI_dot_xml=b'<customUI onLoad="a"/>'),
        "macro",
    ),
    "docx: style sheet from elsewhere": (
        "a.docx",
        lambda: make.docx(
            word__document_dot_xml=b'<?xml-stylesheet type="text/xsl" href="http://a/"?><w:document/>'
        ),
        "style_sheet",
    ),
    "docx: includes a file of the disk": (
        "a.docx",
        lambda: make.docx(
            customXml__a_dot_xml=b'<a><xi:include href="file:///etc/passwd" parse="text"/></a>'
        ),
        "remote",
    ),
    **{
        f"docx: {name}": ("a.docx", part(f"word/media/{name}", content), "program")
        for name, content in {
            "a.vbs": b"WScript.Echo 1",
            "a.bat": b"@echo off",
            "a.dat": b"L\0\0\0\x01\x14\x02\0" + bytes(60),
            "a.bin": b"\xca\xfe\xba\xbe\0\0\0\x34",
        }.items()
    },
    "xlsx: a program by formula": (
        "a.xlsx",
        lambda: sheet('HYPERLINK("file:///c:/a.exe","a")'),
        "shared_folder",
    ),
    "xlsx: python": ("a.xlsx", lambda: sheet("_xlfn._xlws.PY(0,1)"), "remote"),
    "xlsx: a name that runs on opening": (
        "a.xlsx",
        lambda: make.xlsx(
            xl__workbook_dot_xml=b'<workbook><definedNames><definedName name="_xlnm.Auto_Open">A!A1</definedName></definedNames></workbook>'
        ),
        "macro",
    ),
    "ofd: a shared folder": ("a.ofd", action("file://10.0.0.1/a"), "shared_folder"),
    "ofd: a script as an address": ("a.ofd", action("javascript:alert(1)"), "shared_folder"),
    "ofd: a script as an attachment": (
        "a.ofd",
        lambda: make.with_entry(make.ofd(), "Doc_0/Attachs/a.cmd", b"@echo off"),
        "program",
    ),
}

CALM = {
    **{
        f"link to {target}": ("报告.docx", link(target), None)
        for target in (
            "www.zjsme.com",
            "mailto:a@b.com",
            "https://a.cn/setup.exe",
            "file:///D:/资料/附件.docx",
        )
    },
    **{
        f"pdf link to {target}": ("报告.pdf", pdf_link(target), 1)
        for target in ("www.zjsme.com", "mailto:a@b.com", "https://a.cn/setup.exe")
    },
    "film behind a photograph": ("照片.jpg", behind(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 900), None),
    "marks of a phone behind a photograph": ("照片.jpg", behind(b"\0\0\x01\x0aImage_UTC_DataSEFT"), None),
    "a fillable button without a program": (
        "报告.docx",
        lambda: make.docx(
            word__document_dot_xml=b'<w:document><w:fldSimple w:instr=" MACROBUTTON NoMacro [a] "/></w:document>'
        ),
        None,
    ),
    "ofd with a web link": ("发票.ofd", action("https://inv-veri.chinatax.gov.cn/"), None),
}
