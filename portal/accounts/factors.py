"""Second factors: an authenticator's code, a passkey, or a recovery code, kept by django-otp in the database.

Limits on guessing are the devices' own (each failure doubles the wait), so they hold over all addresses.
"""

from __future__ import annotations

import secrets
import time
from base64 import b32encode
from binascii import unhexlify
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from portal.kernel import audit
from portal.kernel.permissions import STAFF
from portal.kernel.workflow import TransitionBlocked
from portal.models import User

ISSUER = "示范平台门户"
RECOVERY_CODES = 10
MOST_PASSKEYS = 5
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read for another
WRONG = "动态口令不正确，请核对手机时间后重新输入当前的 6 位数字。"
WRONG_RECOVERY = "恢复码不正确或者已经用过，每个只能用一次，请换一个；用动态口令的，请输入当前的 6 位数字。"
TOO_OFTEN = "连续多次不正确，请稍等片刻再试；连续输错的次数越多，等待越长。"


def is_demanded(user: User) -> bool:
    """Whether the account may not be used without a second factor."""
    return settings.SECOND_FACTOR_DEMANDED and user.role in STAFF


def authenticator_of(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def passkeys_of(user: User):
    return WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("created_at")


def has_any(user: User) -> bool:
    return authenticator_of(user) is not None or passkeys_of(user).exists()


def is_needed(user: User) -> bool:
    """Whoever has enrolled is asked, whatever the role."""
    return is_demanded(user) or has_any(user)


def authenticator_with(user: User, key: str) -> TOTPDevice:
    """One that is being set up: kept nowhere but in the session until its first right code."""
    return TOTPDevice(user=user, name="动态口令", key=key)


def secret_of(device: TOTPDevice) -> str:
    return b32encode(unhexlify(device.key)).decode()


def address_of(device: TOTPDevice) -> str:
    """What the QR code says (otpauth, the key-uri format of authenticator apps)."""
    label = quote(f"{ISSUER}:{device.user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret_of(device), 'issuer': ISSUER})}"


@transaction.atomic
def confirm_authenticator(user: User, key: str, code: str) -> None:
    """The first right code puts the new authenticator in the place of an older one."""
    device = authenticator_with(user, key)
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits)
    clock.time = time.time()
    code = code.strip().replace(" ", "")
    if not code.isdecimal() or not clock.verify(int(code), device.tolerance):
        raise TransitionBlocked([WRONG])
    TOTPDevice.objects.filter(user=user).delete()
    device.last_t = clock.t()  # the code that enrolled signs nothing
    device.save()
    audit.record(action="add_factor", obj=user, by=user, facts={"kind": "authenticator"})


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Ten codes, shown once; each works once. Only digests are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="恢复码")
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(code)) for code in codes)
    audit.record(action="renew_recovery_codes", obj=user, by=user)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def check_code(user: User, typed: str) -> None:
    """A code of the authenticator, or a recovery code. Refuses (TransitionBlocked) in one sentence.

    The failed attempt must be counted, so nothing here is undone by the refusal.
    """
    code = typed.strip().replace(" ", "").replace("-", "").lower()
    is_recovery = not (code.isdigit() and len(code) == 6)
    with transaction.atomic():
        if not is_recovery:
            devices = [(TOTPDevice, code)]
        else:
            devices = [(StaticDevice, _known_digest(user, code))]
        allowed, right = _try(user, devices)
    if not allowed:
        raise TransitionBlocked([TOO_OFTEN])
    if not right:
        raise TransitionBlocked([WRONG_RECOVERY if is_recovery else WRONG])


def _try(user: User, devices: list[tuple[type[Device], str]]) -> tuple[bool, bool]:
    allowed = True
    for kind, token in devices:
        for device in kind.objects.select_for_update().filter(user=user, confirmed=True):
            may, _ = device.verify_is_allowed()
            allowed = allowed and may
            if may and device.verify_token(token):
                if kind is StaticDevice:
                    audit.record(action="use_recovery_code", obj=user, by=user)
                return True, True
    return allowed, False


def note_passkey(user: User, passkey: WebAuthnCredential, name: str) -> None:
    passkey.name = name.strip()[:64] or "通行密钥"
    passkey.save(update_fields=["name"])
    audit.record(action="add_factor", obj=user, by=user, facts={"kind": "passkey", "name": passkey.name})


@transaction.atomic
def remove_passkey(user: User, key: int) -> None:
    """One's own; the last factor of an account that needs one stays."""
    passkey = passkeys_of(user).filter(pk=key).first()
    if passkey is None:
        raise TransitionBlocked(["没有找到此通行密钥，请刷新页面。"])
    if is_demanded(user) and authenticator_of(user) is None and passkeys_of(user).count() == 1:
        raise TransitionBlocked(["这是最后一种验证方式，请先添加另一种再移除。"])
    passkey.delete()
    audit.record(action="remove_factor", obj=user, by=user, facts={"kind": "passkey", "name": passkey.name})


@transaction.atomic
def clear_factors(user: User, *, by) -> None:
    """With a reset: the next sign-in enrols anew."""
    had = has_any(user)
    for kind in (TOTPDevice, StaticDevice, WebAuthnCredential):
        kind.objects.filter(user=user).delete()
    if had:
        audit.record(action="clear_factors", obj=user, by=by)


def _known_digest(user: User, code: str) -> str:
    """Codes of the key before this one are good as long as that key stands beside it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [_digest(code, key) for key in keys]
    known = StaticToken.objects.filter(device__user=user, token__in=digests).values_list("token", flat=True)
    return known.first() or digests[0]


def _digest(code: str, key: str | None = None) -> str:
    return salted_hmac("portal.accounts.recovery", code, secret=key, algorithm="sha256").hexdigest()[:16]
