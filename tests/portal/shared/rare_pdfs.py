"""Hostile PDFs of rarer kinds: actions in odd places, loops, declared sizes without an end, locks of other makers."""

from __future__ import annotations

import io
import itertools
import random
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, String

from tests.portal.shared import samples as make
from tests.portal.shared.attacks import EICAR, drawn_picture, raw_stream


def written(*bodies: bytes, trailer: bytes = b"", index: str = "good") -> bytes:
    """Objects as they stand, numbered from 1, with an index that is right but for what `index` says."""
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    for number, body in enumerate(bodies, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    back = b"/Prev %d" % start if index == "loop" else b""
    out.write(b"trailer<</Size %d/Root 1 0 R%s%s>>\n" % (len(places) + 1, back, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"


def stream(content: bytes, told: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (told, len(content), content)


def added(content: bytes, *objects: tuple[int, bytes], trailer: bytes = b"") -> bytes:
    """A later revision behind a finished document."""
    last = content.rindex(b"startxref") + 10
    before = int(content[last : content.index(b"\n", last)])
    out, rows = io.BytesIO(content), []
    out.seek(0, 2)
    for number, body in objects:
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, out.tell()))
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    size = max(number for number, _ in objects) + 1
    out.write(b"xref\n" + b"".join(rows))
    out.write(b"trailer<</Size %d/Root 1 0 R/Prev %d%s>>\n" % (max(size, 4), before, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def chain(*kinds: Dictionary) -> Dictionary:
    """Actions one after the other."""
    for before, after in itertools.pairwise(kinds):
        before.Next = Array([after])
    return kinds[0]


def nested_names(document):
    leaf = document.make_indirect(
        Dictionary(Limits=Array([String("a"), String("a")]), Names=Array([String("a"), make.script()]))
    )
    document.Root.Names = Dictionary(JavaScript=Dictionary(Kids=Array([leaf])))


def field_of_a_field(**triggers):
    def change(document):
        kid = document.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, AA=Dictionary(**triggers))
        )
        parent = Dictionary(FT=Name.Tx, T=String("a"), Kids=Array([kid]))
        document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(parent)]))

    return change


def script_as_stream(document):
    code = document.make_stream(b"app.launchURL('http://a/')")
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=code)


def associated_program(document):
    held = document.make_stream(b"MZ\x90\x00", Type=Name.EmbeddedFile)
    told = document.make_indirect(
        Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=held), AFRelationship=Name.Data)
    )
    document.Root.AF = Array([told])


def nested_attachment(document):
    held = document.make_stream(make.pdf(), Type=Name.EmbeddedFile)
    told = document.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.pdf"), EF=Dictionary(F=held)))
    leaf = document.make_indirect(Dictionary(Names=Array([String("a"), told])))
    document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Kids=Array([leaf])))
    document.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)


def bookmarks_in_a_circle(document):
    one, two = (document.make_indirect(Dictionary(Title=String(word))) for word in ("一", "二"))
    one.Next, two.Next = two, one
    document.Root.Outlines = document.make_indirect(Dictionary(First=one, Last=two, Count=2))


def font(**told):
    """The page writes with a font that says whatever it says."""

    def change(document):
        entries = {"Type": Name.Font, "Subtype": Name.Type1, "BaseFont": Name("/A")} | {
            key: value(document) if callable(value) else value for key, value in told.items()
        }
        page = document.pages[0].obj
        page.Resources = Dictionary(Font=Dictionary(F=document.make_indirect(Dictionary(**entries))))
        page.Contents = document.make_stream(b"BT /F 12 Tf 50 700 Td (abc) Tj ET")

    return change


def described(key: str, content: bytes, **told):
    def build(document):
        held = document.make_stream(content, **told)
        return document.make_indirect(
            Dictionary({"/Type": Name.FontDescriptor, "/FontName": Name("/A"), "/Flags": 4, f"/{key}": held})
        )

    return build


def truetype(*tables: tuple[bytes, int, int]) -> bytes:
    head = b"\0\1\0\0" + len(tables).to_bytes(2, "big") + bytes(6)
    rows = (tag + bytes(4) + at.to_bytes(4, "big") + size.to_bytes(4, "big") for tag, at, size in tables)
    return head + b"".join(rows) + bytes(64)


def endless_pattern(document):
    tile = document.make_stream(
        b"0 0 1 1 re f",
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=Array([0, 0, 1, 1]),
        XStep=0.0001,
        YStep=0.0001,
        Resources=Dictionary(),
    )
    page = document.pages[0].obj
    page.Resources = Dictionary(Pattern=Dictionary(P=tile))
    page.Contents = document.make_stream(b"/Pattern cs /P scn 0 0 595 842 re f\n" * 20_000)


def shading(function):
    def change(document):
        page = document.pages[0].obj
        shade = Dictionary(
            ShadingType=1, ColorSpace=Name.DeviceGray, Function=function(document), Domain=Array([0, 1, 0, 1])
        )
        page.Resources = Dictionary(Shading=Dictionary(S=document.make_indirect(shade)))
        page.Contents = document.make_stream(b"595 0 0 842 0 0 cm\n" + b"/S sh\n" * 400)

    return change


def sampled(document):
    return document.make_stream(
        bytes(1000),
        FunctionType=0,
        Domain=Array([0, 1, 0, 1]),
        Range=Array([0, 1]),
        Size=Array([2_000_000_000, 2_000_000_000]),
        BitsPerSample=32,
    )


def calculated(document):
    code = b"{ pop " + b"dup mul sin cos " * 60_000 + b"}"
    return document.make_stream(code, FunctionType=4, Domain=Array([0, 1, 0, 1]), Range=Array([0, 1]))


def page_said_again(times: int = 25) -> bytes:
    """A tree whose every branch names the next one twice: thirty-three million pages in thirty objects."""
    rows = [CATALOG]
    for level in range(times):
        below = level + 3
        rows.append(b"<</Type/Pages/Count %d/Kids[%d 0 R %d 0 R]>>" % (2 ** (times - level), below, below))
    return written(*rows, b"<</Type/Page/MediaBox[0 0 595 842]/Parent %d 0 R>>" % (times + 1))


def deep_pages(depth: int = 50_000) -> bytes:
    rows = [CATALOG]
    rows += [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (level + 3) for level in range(depth)]
    return written(*rows, PAGE)


def one_stream_many_times() -> bytes:
    kids = b"4 0 R " * 400_000
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents[%s]>>" % kids
    return written(CATALOG, PAGES, page, stream(b"0 0 m 595 842 l S\n" * 2000))


def lzw_bomb() -> bytes:
    """Zeros by the code before last, over and over."""
    bits, code, width, table = [format(256, "09b")], 258, 9, 258
    bits.append(format(0, "09b"))
    for _ in range(1_000_000):
        bits.append(format(code, f"0{width}b"))
        code, table = code + 1, table + 1
        width = 12 if table >= 2047 else 11 if table >= 1023 else 10 if table >= 511 else 9
        if table >= 4093:
            bits.append(format(256, f"0{width}b"))
            bits.append(format(0, "09b"))
            code, width, table = 258, 9, 258
    text = "".join(bits)
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


def locked_by(kind: bytes) -> bytes:
    lock = b"<</Filter/%s/V 1/SubFilter/a/Length 40>>" % kind
    return written(CATALOG, PAGES, PAGE, lock, trailer=b"/Encrypt 4 0 R/ID[<00><00>]")


def garbage_in_the_middle() -> bytes:
    content = bytearray(make.pdf(pages=40))
    third = len(content) // 3
    content[third : 2 * third] = random.Random(7).randbytes(third)
    return bytes(content)


def zeros_in_the_middle() -> bytes:
    content = bytearray(make.pdf(pages=40))
    third = len(content) // 3
    content[third : 2 * third] = bytes(third)
    return bytes(content)


def script_later() -> bytes:
    """The first revision is at rest; the second, behind it, is not."""
    return added(
        written(CATALOG, PAGES, PAGE),
        (1, CATALOG[:-2] + b"/OpenAction 4 0 R>>"),
        (4, b"<</S/JavaScript/JS(app.alert\\(1\\))>>"),
    )


def no_pages_later() -> bytes:
    return added(written(CATALOG, PAGES, PAGE), (2, b"<</Type/Pages/Kids[]/Count 0>>"))


def huge_index() -> bytes:
    """An index as a stream, whose rows are as many as a number can say."""
    content = b"%%PDF-1.5\n1 0 obj%s\nendobj\n2 0 obj%s\nendobj\n3 0 obj%s\nendobj\n" % (CATALOG, PAGES, PAGE)
    told = b"/Type/XRef/Size 2147483647/Index[0 2147483647]/W[1 4 2]/Root 1 0 R"
    return content + b"4 0 obj%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(bytes(70), told), len(content))


def packed_and_locked(document):
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), document.make_indirect(make.script())]))
    )


def content(code: bytes, **save):
    return lambda: make.pdf(raw_stream(zlib.compress(code), Filter=Name.FlateDecode), **save)


def on_page(body: bytes, *more: bytes):
    page = PAGE[:-2] + body + b">>"
    return lambda: written(CATALOG, PAGES, page, *more)


def on_root(body: bytes, *more: bytes):
    return lambda: written(CATALOG[:-2] + body + b">>", PAGES, PAGE, *more)


def filters(*names: str):
    def build():
        def change(document):
            held = document.make_stream(b"")
            held.write(b"00>", filter=Array([Name(f"/{name}") for name in names]))
            document.Root.Kept = held

        return make.pdf(change)

    return build


ACTIVE = {
    "names in a deeper tree": lambda: make.pdf(nested_names),
    "script after three jumps": lambda: make.pdf(
        make.on_root(
            "/OpenAction",
            lambda: chain(
                make.action("GoTo", D=Array([0, Name.Fit])),
                make.action("Named", N=Name.NextPage),
                make.action("Hide", T=String("a")),
                make.script(),
            ),
        )
    ),
    "script after layers": lambda: make.pdf(
        make.note(
            Subtype=Name.Link,
            A=chain(make.action("SetOCGState", State=Array([])), make.script()),
        )
    ),
    "script when a note is seen": lambda: make.pdf(
        make.note(Subtype=Name.Square, AA=Dictionary(PV=make.script()))
    ),
    "script in a kid of a field": lambda: make.pdf(field_of_a_field(F=make.script())),
    "script that calculates": lambda: make.pdf(field_of_a_field(C=make.script())),
    "script on closing": lambda: make.pdf(make.on_root("/AA", lambda: Dictionary(WC=make.script()))),
    "script on printing": lambda: make.pdf(make.on_root("/AA", lambda: Dictionary(WP=make.script()))),
    "script as a stream": lambda: make.pdf(script_as_stream),
    "script in a locked, packed object": lambda: make.pdf(
        packed_and_locked,
        encryption=Encryption(owner="a", user=""),
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    ),
    "script by a name in numbers": on_root(b"/OpenAction<</S/#4a#61#76#61#53#63#72#69#70#74/J#53(1)>>"),
    "script in a later revision": script_later,
    "script in a picture's notes": on_page(b"/Annots[<</Subtype/Widget/MK<<>>/A<</S/JavaScript/JS(1)>>>>]"),
    "program with its arguments": lambda: make.pdf(
        make.note(
            Subtype=Name.Link, A=make.action("Launch", Win=Dictionary(F=String("cmd"), P=String("/c a")))
        )
    ),
    "data from a file": lambda: make.pdf(
        make.on_root("/OpenAction", lambda: make.action("ImportData", F=String("a.fdf")))
    ),
    "form sent on leaving": lambda: make.pdf(
        make.on_page("/AA", lambda: Dictionary(C=make.action("SubmitForm", F=String("http://a/"))))
    ),
    "document inside a document": lambda: make.pdf(
        make.note(Subtype=Name.Link, A=make.action("GoToE", T=Dictionary(R=Name.C, N=String("a"))))
    ),
    "code in a font's numbers": lambda: make.pdf(
        font(FontMatrix=Array([1, 0, 0, 1, 0, String("0); alert(1)")]))
    ),
}
ELSEWHERE = {
    "other file on a server": lambda: make.pdf(
        make.note(
            Subtype=Name.Link,
            A=make.action(
                "GoToR", F=Dictionary(FS=Name.URL, F=String("http://a/b.pdf")), D=Array([0, Name.Fit])
            ),
        )
    ),
    "shared folder by a thread": lambda: make.pdf(
        make.note(Subtype=Name.Link, A=make.action("Thread", F=String("//10.0.0.1/a"), D=0))
    ),
    "shared folder by four slashes": lambda: make.pdf(
        make.note(Subtype=Name.Link, A=make.action("URI", URI=String("file:////10.0.0.1/a")))
    ),
    "address that runs": lambda: make.pdf(
        make.note(Subtype=Name.Link, A=make.action("URI", URI=String(" JavaScript:alert(1)")))
    ),
    "letter that asks for a password": lambda: make.pdf(
        make.note(Subtype=Name.Link, A=make.action("URI", URI=String("ms-msdt:/id PCWDiagnostic")))
    ),
}
_RARE = {
    **{key: (build, "active_pdf") for key, build in ACTIVE.items()},
    **{key: (build, "elsewhere") for key, build in ELSEWHERE.items()},
    "film that plays by itself": (
        lambda: make.pdf(make.note(Subtype=Name.RichMedia, RichMediaSettings=Dictionary())),
        "embedded",
    ),
    "screen": (lambda: make.pdf(make.note(Subtype=Name.Screen)), "embedded"),
    "program beside the document": (lambda: make.pdf(associated_program), "embedded"),
    "a folder of documents": (lambda: make.pdf(nested_attachment), "embedded"),
    "xfa in pieces": (on_root(b"/AcroForm<</Fields[]/XFA[(template)4 0 R]>>", stream(b"<xdp/>")), "xfa"),
    "index that leads to itself": (lambda: written(CATALOG, PAGES, PAGE, index="loop"), "broken_pdf"),
    "index without an end": (huge_index, "broken_pdf"),
    "bookmarks in a circle": (lambda: make.pdf(bookmarks_in_a_circle), "circle"),
    "a page said thirty million times": (page_said_again, "broken_pdf"),
    "pages 50,000 deep": (deep_pages, "broken_pdf"),
    "parents in a circle": (
        lambda: written(
            CATALOG,
            b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>",
            b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>",
        ),
        "broken_pdf",
    ),
    "pages that are no pages": (
        lambda: written(CATALOG, b"<</Type/Pages/Kids[4 0 R]/Count 1>>", PAGE, b"42"),
        "no_pages",
    ),
    "no root": (lambda: written(b"42"), "broken_pdf"),
    "no pages in a later revision": (no_pages_later, "no_pages"),
    "lists 100,000 deep": (on_root(b"/A" + b"[" * 100_000 + b"]" * 100_000), "broken_pdf"),
    "lists 100,000 deep on the page": (content(b"[" * 3_000_000), "costly"),
    "states saved without an end": (content(b"q " * 20_000_000), "heavy"),
    "a stream drawn 400,000 times": (one_stream_many_times, "heavy"),
    "packed a hundred times": (filters(*["FlateDecode"] * 100), "repacked"),
    "written in figures a hundred times": (filters(*["ASCIIHexDecode"] * 100), "repacked"),
    "lzw that unpacks to a gigabyte": (
        on_page(b"/Contents 4 0 R", stream(lzw_bomb(), b"/Filter/LZWDecode")),
        "heavy",
    ),
    "runs that unpack to a gigabyte": (
        lambda: make.pdf(raw_stream(b"\x81 " * 8_000_000, Filter=Name.RunLengthDecode)),
        "bomb_pdf",
    ),
    "fax of a thousand million columns": (
        lambda: make.pdf(
            drawn_picture(
                b"\0" * 100,
                Filter=Name.CCITTFaxDecode,
                Width=1_000_000_000,
                Height=1_000_000_000,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=1,
            )
        ),
        "huge_picture",
    ),
    "photograph that breaks off": (
        lambda: make.pdf(
            drawn_picture(
                make.picture("JPEG")[:-200],
                Filter=Name.DCTDecode,
                Width=60,
                Height=40,
                ColorSpace=Name.DeviceRGB,
                BitsPerComponent=8,
            )
        ),
        "spoilt_picture",
    ),
    "jpeg 2000 of 100,000 by 100,000": (
        lambda: make.pdf(
            drawn_picture(
                b"\xff\x4f\xff\x51\0\x2f\0\0"
                + (100_000).to_bytes(4, "big") * 2
                + bytes(8)
                + (100_000).to_bytes(4, "big") * 2
                + bytes(8)
                + b"\0\3"
                + b"\7\1\1" * 3,
                Filter=Name.JPXDecode,
                Width=10,
                Height=10,
            )
        ),
        "huge_picture",
    ),
    "picture in the page's own text": (
        content(b"q 500 0 0 500 0 0 cm BI /W 60000 /H 60000 /CS /RGB /BPC 8 ID " + bytes(1000) + b" EI Q"),
        "costly",
    ),
    "rows of two thousand million bytes": (
        lambda: make.pdf(
            raw_stream(
                zlib.compress(bytes(10_000)),
                Filter=Name.FlateDecode,
                DecodeParms=Dictionary(Predictor=15, Columns=2_000_000_000, Colors=32),
            )
        ),
        "costly",
    ),
    "tiles too small to see": (lambda: make.pdf(endless_pattern), "heavy"),
    "function with samples without an end": (lambda: make.pdf(shading(sampled)), "costly"),
    "function of a million steps": (lambda: make.pdf(shading(calculated)), "heavy"),
    "font whose tables lie beyond it": (
        lambda: make.pdf(
            font(
                Subtype=Name.TrueType,
                FontDescriptor=described(
                    "FontFile2",
                    truetype((b"glyf", 0xFFFFFFF0, 0x7FFFFFFF), (b"loca", 2, 0xFFFFFFFF)),
                    Length1=108,
                ),
            )
        ),
        "font",
    ),
    "font of 65,535 tables": (
        lambda: make.pdf(
            font(
                Subtype=Name.TrueType,
                FontDescriptor=described("FontFile2", b"\0\1\0\0\xff\xff" + bytes(40), Length1=46),
            )
        ),
        "font",
    ),
    "font that is a program": (
        lambda: make.pdf(
            font(FontDescriptor=described("FontFile3", b"MZ\x90\x00" + bytes(400), Subtype=Name.OpenType))
        ),
        "program",
    ),
    "password of an old kind": (
        lambda: make.pdf(encryption=Encryption(owner="a", user="b", R=3, aes=False, metadata=False)),
        "password",
    ),
    "locked for one certificate": (lambda: locked_by(b"Adobe.PubSec"), "locked"),
    "locked by a seller": (lambda: locked_by(b"FOPN_fLock"), "locked"),
    "noise in the middle": (garbage_in_the_middle, "broken_pdf"),
    "zeros in the middle": (zeros_in_the_middle, "broken_pdf"),
    "page behind many blanks": (
        lambda: make.pdf() + b"\n" * 3000 + b"<script>1</script>\n%%EOF\n",
        "broken_pdf",
    ),
    "virus test file in a stream": (on_root(b"/A 4 0 R", stream(EICAR)), "infected"),
    "program in a stream": (
        on_root(b"/A 4 0 R", stream(b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0" + bytes(300))),
        "program",
    ),
    "postscript as pdf": (lambda: b"%!PS-Adobe-3.0\n(a) run\nshowpage\n%%EOF\n", "not_pdf"),
    "picture before": (lambda: make.picture("JPEG") + make.pdf(), "not_pdf"),
}
RARE_PDFS = {f"pdf: {key}": ("a.pdf", build, code) for key, (build, code) in _RARE.items()}
