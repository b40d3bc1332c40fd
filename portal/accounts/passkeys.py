"""Passkeys: the two ceremonies of WebAuthn, for a person who is signed in or half signed in."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from webauthn.helpers.exceptions import WebAuthnException

from portal.accounts import factors, signing_in
from portal.models import User

STATE = "passkey_state"
CODES_THEN = "recovery_codes_then"  # where to go once the codes were shown
FAILED = "通行密钥没有通过，请重试或者改用动态口令。"


def site(request=None) -> str:
    """The name that keys are bound to: the site's own host. A demonstration at 127.0.0.1 uses them at localhost."""
    host = urlsplit(settings.SITE_ORIGIN).hostname or "localhost"
    return "localhost" if host == "127.0.0.1" else host


class Helper(WebAuthnHelper):
    def get_credential_display_name(self, user: User) -> str:
        return f"{user.name}（{user.username}）"


def person(request) -> User | None:
    return request.user if request.user.is_authenticated else signing_in.person_of(request)


def refuse(sentence: str, status: int = 409) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)


def may_add(request, user: User) -> str:
    """Why not, in words: a half signed-in person adds the first only, others prove themselves before."""
    if not request.user.is_authenticated and factors.has_any(user):
        return "请先用已有的验证方式登录。"
    if request.user.is_authenticated and factors.has_any(user) and signing_in.must_prove(request):
        return "请先在本页确认身份，再添加通行密钥。"
    if factors.passkeys_of(user).count() >= factors.MOST_PASSKEYS:
        return f"最多保存 {factors.MOST_PASSKEYS} 个通行密钥，请先移除不用的。"
    return ""


@login_not_required
@require_POST
def begin_adding(request):
    user = person(request)
    if user is None:
        return refuse("登录已过期，请重新登录。", 403)
    reason = may_add(request, user)
    if reason:
        return refuse(reason)
    options, request.session[STATE] = Helper(request).register_begin(user)
    return JsonResponse(options)


@login_not_required
@require_POST
def complete_adding(request):
    user, state = person(request), request.session.pop(STATE, None)
    if user is None or state is None:
        return refuse("登录已过期，请重新登录。", 403)
    reason = may_add(request, user)
    if reason:
        return refuse(reason)
    try:
        passkey = Helper(request).register_complete(user, state, read(request))
    except (WebAuthnException, OTPWebAuthnApiError, ValueError, KeyError):
        return refuse(FAILED)
    factors.note_passkey(user, passkey, request.GET.get("name", ""))
    target = signing_in.complete(request, user)
    if factors.recovery_codes_left(user):
        return JsonResponse({"next": target or reverse("own_account")})
    request.session[CODES_THEN] = target or reverse("own_account")
    return JsonResponse({"next": reverse("recovery_codes")})


@login_not_required
@require_POST
def begin_proving(request):
    user = person(request)
    if user is None or not factors.passkeys_of(user).exists():
        return refuse("没有可用的通行密钥。", 403)
    options, request.session[STATE] = Helper(request).authenticate_begin(
        user, require_user_verification=False
    )
    return JsonResponse(options)


@login_not_required
@require_POST
def complete_proving(request):
    user, state = person(request), request.session.pop(STATE, None)
    if user is None or state is None:
        return refuse("登录已过期，请重新登录。", 403)
    try:
        passkey = Helper(request).authenticate_complete(user, state, read(request))
    except (WebAuthnException, OTPWebAuthnApiError, ValueError, KeyError):
        return refuse(FAILED)
    if not passkey.confirmed:
        return refuse(FAILED)
    return JsonResponse({"next": signing_in.complete(request, user) or reverse("desk")})


def read(request) -> dict:
    data = json.loads(request.body)
    if not isinstance(data, dict):
        raise ValueError("not an object")
    return data
