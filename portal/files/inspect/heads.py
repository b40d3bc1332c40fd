"""What the first bytes of a file say: the one check that is made while the sender waits."""

from __future__ import annotations

from portal.shared.refusal import UploadRefused

HEAD = 1024
BLANK = b"\r\n \t\x00\x0c"
BEFORE, BEHIND = BLANK + b"\xef\xbb\xbf", BLANK + b"\x1a"  # a mark of UTF-8, an end of file of old programs
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = {"jpg": ("JPEG", b"\xff\xd8\xff"), "png": ("PNG", b"\x89PNG\r\n\x1a\n")}


def check_head(head: bytes, extension: str) -> None:
    """Raises UploadRefused for a file that is plainly of another kind than its name says."""
    if extension == "pdf":
        if not head.lstrip(BEFORE).startswith(b"%PDF-"):
            raise UploadRefused("not_pdf", "文件内容不是 PDF，请用原程序另存为 PDF 后上传，不要只改扩展名。")
    elif extension in PICTURES:
        kind, magic = PICTURES[extension]
        if not head.startswith(magic):
            raise UploadRefused(
                "not_image", f"文件内容不是 {kind} 图片，请用图片程序另存后上传，不要只改扩展名。"
            )
    else:
        _check_package(head, extension.upper())


def _check_package(head: bytes, kind: str) -> None:
    if head.startswith(OLE):
        raise UploadRefused(
            "ole", f"文件设有口令或者是旧版格式（.xls、.doc），请去除口令并另存为 {kind} 后上传。"
        )
    if not head.startswith(b"PK\x03\x04"):
        raise UploadRefused(
            "not_package", f"文件内容不是 {kind}，请用原程序另存为 {kind} 后上传，不要只改扩展名。"
        )
