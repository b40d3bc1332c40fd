"""Files made in code: small parts from which good and bad uploads are built."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(change=None, *, pages: int = 1, size=(595, 842), **save) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


def action(kind: str, **more) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **more)


def script() -> Dictionary:
    return action("JavaScript", JS=String("app.alert(1)"))


def on_root(key: str, value):
    def change(document):
        document.Root[key] = value() if callable(value) else value

    return change


def on_page(key: str, value):
    def change(document):
        document.pages[0].obj[key] = value()

    return change


def note(**entries):
    """An annotation on the first page."""

    def change(document):
        thing = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 10, 10]), **entries)
        document.pages[0].obj.Annots = Array([document.make_indirect(thing)])

    return change


def with_script_in_names(document):
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))


def with_script_in_bookmark(document):
    item = document.make_indirect(Dictionary(Title=String("目录"), A=script()))
    document.Root.Outlines = document.make_indirect(Dictionary(First=item, Last=item, Count=1))


def with_script_in_field(document):
    field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=script()))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def with_attachment(document):
    document.attachments["a.exe"] = b"MZ\x90\x00"


def with_hidden_attachment(document):
    """A file specification that no name tree lists."""
    stream = document.make_stream(b"MZ")
    document.Root.PieceInfo = Dictionary(A=Dictionary(F=String("a.exe"), EF=Dictionary(F=stream)))


def with_page_loop(document):
    document.Root.Pages.Kids = Array([document.Root.Pages])


def with_bomb(document):
    document.Root.Extra = document.make_stream(bytes(300 * 1024 * 1024))


def with_endless_drawing(document):
    """A few kilobytes of content that draw the page a million times."""
    line = b"0 0 m 595 842 l 0 842 l 595 0 l h f\n"
    document.pages[0].obj.Contents = document.make_stream(b"0.5 g\n" + line * 600_000)


def signed(document):
    """The structure of a signed document with a visible seal."""
    seal = document.make_stream(b"1 0 0 rg 0 0 200 200 re f")
    seal.Type, seal.Subtype, seal.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 200])
    value = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/adbe.pkcs7.detached"),
        ByteRange=Array([0, 1, 2, 3]),
        Contents=String("0" * 64),
        M=String("D:20260401080000+08'00'"),
    )
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String("盖章"),
            F=4,
            V=value,
            Rect=Array([100, 100, 300, 300]),
            AP=Dictionary(N=seal),
            P=document.pages[0].obj,
        )
    )
    document.pages[0].obj.Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def picture(kind: str = "PNG", size=(60, 40), mode: str = "RGB", **save) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, kind, **save)
    return out.getvalue()


def even_png(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), (200, 100, 3)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def interlaced_png() -> bytes:
    """Adam7 of 8 by 8 grey pixels: seven small pictures, each with its own rows."""
    sizes = ((1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4))
    rows = b"".join((b"\0" + bytes([120]) * width) * height for width, height in sizes)
    parts = (b"IHDR" + struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1), b"IDAT" + zlib.compress(rows), b"IEND")
    chunks = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def animated_png() -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def flood_png(side: int = 60_000) -> bytes:
    """A header that promises more pixels than memory holds."""
    small = picture("PNG", (1, 1))
    head = b"IHDR" + struct.pack(">II", side, side) + small[24:29]
    return small[:12] + head + struct.pack(">I", zlib.crc32(head)) + small[33:]


def placed_jpeg() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)}
    return picture("JPEG", exif=exif)


def package(parts: Mapping[str, bytes], *, compression=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(**extra: bytes) -> bytes:
    """A small workbook; `extra` adds or replaces parts, with `__` for a slash and `_dot_` for a dot."""
    return package({**_XLSX, **_named(extra)})


def docx(**extra: bytes) -> bytes:
    return package({**_DOCX, **_named(extra)})


def ofd(**extra: bytes) -> bytes:
    return package({**_OFD, **_named(extra)})


def _named(extra: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.replace("__", "/").replace("_dot_", "."): content for name, content in extra.items()}


def relations(kind: str, target: str, *, external: bool) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationships><Relationship Id="r1" Type="{RELS}/{kind}" Target="{target}"{mode}/></Relationships>'.encode()


_XLSX = {
    "[Content_Types].xml": CONTENT_TYPES,
    "_rels/.rels": relations("officeDocument", "xl/workbook.xml", external=False),
    "xl/workbook.xml": b"<workbook/>",
    "xl/worksheets/sheet1.xml": b'<worksheet><sheetData><row r="1"><c r="A1"><f>SUM(B1:B2)</f></c></row></sheetData></worksheet>',
}
_DOCX = {
    "[Content_Types].xml": CONTENT_TYPES,
    "_rels/.rels": relations("officeDocument", "word/document.xml", external=False),
    "word/document.xml": "<w:document>DDE 是一种数据交换方式</w:document>".encode(),
}
_OFD = {
    "OFD.xml": b"<ofd:OFD/>",
    "Doc_0/Document.xml": b"<ofd:Document/>",
    "Doc_0/Signs/Sign_0/SignedValue.dat": b"0\x82\x01",
    "Doc_0/Attachs/original_invoice.xml": b"<invoice/>",
}


def with_entry(base: bytes, name: str, content: bytes = b"x", **attributes) -> bytes:
    """One more entry, whose directory record may say anything."""
    out = io.BytesIO(base)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo(name)
        for key, value in attributes.items():
            setattr(info, key, value)
        archive.writestr(info, content)
    return out.getvalue()


def with_local_name(base: bytes, name: bytes, other: bytes) -> bytes:
    """The first mention of a name, in the local header, changed; the directory keeps the old one."""
    assert len(name) == len(other)
    return base.replace(name, other, 1)


def relation(kind: str, target: str, mode: str = "") -> bytes:
    return f'<Relationships><Relationship Id="r1" Type="{RELS}/{kind}" Target="{target}"{mode}/></Relationships>'.encode()


def archive_as_well() -> bytes:
    """A zip in a stream whose remark is all that follows: the same bytes open as a document and as an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.class", b"\xca\xfe\xba\xbe")

    def keep(document):
        document.Root.Kept = document.make_indirect(pikepdf.Stream(document, packed.getvalue()))

    content = pdf(keep, compress_streams=False)
    at = content.index(b"PK\x05\x06")
    return content[: at + 20] + (len(content) - at - 22).to_bytes(2, "little") + content[at + 22 :]


def charted(figures: bytes) -> bytes:
    """A text with a chart, whose figures lie in a workbook inside of it, as text programs keep them."""
    return docx(
        word__charts__chart1_dot_xml=b"<c:chartSpace/>",
        word__charts___rels__chart1_dot_xml_dot_rels=relation("package", "../embeddings/a.xlsx"),
        word__embeddings__a_dot_xlsx=figures,
    )
