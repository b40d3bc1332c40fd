"""Single sign-on (统一身份认证) by OpenID Connect: it says who somebody is, and makes no account and no role.

Off unless OIDC_ISSUER is set. A person is found by the address that the provider has verified, and only when exactly
one open account has it. Whoever owes a second factor here still shows it here.
"""

from __future__ import annotations

import requests
import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from jwt.exceptions import PyJWTError
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from portal.accounts import attempts, factors, signing_in
from portal.kernel.permissions import Role
from portal.models import User

GOES_ON_WITH = "portal.accounts.backends.PortalBackend"  # of a session that the provider began
structured = structlog.get_logger()


def is_on() -> bool:
    return bool(settings.OIDC_ISSUER)


class SingleSignOnBackend(OIDCAuthenticationBackend):
    """The library's, which looks at neither issuer nor audience, made to look at both."""

    def authenticate(self, request, *, nonce, code_verifier=None):
        """Only what comes back from the provider: a name and a password are no business of this backend."""
        return super().authenticate(request, nonce=nonce, code_verifier=code_verifier)

    def verify_token(self, token, **kwargs):
        payload = super().verify_token(token, **kwargs)
        audience = payload.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        if payload.get("iss") != settings.OIDC_ISSUER or self.OIDC_RP_CLIENT_ID not in meant:
            raise SuspiciousOperation("A token of another issuer, or for another client.")
        return payload

    def get_userinfo(self, access_token, id_token, payload):
        claims = super().get_userinfo(access_token, id_token, payload)
        if not payload.get("sub") or claims.get("sub") != payload["sub"]:
            raise SuspiciousOperation("The claims are another person's.")
        return claims

    def verify_claims(self, claims) -> bool:
        return bool(claims.get("email")) and claims.get("email_verified") is True

    def filter_users_by_claims(self, claims):
        """An official's address was entered by two administrators; an applicant's counts once a letter to it was opened:
        whoever registers with somebody else's address neither receives their sign-in nor stands in their way."""
        rows = User.objects.filter(email__iexact=claims["email"], is_active=True)
        officials = rows.exclude(role=Role.APPLICANT)
        return officials if officials.exists() else rows.exclude(email_verified_at=None)


@method_decorator(login_not_required, name="dispatch")
class Begin(OIDCAuthenticationRequestView):
    """Leads to the provider, with state, nonce and a proof key in the session."""

    def __init__(self, **kwargs):
        if is_on():
            super().__init__(**kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        if not is_on():
            raise Http404
        return super().get(request)


@method_decorator(login_not_required, name="dispatch")
class Callback(OIDCAuthenticationCallbackView):
    """Back from the provider; whatever went wrong there leads to the sign-in page with one sentence."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not is_on():
            raise Http404
        if request.GET.get("state", "") not in request.session.get("oidc_states", {}):
            return self.login_failure()  # not begun here: nobody is signed out and nothing is counted
        tried = {"address": attempts.of_request(request), "account": ""}
        if attempts.is_over("sign_in", **tried):
            return self.login_failure()
        try:
            answer = super().get(request)
        except (SuspiciousOperation, PyJWTError, requests.RequestException, ValueError, LookupError) as error:
            structured.warning("single_sign_on_failed", reason=type(error).__name__)
            self.user, answer = None, self.login_failure()
        if getattr(self, "user", None) is None:
            attempts.note("sign_in", **tried)
        return answer

    def login_success(self) -> HttpResponse:
        self.user.backend = GOES_ON_WITH
        if not factors.is_needed(self.user):
            return super().login_success()
        signing_in.begin(self.request, self.user, self.request.session.get("oidc_login_next") or "")
        return redirect("second_step")

    def login_failure(self) -> HttpResponse:
        messages.error(
            self.request,
            f"{settings.OIDC_NAME}没有对应到本门户的账号：须有且只有一个启用中的账号使用其已核验的邮箱。请用用户名登录；申报单位账号先用“忘记密码”邮件中的链接核验一次邮箱，工作人员请系统管理员核对邮箱。",
        )
        return redirect("login")
