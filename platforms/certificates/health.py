"""The seal's certificate for whoever watches the portal: until when it is good."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils import timezone

from platforms.certificates import signing
from portal.operations.health import BROKEN, FINE, WATCH, Finding, checks, measure

NAME = "电子印章证书"
SOON = timedelta(days=60)
RENEW = "向电子印章机构申请换发，换上后重新启动网页和后台进程（运维手册“更换密钥”）。"


def good_until() -> datetime | None:
    """None where no key is configured, or it cannot be read."""
    try:
        path = signing.key_file()
        return _good_until(path, path.stat().st_mtime, settings.SIGNING_KEY_PASSWORD) if path else None
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def _good_until(path: Path, changed: float, password: str) -> datetime | None:
    """Read again when the file is another: to open it costs a derived key."""
    _, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode() or None)
    return certificate.not_valid_after_utc if certificate else None


@checks
def check_seal() -> Finding:
    until = good_until()
    if until is None:
        todo = "设置 SIGNING_KEY_FILE 和 SIGNING_KEY_PASSWORD；在此之前证书没有电子签名。"
        return Finding("seal", NAME, BROKEN, "没有配置，或者不能读取", None, todo)
    day = timezone.localtime(until)
    if until < timezone.now():
        return Finding("seal", NAME, BROKEN, f"已于 {day:%Y-%m-%d} 到期", until, RENEW)
    if until - timezone.now() < SOON:
        return Finding("seal", NAME, WATCH, f"将于 {day:%Y-%m-%d} 到期", until - SOON, RENEW)
    return Finding("seal", NAME, FINE, f"有效至 {day:%Y-%m-%d}")


@measure
def measure_seal() -> dict[str, tuple[str, dict[str, float]]]:
    until = good_until()
    left = (until - timezone.now()).total_seconds() if until else -1
    return {"certificate_expires_seconds": ("Until a certificate runs out", {"seal": left})}
