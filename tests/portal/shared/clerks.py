"""Harmless files of rarer kinds as offices really have them: other programs' PDFs, scans, forms, full workbooks."""

from __future__ import annotations

import io
import itertools
import struct
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, String
from PIL import Image, ImageDraw

from portal.shared.pdf import render_pdf
from tests.portal.shared import samples as make
from tests.portal.shared.attacks import (
    drawn_picture,
)
from tests.portal.shared.good_files import scanned_pdf, signed_pdf

VOUCHER = "<?xml version='1.0' encoding='UTF-8'?><EInvoice><发票号码>2531</发票号码></EInvoice>".encode()


def drawing(size=(1240, 1754), mode: str = "RGB") -> Image.Image:
    """A sheet with lines and blank space, as scanned."""
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    for row in range(80, size[1] // 2, 40):
        pen.line((80, row, size[0] - 80, row + row % 7), fill=0, width=3)
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **save) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **save)
    return out.getvalue()


def fax_rows(picture: Image.Image) -> bytes:
    """The rows of a black and white picture as a fax packs them (T.6)."""
    tiff = saved(picture.convert("1"), "TIFF", compression="group4", strip_size=1 << 28)
    with Image.open(io.BytesIO(tiff)) as told:
        start, length = told.tag_v2[273][0], told.tag_v2[279][0]
    return tiff[start : start + length]


def fax() -> bytes:
    picture = drawing()
    told = {
        "Filter": Name.CCITTFaxDecode,
        "Width": 1240,
        "Height": 1754,
        "BitsPerComponent": 1,
        "ColorSpace": Name.DeviceGray,
    }

    def change(document):
        drawn_picture(fax_rows(picture), **told)(document)
        image = document.pages[0].obj.Resources.XObject.P
        image.DecodeParms = Dictionary(K=-1, Columns=1240, Rows=1754, BlackIs1=False)

    return make.pdf(change)


def jbig2_scan() -> bytes:
    """A page and one region that is packed like a fax, as office scanners write it."""
    rows = fax_rows(drawing())
    page = struct.pack(">IIIIBH", 1240, 1754, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", 1240, 1754, 0, 0, 0) + b"\1" + rows
    segments = struct.pack(">IBBBI", 0, 48, 0, 1, len(page)) + page
    segments += struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region
    return make.pdf(
        drawn_picture(
            segments,
            Filter=Name.JBIG2Decode,
            Width=1240,
            Height=1754,
            BitsPerComponent=1,
            ColorSpace=Name.DeviceGray,
        )
    )


def jpeg2000_scan(mode: str = "RGB") -> bytes:
    content = saved(drawing((620, 877), mode), "JPEG2000", quality_mode="rates", quality_layers=[20])
    return make.pdf(drawn_picture(content, Filter=Name.JPXDecode, Width=620, Height=877))


def cmyk_scan() -> bytes:
    content = saved(drawing((620, 877), "CMYK"), "JPEG", quality=80)
    return make.pdf(
        drawn_picture(
            content,
            Filter=Name.DCTDecode,
            Width=620,
            Height=877,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceCMYK,
        )
    )


def layered_scan() -> bytes:
    """Words behind the picture, as text recognition puts them, in an own font."""
    with (
        pikepdf.open(
            io.BytesIO(render_pdf("<h1>审计报告</h1><p>经审计，财务报表公允。</p>", style="form"))
        ) as words,
        pikepdf.open(io.BytesIO(scanned_pdf(1))) as scan,
    ):
        words.pages[0].add_underlay(scan.pages[0])
        out = io.BytesIO()
        words.save(out, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def outlined(document):
    """Bookmarks of three levels, named places, labels of the pages."""
    items = [
        document.make_indirect(Dictionary(Title=String(f"第{number}章"), Dest=String(f"c{number}")))
        for number in range(30)
    ]
    parts = document.make_indirect(Dictionary(Title=String("附件"), Count=30, First=items[0], Last=items[-1]))
    for before, after in itertools.pairwise(items):
        before.Next, after.Prev, before.Parent = after, before, parts
    items[-1].Parent = parts
    top = document.make_indirect(Dictionary(First=parts, Last=parts, Count=1))
    parts.Parent = top
    document.Root.Outlines, document.Root.PageMode = top, Name.UseOutlines
    place = Array([document.pages[0].obj, Name.XYZ, 0, 800, 0])
    leaf = document.make_indirect(
        Dictionary(Limits=Array([String("c0"), String("c29")]), Names=Array([String("c0"), place]))
    )
    document.Root.Names = Dictionary(Dests=Dictionary(Kids=Array([leaf])))
    document.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), 2, Dictionary(S=Name.D)]))
    document.Root.OpenAction = Array([document.pages[0].obj, Name.FitH, 800])
    document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def form(document):
    """Fields, choices, a tick, a radio group and a button that only resets."""
    page = document.pages[0].obj
    tick = document.make_stream(
        b"q 1 0 0 1 0 0 cm 0 0 10 10 re S Q", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 10, 10])
    )
    base = {"Type": Name.Annot, "Subtype": Name.Widget, "P": page, "F": 4}
    fields = [
        Dictionary(
            FT=Name.Tx, T=String("单位名称"), V=String("绍兴越州"), Rect=Array([50, 700, 300, 720]), **base
        ),
        Dictionary(
            FT=Name.Ch,
            T=String("类别"),
            Opt=Array([String("信息"), String("融资")]),
            Ff=131072,
            Rect=Array([50, 650, 300, 670]),
            **base,
        ),
        Dictionary(
            FT=Name.Btn,
            T=String("同意"),
            AS=Name.Yes,
            V=Name.Yes,
            AP=Dictionary(N=Dictionary(Yes=tick, Off=tick)),
            Rect=Array([50, 600, 60, 610]),
            **base,
        ),
        Dictionary(
            FT=Name.Btn,
            T=String("重填"),
            Ff=65536,
            A=make.action("ResetForm"),
            Rect=Array([50, 550, 90, 570]),
            **base,
        ),
    ]
    kids = [
        document.make_indirect(Dictionary(Rect=Array([x, 500, x + 10, 510]), AS=Name.Off, **base))
        for x in (50, 70)
    ]
    group = document.make_indirect(Dictionary(FT=Name.Btn, T=String("性质"), Ff=49152, Kids=Array(kids)))
    for kid in kids:
        kid.Parent = group
    made = [document.make_indirect(field) for field in fields]
    page.Annots = Array([*made, *kids])
    document.Root.AcroForm = Dictionary(
        Fields=Array([*made, group]),
        NeedAppearances=True,
        DA=String("/Helv 0 Tf 0 g"),
        DR=Dictionary(Font=Dictionary()),
    )


def remarked(document):
    """What reviewers leave: yellow marks, notes with their windows, a stamp, ink, links within and to the web."""
    page = document.pages[0].obj
    note = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Text,
            Contents=String("请核对"),
            Rect=Array([10, 10, 30, 30]),
            Name=Name.Comment,
        )
    )
    window = document.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Popup, Parent=note, Rect=Array([30, 30, 200, 90]))
    )
    note.Popup = window
    kinds = [
        Dictionary(Subtype=Name.Highlight, QuadPoints=Array([0, 0, 9, 0, 0, 9, 9, 9])),
        Dictionary(Subtype=Name.Ink, InkList=Array([Array([0, 0, 9, 9])])),
        Dictionary(Subtype=Name.Stamp, Name=Name.Approved),
        Dictionary(Subtype=Name.FreeText, DA=String("/Helv 10 Tf"), Contents=String("同意")),
        Dictionary(Subtype=Name.Link, A=make.action("GoTo", D=Array([page, Name.Fit]))),
        Dictionary(Subtype=Name.Link, A=make.action("URI", URI=String("https://www.miit.gov.cn/a?b=1#c"))),
        Dictionary(Subtype=Name.Link, A=make.action("URI", URI=String("mailto:a@b.cn"))),
        Dictionary(Subtype=Name.Link, A=make.action("Named", N=Name.NextPage)),
        Dictionary(Subtype=Name.Link, A=make.action("GoToR", F=String("附件2.pdf"), D=Array([0, Name.Fit]))),
    ]
    made = [
        document.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **kind))
        for kind in kinds
    ]
    page.Annots = Array([note, window, *made])


def layered(document):
    """Layers that a reader may switch, as drawing programs write them, with a clipping pattern and a smooth shade."""
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("标注")))
    document.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(Order=Array([layer]), ON=Array([layer]))
    )
    shade = Dictionary(
        ShadingType=2,
        ColorSpace=Name.DeviceRGB,
        Coords=Array([0, 0, 595, 0]),
        Function=Dictionary(
            FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 1, 1]), C1=Array([0, 0, 1]), N=1
        ),
    )
    page = document.pages[0].obj
    page.Resources = Dictionary(
        Properties=Dictionary(L=layer),
        Shading=Dictionary(S=document.make_indirect(shade)),
        ExtGState=Dictionary(G=Dictionary(CA=0.5, ca=0.5, BM=Name.Multiply)),
    )
    page.Contents = document.make_stream(b"/OC /L BDC /G gs q 0 0 300 300 re W n /S sh Q EMC")
    page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)


def calculated(document):
    """Spot colours, as designers' programs write them: a small calculation and a table of samples."""
    table = document.make_stream(
        bytes(256 * 3),
        FunctionType=0,
        Domain=Array([0, 1]),
        Range=Array([0, 1, 0, 1, 0, 1]),
        Size=Array([256]),
        BitsPerSample=8,
    )
    code = document.make_stream(
        b"{dup 0.5 mul exch pop dup dup 0 exch}",
        FunctionType=4,
        Domain=Array([0, 1]),
        Range=Array([0, 1, 0, 1, 0, 1, 0, 1]),
    )
    page = document.pages[0].obj
    page.Resources = Dictionary(
        ColorSpace=Dictionary(
            A=Array([Name.Separation, Name("/PANTONE"), Name.DeviceRGB, table]),
            B=Array([Name.Separation, Name("/Gold"), Name.DeviceCMYK, code]),
        )
    )
    page.Contents = document.make_stream(b"/A cs 0.5 scn 0 0 99 99 re f /B cs 1 scn 99 99 99 99 re f")


def hatched(document):
    tile = document.make_stream(
        b"0 0 m 8 8 l S",
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=Array([0, 0, 8, 8]),
        XStep=8,
        YStep=8,
        Resources=Dictionary(),
        Matrix=Array([0.24, 0, 0, -0.24, 0, 842]),
    )
    page = document.pages[0].obj
    page.Resources = Dictionary(Pattern=Dictionary(P=tile))
    page.Contents = document.make_stream(b"/Pattern cs /P scn 0 0 595 842 re f")


def drawn_letters(document):
    """A font of drawings, as old TeX and some mail programs embed it."""
    glyph = document.make_stream(b"500 0 0 0 500 500 d1 0 0 500 500 re f")
    kind = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 500, 500]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(a=glyph),
        Encoding=Dictionary(Differences=Array([97, Name.a])),
        FirstChar=97,
        LastChar=97,
        Widths=Array([500]),
        Resources=Dictionary(),
    )
    page = document.pages[0].obj
    page.Resources = Dictionary(Font=Dictionary(F=document.make_indirect(kind)))
    page.Contents = document.make_stream(b"BT /F 40 Tf 50 700 Td (aaa) Tj ET")


def inline_mark(document):
    document.pages[0].obj.Contents = document.make_stream(
        b"q 40 0 0 40 50 700 cm BI /W 8 /H 8 /BPC 1 /CS /G ID " + bytes(8) + b" EI Q"
    )


def archival(document):
    """What an archive's form of a PDF has: its declaration, a colour profile for output, marked structure."""
    with document.open_metadata() as told:
        told["pdfaid:part"], told["pdfaid:conformance"] = "2", "B"
    profile = document.make_stream(bytes(128), N=3)
    document.Root.OutputIntents = Array(
        [
            Dictionary(
                S=Name("/GTS_PDFA1"), OutputConditionIdentifier=String("sRGB"), DestOutputProfile=profile
            )
        ]
    )
    document.Root.MarkInfo = Dictionary(Marked=True)
    tree = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    tree.K = document.make_indirect(Dictionary(S=Name.Document, P=tree))
    document.Root.StructTreeRoot = tree


def voucher_twice(document):
    """The data of an electronic voucher in two forms, associated with the document."""
    told = []
    for name, content in (("2531.xml", VOUCHER), ("2531.xbrl", VOUCHER.replace(b"EInvoice", b"xbrl"))):
        held = document.make_stream(
            content, Type=Name.EmbeddedFile, Subtype=Name("/text#2Fxml".replace("#2F", "/"))
        )
        told.append(
            document.make_indirect(
                Dictionary(
                    Type=Name.Filespec,
                    F=String(name),
                    UF=String(name),
                    EF=Dictionary(F=held, UF=held),
                    AFRelationship=Name.Data,
                )
            )
        )
    document.Root.AF = Array(told)
    document.Root.Names = Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String("a"), told[0], String("b"), told[1]]))
    )


def private(document):
    """Notes that Illustrator, WPS and scanners keep for themselves."""
    document.Root.PieceInfo = Dictionary(
        Illustrator=Dictionary(
            LastModified=String("D:20260401"), Private=document.make_stream(bytes(range(256)) * 40)
        )
    )
    document.docinfo["/Producer"] = "WPS 文字"
    document.docinfo["/SourceModified"] = "D:20260401080000+08'00'"


def turned_pages(document):
    for number, page in enumerate(document.pages):
        page.obj.Rotate = 90 * number
        page.obj.CropBox = Array([10, 10, 500, 700])


def inherited(document):
    """Size and resources stand at the tree, not at the page."""
    for page in document.pages:
        del page.obj["/MediaBox"]
    document.Root.Pages.MediaBox = Array([0, 0, 595, 842])


P = "材料.pdf"
CLERKS_PDFS = {
    "fax scan (T.6)": (P, fax, 1),
    "jbig2 scan": (P, jbig2_scan, 1),
    "jpeg 2000 scan": (P, jpeg2000_scan, 1),
    "grey jpeg 2000 scan": (P, partial(jpeg2000_scan, "L"), 1),
    "cmyk jpeg scan": (P, cmyk_scan, 1),
    "scan with recognised words": (P, layered_scan, 1),
    "bookmarks of three levels": (P, lambda: make.pdf(outlined), 1),
    "bookmarks, packed and linear": (
        P,
        lambda: make.pdf(outlined, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        1,
    ),
    "form": (P, lambda: make.pdf(form), 1),
    "form, signed": (P, lambda: signed_pdf(1, make.pdf(form)), 1),
    "remarks of reviewers": (P, lambda: make.pdf(remarked), 1),
    "layers and shades": (P, lambda: make.pdf(layered), 1),
    "spot colours": (P, lambda: make.pdf(calculated), 1),
    "hatched": (P, lambda: make.pdf(hatched), 1),
    "drawn letters": (P, lambda: make.pdf(drawn_letters), 1),
    "a small picture in the page's text": (P, lambda: make.pdf(inline_mark), 1),
    "archival": (P, lambda: make.pdf(archival), 1),
    "archival, signed twice": (P, lambda: signed_pdf(2, make.pdf(archival)), 1),
    "voucher with its data twice": (P, lambda: make.pdf(voucher_twice), 1),
    "notes of the program": (P, lambda: make.pdf(private), 1),
    "turned and cropped": (P, lambda: make.pdf(turned_pages, pages=4), 4),
    "size at the tree": (P, lambda: make.pdf(inherited, pages=2), 2),
    "landscape": (P, lambda: make.pdf(size=(842, 595), pages=3), 3),
    "identity card": (P, lambda: make.pdf(size=(243, 153)), 1),
    "old kind (1.3)": (
        P,
        lambda: make.pdf(force_version="1.3", object_stream_mode=pikepdf.ObjectStreamMode.disable),
        1,
    ),
    "new kind (2.0)": (P, lambda: make.pdf(force_version="2.0"), 1),
    "locked by its owner, 40 bits": (
        P,
        lambda: make.pdf(outlined, encryption=Encryption(owner="a", user="", R=2, aes=False, metadata=False)),
        1,
    ),
    "locked by its owner, 128 bits": (
        P,
        lambda: make.pdf(form, encryption=Encryption(owner="a", user="", R=4)),
        1,
    ),
    "locked by its owner, 256 bits": (
        P,
        lambda: make.pdf(voucher_twice, encryption=Encryption(owner="a", user="", R=6)),
        1,
    ),
    "packed by runs": (
        P,
        lambda: make.pdf(
            lambda d: d.pages[0].obj.__setitem__(
                "/Contents", pikepdf.Stream(d, b"\x020 g\x80", Filter=Name.RunLengthDecode)
            )
        ),
        1,
    ),
    "written in figures": (
        P,
        lambda: make.pdf(
            lambda d: d.pages[0].obj.__setitem__(
                "/Contents", pikepdf.Stream(d, b"302067>", Filter=Name.ASCIIHexDecode)
            ),
            compress_streams=False,
        ),
        1,
    ),
    "our own, many pages": (
        P,
        lambda: render_pdf("<h1>回执</h1>" + "<p>内容</p>" * 600, style="form"),
        26,
    ),
}
