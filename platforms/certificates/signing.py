"""The portal's electronic signature on its PDF documents, and what a received file's signature proves."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction

from portal.kernel import audit
from portal.kernel.permissions import HOST

TEST_NAME = "示范平台门户演示测试签名（不具有效力）"
FIELD = "Certificate"
SEAL = audit.Thing("seal", "门户电子印章")


def key_file() -> Path | None:
    """The configured key, or, in the demonstration only, a test key made on first use and named as such."""
    if settings.SIGNING_KEY_FILE:
        return Path(settings.SIGNING_KEY_FILE)
    if not settings.DEMO:
        return None
    path = Path(settings.VAR_DIR) / "signing" / "test-key.p12"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make_test_key(path)
    return path


def make_test_key(path: Path, *, name: str = TEST_NAME, password: bytes = b"") -> None:
    """A self-signed key whose name says that it proves nothing outside a demonstration."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    content = pkcs12.serialize_key_and_certificates(b"signing", key, certificate, None, lock)
    partial = path.with_suffix(".part")
    partial.write_bytes(content)
    partial.chmod(0o600)
    partial.replace(path)


def signer():
    """The signer of the settings, or None where no key is configured."""
    path = key_file()
    return _load(str(path), settings.SIGNING_KEY_PASSWORD) if path else None


@cache
def _load(path: str, password: str):
    from pyhanko.sign import signers

    return signers.SimpleSigner.load_pkcs12(path, passphrase=password.encode() or None)


def sign(pdf: bytes) -> bytes:
    """PAdES signature with the configured key; the file as it was where there is none."""
    own = signer()
    if own is None:
        return pdf
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    out = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(_rewritten(pdf))),
        signers.PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256"),
        signer=own,
        output=out,
    )
    return out.getvalue()


def _rewritten(pdf: bytes) -> bytes:
    """WeasyPrint puts a comment between the index's place and the end, which pyHanko does not read over."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, deterministic_id=True)
    return out.getvalue()


@dataclass(frozen=True)
class SignatureFinding:
    """`ours`: made with our key; `intact`: what was signed is unaltered; `whole`: nothing was added later."""

    ours: bool = False
    intact: bool = False
    whole: bool = False
    signed_at: datetime | None = None


def examine(pdf: bytes) -> SignatureFinding | None:
    """The first embedded signature, or None for a file without one or one that cannot be read."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        if not signatures:
            return None
        found = signatures[0]
        known = known_certificates()
        ours = found.signer_cert is not None and found.signer_cert.dump() in {one.dump() for one in known}
        status = validate_pdf_signature(found, _context(known))
    except Exception:  # a crafted file may fail anywhere in the parser: it proves nothing
        return None
    return SignatureFinding(
        ours=ours,
        intact=bool(status.intact and status.valid),
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signed_at=found.self_reported_timestamp,
    )


def _context(known):
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=known, allow_fetching=False)


def known_certificates() -> list:
    """Of the key that signs and of all that signed before it: what they signed stays genuine."""
    own = signer()
    path = former_file()
    former = list(pem_certificates(path)) if path.exists() else []
    return [*([own.signing_cert] if own is not None else []), *former]


def pem_certificates(path: Path):
    from pyhanko.keys import load_certs_from_pemder

    return load_certs_from_pemder([str(path)])


def former_file() -> Path:
    """Public, beside the public log: outsiders need it to check what an earlier key signed."""
    return Path(settings.LOG_DIR) / "seals.pem"


def change_key(new: Path, password: str) -> x509.Certificate:
    """The new key in the old one's place, whose certificate is kept. Raises ValueError for what is no key to sign with."""
    content = new.read_bytes()
    store = pkcs12.load_pkcs12(content, password.encode() or None)
    if store.key is None or store.cert is None:
        raise ValueError("文件中没有私钥或者证书")
    made = store.cert.certificate
    if made.not_valid_after_utc <= datetime.now(UTC):
        raise ValueError(f"证书已于 {made.not_valid_after_utc:%Y-%m-%d} 到期")
    own, target = signer(), Path(settings.SIGNING_KEY_FILE)
    before = x509.load_der_x509_certificate(own.signing_cert.dump()) if own is not None else None
    if before is not None:
        _keep_former(before)
    partial = target.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_bytes(content)
    with transaction.atomic():  # no event, no change: the file is put in place only once the event stands
        audit.record(action="change", obj=SEAL, by=HOST, facts={"from": told(before), "to": told(made)})
        partial.replace(target)
    _load.cache_clear()
    return made


def told(certificate: x509.Certificate | None) -> dict[str, str]:
    """What the trail keeps of a certificate: enough to know it again."""
    if certificate is None:
        return {}
    return {
        "subject": certificate.subject.rfc4514_string(),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
        "valid_until": f"{certificate.not_valid_after_utc:%Y-%m-%d}",
    }


def _keep_former(certificate: x509.Certificate) -> None:
    path, line = former_file(), certificate.public_bytes(Encoding.PEM)
    path.parent.mkdir(parents=True, exist_ok=True)
    known = path.read_bytes() if path.exists() else b""
    if line not in known:
        partial = path.with_suffix(".part")
        partial.write_bytes(known + line)
        partial.replace(path)
