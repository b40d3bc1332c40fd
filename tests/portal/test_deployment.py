"""The example environment names every variable and, once filled in, leaves the deployment check nothing to say."""

import base64
import os
import re
import secrets
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from portal import checks
from portal.settings.mail import IN_FILES, SMTP

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
OF_COMPOSE = {
    "POSTGRES_PASSWORD",
    "PORTAL_OWNER_PASSWORD",
    "PORTAL_APP_PASSWORD",
    "DJANGO_SETTINGS_MODULE",
    "VALKEY_PASSWORD",
    "S3_ROOT_ACCESS_KEY",
    "S3_ROOT_SECRET_KEY",
    "S3_RETENTION_DAYS",
    "WEB_BIND",
    "WEB_WORKERS",
    "WEB_THREADS",
}


def test_the_example_names_what_the_settings_read():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "portal/settings").glob("*.py"))
    read = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z0-9_]+)\"", source))
    assert set(EXAMPLE) - OF_COMPOSE == read


def keep(folder: Path, *, subject: str, issuer: str) -> Path:
    """A PKCS#12 file whose certificate says it was issued by `issuer`."""
    key = ec.generate_private_key(ec.SECP256R1())

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name(issuer), name(subject), key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    path = folder / "signing.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", key, certificate, None, BestAvailableEncryption(b"key")
        )
    )
    return path


@pytest.fixture
def filled_in(tmp_path):
    """The example with what an operator fills in."""
    key = keep(tmp_path, subject="工业和信息化部电子印章", issuer="某电子认证机构")
    (tmp_path / "log.key").touch()
    return {
        **EXAMPLE,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PRIVACY_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "LOG_KEY_FILE": str(tmp_path / "log.key"),
        "SIGNING_KEY_FILE": str(key),
        "SIGNING_KEY_PASSWORD": "key",
        "PORTAL_VAR": str(tmp_path),
    }


def deployment_check(environment: dict) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.stdout + done.stderr


def test_nothing_is_left_to_say(filled_in):
    assert "System check identified no issues" in deployment_check(filled_in)


def test_the_example_as_it_is_will_not_do():
    said = deployment_check(EXAMPLE)
    assert "portal.E003" in said and "portal.E009" in said


@pytest.fixture
def safe(settings, filled_in):
    """The settings of the filled-in example, in this process."""
    settings.PRIVACY_KEYS = filled_in["PRIVACY_KEYS"]
    settings.SECRET_KEY = filled_in["SECRET_KEY"]
    settings.SIGNING_KEY_FILE = filled_in["SIGNING_KEY_FILE"]
    settings.SIGNING_KEY_PASSWORD = filled_in["SIGNING_KEY_PASSWORD"]
    settings.ALLOWED_HOSTS = [filled_in["ALLOWED_HOSTS"]]
    settings.SITE_ORIGIN = filled_in["SITE_ORIGIN"]
    settings.CLAMAV_ADDRESS = filled_in["CLAMAV_ADDRESS"]
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "storages.backends.s3.S3Storage"}}
    settings.MAILER = {"BACKEND": SMTP}
    settings.DEMO = settings.TRAINING_CLOCK = False
    return settings


def found() -> list[str]:
    tests = (
        checks.no_demonstration_in_production,
        checks.single_sign_on_is_whole,
        checks.site_is_named,
        checks.files_are_kept_and_scanned,
        checks.certificates_are_signed,
        checks.contacts_are_sealed,
        checks.database_and_mail,
    )
    found = [message.id for test in tests for message in test(None)]
    return [one for one in found if one != "portal.W003"]  # the tests connect as the owner


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("TRAINING_CLOCK", True, "portal.E001"),
        ("DEMO", True, "portal.E002"),
        ("OIDC_ISSUER", "https://id.example.gov.cn", "portal.E022"),
        ("SECRET_KEY", "demonstration-only-not-for-production" * 3, "portal.E003"),
        ("SECRET_KEY", "change-me", "portal.E003"),
        ("ALLOWED_HOSTS", ["*"], "portal.E004"),
        ("SITE_ORIGIN", "http://platforms.example.gov.cn", "portal.E005"),
        ("CLAMAV_ADDRESS", "", "portal.E006"),
        ("STORAGES", {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}, "portal.E007"),
        ("SIGNING_KEY_FILE", "", "portal.E008"),
        ("PRIVACY_KEYS", "", "portal.E012"),
        ("SIGNING_KEY_PASSWORD", "another", "portal.E009"),
        ("MAILER", {"BACKEND": IN_FILES}, "portal.W004"),
    ],
)
def test_what_is_refused(safe, name, value, refusal):
    assert found() == []
    setattr(safe, name, value)
    assert found() == [refusal]


@pytest.mark.parametrize(
    ("subject", "issuer"), [("演示印章", "某电子认证机构"), ("工业和信息化部", "工业和信息化部")]
)
def test_a_trial_key_is_refused(safe, tmp_path, subject, issuer):
    keep(tmp_path, subject=subject, issuer=issuer)
    assert found() == ["portal.E010"]
