"""Deployment checks: what must never be true of a production installation."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

EXAMPLES = ("demonstration", "tests-only", "change-me", "django-insecure")
ONLY_HERE = ("127.0.0.1", "localhost", "testserver", "*")
TRIAL_WORDS = ("test", "demo", "example", "测试", "演示", "试用")


@register(Tags.security, deploy=True)
def no_demonstration_in_production(app_configs, **kwargs):
    if settings.TRAINING_CLOCK:
        yield Error("The training clock is on.", hint="Unset TRAINING_CLOCK.", id="portal.E001")
    if settings.DEMO:
        yield Error("Demonstration mode is on.", hint="Unset DEMO.", id="portal.E002")


@register(Tags.security, deploy=True)
def staff_prove_twice(app_configs, **kwargs):
    if not settings.SECOND_FACTOR_DEMANDED:
        yield Error(
            "Staff sign in without a second factor.", hint="Use portal.settings.production.", id="portal.E021"
        )


@register(Tags.security, deploy=True)
def single_sign_on_is_whole(app_configs, **kwargs):
    names = ("AUTHORIZATION", "TOKEN", "USER", "JWKS")
    endpoints = [getattr(settings, f"OIDC_OP_{name}_ENDPOINT") for name in names]
    known = settings.OIDC_RP_CLIENT_ID and settings.OIDC_RP_CLIENT_SECRET
    if settings.OIDC_ISSUER and not (known and all(one.startswith("https://") for one in endpoints)):
        yield Error(
            "Single sign-on is on and lacks an HTTPS endpoint, its client or its secret.",
            hint="Set every OIDC_ variable of .env.example, or none.",
            id="portal.E022",
        )


@register(Tags.security, deploy=True)
def site_is_named(app_configs, **kwargs):
    if any(word in settings.SECRET_KEY for word in EXAMPLES) or len(settings.SECRET_KEY) < 50:
        yield Error(
            "SECRET_KEY is absent, short or an example.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(64))'",
            id="portal.E003",
        )
    if not settings.ALLOWED_HOSTS or set(settings.ALLOWED_HOSTS) & set(ONLY_HERE):
        yield Error("ALLOWED_HOSTS is not the site's own name.", hint="Set ALLOWED_HOSTS.", id="portal.E004")
    if not settings.SITE_ORIGIN.startswith("https://"):
        yield Error(
            "Links in letters and certificates are not HTTPS.", hint="Set SITE_ORIGIN.", id="portal.E005"
        )


@register(Tags.security, deploy=True)
def files_are_kept_and_scanned(app_configs, **kwargs):
    if not settings.CLAMAV_ADDRESS:
        yield Error("Uploads are not scanned.", hint="Set CLAMAV_ADDRESS.", id="portal.E006")
    if "FileSystemStorage" in settings.STORAGES["default"]["BACKEND"]:
        yield Error(
            "Filed documents are kept on one machine's disk.", hint="Set S3_ENDPOINT.", id="portal.E007"
        )


@register(Tags.security, deploy=True)
def certificates_are_signed(app_configs, **kwargs):
    if not settings.SIGNING_KEY_FILE:
        yield Error("Certificates are not signed.", hint="Set SIGNING_KEY_FILE.", id="portal.E008")
        return
    try:
        password = settings.SIGNING_KEY_PASSWORD.encode() or None
        store = pkcs12.load_pkcs12(Path(settings.SIGNING_KEY_FILE).read_bytes(), password)
    except (OSError, ValueError) as error:
        yield Error(
            f"The signing key cannot be read: {error}", hint="See docs/operations.md.", id="portal.E009"
        )
        return
    if store.cert is None or _is_trial(store.cert.certificate):
        yield Error(
            "The signing key is a trial key: self-signed, or named a test.",
            hint="Use the key issued for the ministry's seal.",
            id="portal.E010",
        )


def _is_trial(certificate: x509.Certificate) -> bool:
    names = [
        str(one.value).lower() for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]
    return certificate.issuer == certificate.subject or any(w in n for w in TRIAL_WORDS for n in names)


@register(Tags.security, deploy=True)
def log_is_signed(app_configs, **kwargs):
    if not Path(settings.LOG_KEY_FILE).exists():
        yield Error(
            "The public log has no key.",
            hint="bin/manage log_key add; see docs/operations.md.",
            id="portal.E011",
        )


@register(Tags.security, deploy=True)
def contacts_are_sealed(app_configs, **kwargs):
    if not settings.PRIVACY_KEYS:
        yield Error(
            "Contacts of people have no encryption key of their own.",
            hint="Set PRIVACY_KEYS (bin/manage privacy_keys new) and keep a copy in a safe.",
            id="portal.E012",
        )


@register(Tags.security, deploy=True)
def database_and_mail(app_configs, **kwargs):
    if settings.DATABASES["default"].get("USER") in ("postgres", "portal_owner"):
        yield Warning(
            "The application connects as the owner of its tables.", hint="Use portal_app.", id="portal.W003"
        )
    if not settings.MAILER["BACKEND"].endswith("smtp.EmailBackend"):
        yield Warning("Letters leave this machine nowhere.", hint="Set EMAIL_URL.", id="portal.W004")
