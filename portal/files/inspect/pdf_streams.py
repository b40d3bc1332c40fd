"""Streams of a PDF by what they declare: pictures, filters, nesting, attachments; nothing is unpacked whole."""

from __future__ import annotations

import io
import re
import struct
import zlib

import pikepdf

from portal.files.inspect.jpegs import JpegRefused, check_jpeg
from portal.files.inspect.pdf_glances import check_glance, check_run_length
from portal.shared.refusal import UploadRefused

MEGABYTE = 1024 * 1024
MAX_PICTURE = 160 * MEGABYTE  # bytes unpacked; A4 at 600 dpi in colour is 104 MB
MAX_BITS = 200_000_000  # pixels of a black and white picture: A0 at 300 dpi is 139 million
MAX_NESTING = 16
MAX_UNPACKED, MAX_RATIO, SPARSE = 64 * MEGABYTE, 1100, 100  # zlib packs 1,032 to one at most
MAX_HEADERS = 2 * MEGABYTE
MAX_ATTACHMENT = 2 * MEGABYTE
PACKING = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
TEXTUAL = {"/ASCIIHexDecode", "/AHx", "/ASCII85Decode", "/A85"}
CHANNELS = {"/DeviceGray": 1, "/G": 1, "/DeviceRGB": 3, "/RGB": 3, "/DeviceCMYK": 4, "/CMYK": 4}
# Structured data of an electronic voucher (电子凭证会计数据标准) travels inside of its PDF.
VOUCHER = (".xml", ".xbrl", ".json")

EMBEDDED = ("embedded", "PDF 内嵌有附件或者音视频，请去除后上传；附件需要的，请单独上传。")
PICTURE = ("huge_picture", "PDF 中有尺寸异常大的图片，请降低扫描分辨率（300 dpi 足够）后重新导出上传。")
SPOILT = ("spoilt_picture", "PDF 中有图片已损坏或者不完整，请重新扫描或者用原程序重新导出后上传。")
CARRIES = ("carried", "PDF 中的图片夹带了其他文件或者网页，请用“打印为 PDF”生成新文件后上传。")
BOMB = ("bomb_pdf", "PDF 中的内容压缩得异常紧密，展开后过大，请用“打印为 PDF”生成新文件后上传。")
REPACKED = ("repacked", "PDF 中有反复压缩的内容，请用“打印为 PDF”生成新文件后上传。")
NESTED = ("nested_forms", "PDF 中的图形层层嵌套，无法正常显示，请用“打印为 PDF”生成新文件后上传。")

Number = tuple[int, int]
NAME = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
MAX_CALLING = 4 * MEGABYTE


def check_stream(stream: pikepdf.Stream) -> None:
    """Raises UploadRefused."""
    told = stream.stream_dict
    filters = _names(told.get("/Filter", told.get("/F")))
    if sum(name in PACKING for name in filters) > 1 or len(filters) > 4:
        raise UploadRefused(*REPACKED)
    if any(name in TEXTUAL for name in filters[1:]):
        raise UploadRefused(*REPACKED)  # text that was packed and is text again: no program writes this
    if str(told.get("/Subtype", "")) == "/Image":
        _check_picture(stream, filters)
        return
    raw = _raw(stream)
    check_glance(stream, filters, raw)
    if filters and filters[0] in ("/FlateDecode", "/Fl"):
        _check_unpacked(raw)
    elif filters and filters[0] in ("/RunLengthDecode", "/RL") and check_run_length(raw, MAX_UNPACKED):
        raise UploadRefused(*BOMB)


def _check_unpacked(raw: bytes) -> None:
    """A few kilobytes of zeros stand for gigabytes, wherever they are; whatever opens the file may unpack them."""
    if len(raw) * MAX_RATIO < MAX_UNPACKED:
        return
    unpacker, unpacked = zlib.decompressobj(), 0
    for at in range(0, len(raw), 65536):
        piece = raw[at : at + 65536]
        while piece and not unpacker.eof:
            try:
                unpacked += len(unpacker.decompress(piece, MEGABYTE))
            except zlib.error:
                return  # a reader stops here too
            if unpacked > MAX_UNPACKED and unpacked > SPARSE * len(raw):
                raise UploadRefused(*BOMB)
            piece = unpacker.unconsumed_tail


def _names(value) -> list[str]:
    if value is None:
        return []
    if isinstance(value, pikepdf.Array):
        return [str(one) for one in value]
    return [str(value)] if isinstance(value, pikepdf.Name) else []


def _check_picture(stream: pikepdf.Stream, filters: list[str]) -> None:
    told = stream.stream_dict
    width, height = int(told.get("/Width", 0)), int(told.get("/Height", 0))
    bits = 1 if told.get("/ImageMask", False) is True else int(told.get("/BitsPerComponent", 8))
    size = width * height * bits * _channels(told.get("/ColorSpace")) // 8
    if min(width, height) < 0 or max(width, height) > 100_000 or size > MAX_PICTURE:
        raise UploadRefused(*PICTURE)
    if not filters:
        return
    last = filters[-1]
    if last == "/JBIG2Decode":
        if jbig2_pixels(_raw(stream)) > MAX_BITS:
            raise UploadRefused(*PICTURE)
    elif last in ("/DCTDecode", "/DCT") and len(filters) == 1:
        try:
            check_jpeg(io.BytesIO(_raw(stream)))
        except JpegRefused as error:
            raise UploadRefused(*{"broken": SPOILT, "carried": CARRIES}.get(error.code, PICTURE)) from error
    elif last == "/JPXDecode" and jpeg2000_size(_raw(stream, MAX_HEADERS)) > MAX_PICTURE:
        raise UploadRefused(*PICTURE)


def _raw(stream: pikepdf.Stream, length: int | None = None) -> bytes:
    raw = stream.get_raw_stream_buffer()
    return bytes(memoryview(raw)[:length])


def _channels(space) -> int:
    if isinstance(space, pikepdf.Name):
        return CHANNELS.get(str(space), 1)
    if isinstance(space, pikepdf.Array) and len(space):
        kind = str(space[0])
        if kind == "/ICCBased" and len(space) > 1 and isinstance(space[1], pikepdf.Stream):
            return int(space[1].stream_dict.get("/N", 3))
        if kind == "/DeviceN" and len(space) > 1 and isinstance(space[1], pikepdf.Array):
            return len(space[1])
        return 3 if kind in ("/CalRGB", "/Lab") else 1
    return 1


def jbig2_pixels(content: bytes) -> int:
    """The largest picture that a JBIG2 stream's segments announce, each told in its own header."""
    largest, at = 0, 0
    for _ in range(5000):
        if at + 11 > len(content):
            break
        number, flags, counted = struct.unpack(">IBB", content[at : at + 6])
        kind, references = flags & 63, counted >> 5
        if references == 7:
            references = struct.unpack(">I", content[at + 5 : at + 9])[0] & 0x1FFFFFFF
            head = at + 9 + (references + 8) // 8
        else:
            head = at + 6
        head += references * (1 if number <= 256 else 2 if number <= 65536 else 4)
        head += 4 if flags & 64 else 1
        if head + 12 > len(content) + 4:
            break
        length = int.from_bytes(content[head : head + 4], "big")
        body = content[head + 4 : head + 12]
        if len(body) == 8 and (kind == 48 or kind in (4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43)):
            width, height = struct.unpack(">II", body)
            # A page of unknown height grows with its stripes.
            largest = max(largest, width * (height if height != 0xFFFFFFFF else 1))
        if length == 0xFFFFFFFF:
            break
        at = head + 4 + length
    return largest


def jpeg2000_size(content: bytes) -> int:
    """Bytes unpacked, by the SIZ marker of the first code stream."""
    at = content.find(b"\xff\x4f\xff\x51")
    if at < 0 or at + 42 > len(content):
        return 0
    right, bottom, left, top = struct.unpack(">IIII", content[at + 8 : at + 24])
    parts = struct.unpack(">H", content[at + 40 : at + 42])[0]
    return max(0, right - left) * max(0, bottom - top) * parts


def note_form(stream: pikepdf.Stream, forms: dict[Number, list[Number]]) -> None:
    """Which drawings a drawing (form XObject, pattern) draws in its turn."""
    told = stream.stream_dict
    if not _is_drawing(told):
        return
    resources = told.get("/Resources")
    offered: list[tuple[str, Number]] = []
    if isinstance(resources, pikepdf.Dictionary):
        for group in ("/XObject", "/Pattern"):
            named = resources.get(group)
            if isinstance(named, pikepdf.Dictionary):
                offered += [(key, named[key].objgen) for key in named.keys() if _is_drawn(named[key])]  # noqa: SIM118
    called = _called(stream) if offered else None
    forms[stream.objgen] = [
        one for key, one in offered if called is None or key in called or not key.isascii()
    ]


def _is_drawing(told: pikepdf.Dictionary) -> bool:
    return str(told.get("/Subtype", "")) == "/Form" or "/PatternType" in told


def _is_drawn(thing: pikepdf.Object) -> bool:
    return isinstance(thing, pikepdf.Stream) and _is_drawing(thing.stream_dict)


def _called(stream: pikepdf.Stream) -> set[str] | None:
    """Names in a drawing's own text, None when it is not plain to read.

    Layout programs give all drawings one list of what they may draw, themselves among it: only what is named is drawn.
    """
    filters = _names(stream.stream_dict.get("/Filter"))
    if len(filters) > 1 or not {"/FlateDecode", "/Fl"}.issuperset(filters):
        return None
    try:
        content = bytes(stream.read_bytes())
    except pikepdf.PdfError:
        return None
    if len(content) > MAX_CALLING:
        return None
    return {
        "/" + ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name).decode("latin-1")
        for name in NAME.findall(content)
    }


def check_nesting(forms: dict[Number, list[Number]]) -> None:
    """Each level can draw the next one twice, so that thirty levels are a thousand million drawings."""
    depth: dict[Number, int] = {}
    for root in forms:
        path: list[tuple[Number, int]] = [(root, 0)]
        on_path = {root}
        while path:
            node, at = path[-1]
            below = [one for one in forms[node] if one in forms]
            if node in depth or at >= len(below):
                depth[node] = depth.get(node) or 1 + max((depth.get(one, 0) for one in below), default=0)
                if depth[node] > MAX_NESTING:
                    raise UploadRefused(*NESTED)
                path.pop()
                on_path.discard(node)
                continue
            path[-1] = (node, at + 1)
            follower = below[at]
            if follower in on_path or len(path) > MAX_NESTING:
                raise UploadRefused(*NESTED)
            if follower not in depth:
                path.append((follower, 0))
                on_path.add(follower)


def check_specification(part: pikepdf.Dictionary, held: pikepdf.Dictionary) -> None:
    """An attachment is taken when its name says that it is a voucher's data; its content is looked at too."""
    name = str(part.get("/UF", part.get("/F", ""))).lower()
    streams = [held[key] for key in held.keys()]  # noqa: SIM118
    if not name.endswith(VOUCHER) or not streams:
        raise UploadRefused(*EMBEDDED)
    for stream in streams:
        check_attachment(stream)


def check_attachment(stream: pikepdf.Object) -> None:
    if not isinstance(stream, pikepdf.Stream):
        raise UploadRefused(*EMBEDDED)
    try:
        content = bytes(stream.read_bytes())
    except pikepdf.PdfError as error:
        raise UploadRefused(*EMBEDDED) from error
    text = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    is_data = text[:1] in (b"<", b"{")
    if len(content) > MAX_ATTACHMENT or not is_data or _is_page(text) or b"<!DOCTYPE" in content:
        raise UploadRefused(*EMBEDDED)


def _is_page(text: bytes) -> bool:
    low = text[:1024].lower()
    return b"<html" in low or b"<script" in low or b"<svg" in low or b"<!doctype" in low
