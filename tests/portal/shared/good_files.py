"""More of what units really send: signed contracts, scans, workbooks saved by WPS, invoices, photographs."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache

import openpyxl
import xlsxwriter
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from docx import Document
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec

from portal.shared.pdf import render_pdf
from tests.portal.shared import samples as make


@cache
def _signer() -> signers.SimpleSigner:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "绍兴越州中小企业服务中心有限公司")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    packed = serialization.pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, serialization.NoEncryption()
    )
    return signers.SimpleSigner.load_pkcs12_data(packed, other_certs=[])


def signed_pdf(times: int = 1, base: bytes | None = None) -> bytes:
    content = base or render_pdf("<h1>技术服务协议</h1>", style="form")
    for number in range(times):
        writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
        field = SigFieldSpec(f"Seal{number}", box=(100, 100, 260, 260))
        out = io.BytesIO()
        signers.PdfSigner(
            signers.PdfSignatureMetadata(field_name=f"Seal{number}"), signer=_signer(), new_field_spec=field
        ).sign_pdf(writer, output=out)
        content = out.getvalue()
    return content


def scanned_pdf(pages: int = 3, mode: str = "L") -> bytes:
    """Pages that are pictures, as a scanner makes them."""
    sheets = [Image.effect_noise((620, 877), 40).convert(mode) for _ in range(pages)]
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=75)
    return out.getvalue()


def wps_xlsx() -> bytes:
    """What WPS writes besides: its own part, relative targets from the root, styles without a name."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["名称", "数量"])
    book.save(out)
    return make.with_entry(
        out.getvalue(),
        "docProps/custom.xml",
        b'<Properties><property name="KSOProductBuildVer"><lpwstr>2052-12.1.0.16250</lpwstr></property></Properties>',
    )


def wps_docx() -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_heading("租赁合同")
    picture = io.BytesIO(make.picture())
    document.add_picture(picture)
    document.save(out)
    return make.with_entry(out.getvalue(), "docProps/custom.xml", b"<Properties/>")


def charted_xlsx() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("统计")
    sheet.write_column("A1", [1, 2, 3])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=统计!$A$1:$A$3"})
    sheet.insert_chart("C2", chart)
    sheet.insert_image("C20", "a.png", {"image_data": io.BytesIO(make.picture())})
    sheet.write_comment("A1", "核对")
    book.close()
    return out.getvalue()


def turned_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return make.picture("JPEG", exif=exif)


MORE_GOOD = {
    "contract signed once": ("协议.pdf", signed_pdf, 1),
    "contract signed by both": ("协议.pdf", lambda: signed_pdf(2), 1),
    "scan signed": ("扫描.pdf", lambda: signed_pdf(1, scanned_pdf()), 3),
    "grey scan": ("扫描件.pdf", scanned_pdf, 3),
    "colour scan": ("彩色扫描.pdf", lambda: scanned_pdf(2, "RGB"), 2),
    "fax scan": ("传真.pdf", lambda: scanned_pdf(1, "1"), 1),
    "cmyk scan": ("印刷稿.pdf", lambda: scanned_pdf(1, "CMYK"), 1),
    "invoice as pdf": (
        "电子发票_25312000000012345678.pdf",
        lambda: render_pdf("<h1>电子发票</h1>", style="form"),
        1,
    ),
    "invoice as ofd": ("电子发票_25312000000012345678.ofd", make.ofd, None),
    "wps workbook": ("服务台账.xlsx", wps_xlsx, None),
    "workbook with chart and picture": ("统计.xlsx", charted_xlsx, None),
    "wps text": ("租赁合同.docx", wps_docx, None),
    "photograph turned": ("场地.jpg", turned_jpeg, None),
    "photograph in capitals": ("IMG_2026.JPG", lambda: make.picture("JPEG", quality=60), None),
    "palette png": ("标志.png", lambda: make.picture(mode="P"), None),
    "transparent png": ("公章.png", lambda: make.picture(mode="RGBA"), None),
    "long name": ("省级中小企业公共服务示范平台认定文件" * 5 + ".pdf", make.pdf, 1),
}
