"""What may come in by its name and size: refused before a byte of it is read, each in its own sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from portal.shared.refusal import UploadRefused

__all__ = ["TYPES", "UploadRefused", "clean_filename", "too_large"]

MEGABYTE = 1024 * 1024
# How large one file may be: a scan of one sheet, a paper of some pages, a document; a material's limit is its edition's.
SHEET_BYTES, PAPER_BYTES, DOCUMENT_BYTES = 10 * MEGABYTE, 20 * MEGABYTE, 50 * MEGABYTE
MAX_NAME = 120
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)\s*(\.|$)", re.IGNORECASE)
# Files of other programs: how the same content is saved in a form that anybody can open.
OTHERS = {
    "wps": "WPS 文字（.wps）他人可能无法打开，请在 WPS 中选择“文件—输出为 PDF”后上传。",
    "et": "WPS 表格（.et）不能读取，请在 WPS 中选择“文件—另存为—Microsoft Excel 文件（.xlsx）”后上传。",
    "dps": "WPS 演示（.dps）他人可能无法打开，请在 WPS 中选择“文件—输出为 PDF”后上传。",
    "doc": "旧版 Word 文件（.doc）请用 Word 或者 WPS 另存为 PDF 后上传。",
    "xls": "旧版 Excel 文件（.xls）请用 Excel 或者 WPS 另存为 .xlsx 后上传。",
    "ofd": "此处不收 OFD，请用 OFD 阅读器（如 WPS、数科）打开后选择“导出为 PDF”或者“打印为 PDF”再上传。",
    "ppt": "演示文稿（.ppt）请另存为 PDF 后上传。",
    "pptx": "演示文稿（.pptx）请另存为 PDF 后上传。",
    "rtf": "RTF 文件请用 Word 或者 WPS 打开，另存为 PDF 后上传。",
    "odt": "OpenDocument 文字（.odt）请另存为 PDF 后上传。",
    "ods": "OpenDocument 表格（.ods）请另存为 Excel 文件（.xlsx）或者 PDF 后上传。",
    "csv": "CSV 文件请用 Excel 或者 WPS 打开，另存为 .xlsx 后上传。",
    "txt": "纯文本文件（.txt）请粘贴到 Word 或者 WPS 中，另存为 PDF 后上传。",
    "html": "网页文件请在浏览器中选择“打印—另存为 PDF”后上传。",
    "htm": "网页文件请在浏览器中选择“打印—另存为 PDF”后上传。",
    "mht": "网页文件请在浏览器中选择“打印—另存为 PDF”后上传。",
    "tif": "扫描件（.tif）请在扫描程序中改存为 PDF 或者 JPG 后上传。",
    "tiff": "扫描件（.tiff）请在扫描程序中改存为 PDF 或者 JPG 后上传。",
    "webp": "网页图片（.webp）请用图片程序另存为 JPG 或者 PNG 后上传。",
    "gif": "GIF 图片请用图片程序另存为 PNG 后上传。",
    "bmp": "BMP 图片请用图片程序另存为 PNG 或者 JPG 后上传。",
    "heif": "手机照片（.heif）请在手机上改存为 JPG 后上传。",
    "dwg": "CAD 图纸（.dwg）请打印为 PDF 后上传。",
    "heic": "手机照片（.heic）请在手机上改存为 JPG 后上传。",
    "rar": "不收压缩包，请解压为 PDF 等文件后上传。",
    "zip": "不收压缩包，请解压为 PDF 等文件后上传。",
    "7z": "不收压缩包，请解压为 PDF 等文件后上传。",
}
# Only in file names do these deceive: elsewhere they are ordinary letters of other scripts.
STACKED = re.compile(
    r"(?:[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){5}"
)
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def clean_filename(name: str, allowed: Collection[str]) -> tuple[str, str]:
    """The name in NFC and its extension; refuses what deceives a reader or a file system."""
    name = unicodedata.normalize("NFC", name or "").strip(" ")
    if not name:
        raise UploadRefused("no_name", "文件没有名称，请重新命名后上传。")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or c in BLANKS for c in name):
        raise UploadRefused("hidden_characters", "文件名含有看不见的控制字符，请重新命名后上传。")
    if STACKED.search(name):
        raise UploadRefused("stacked_marks", "文件名中叠放了异常多的附加符号，请重新命名后上传。")
    if "/" in name or "\\" in name or ".." in name:
        raise UploadRefused("path", "文件名不能含有斜杠或者连续的点，请重新命名后上传。")
    if re.search(r'[<>:"|?*]', name):
        raise UploadRefused("forbidden_characters", '文件名不能含有 < > : " | ? *，请重新命名后上传。')
    if len(name) > MAX_NAME:
        raise UploadRefused("long_name", f"文件名超过 {MAX_NAME} 个字，请缩短后上传。")
    if name[0] in ".-":
        raise UploadRefused("leading_mark", "文件名不能以点或者横线开头，请重新命名后上传。")
    if RESERVED.match(name):
        raise UploadRefused("reserved_name", "此文件名为操作系统保留，请重新命名后上传。")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    extension = "jpg" if extension == "jpeg" else extension
    if extension in OTHERS and extension not in allowed:
        raise UploadRefused("other_program", OTHERS[extension])
    if extension not in allowed:
        words = "、".join(kind.upper() for kind in sorted(allowed))
        raise UploadRefused("extension", f"文件格式应为 {words}，请转换后上传。")
    return name, extension


def too_large(max_bytes: int) -> UploadRefused:
    limit = f"{max_bytes // MEGABYTE} MB" if max_bytes >= MEGABYTE else f"{max_bytes // 1024} KB"
    return UploadRefused("too_large", f"文件不能超过 {limit}，请压缩或者拆分后重新上传。")
