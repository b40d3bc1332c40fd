"""One's own account: the second step of signing in, enrolment, proof before an act of weight, and what is enrolled."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import default_key

from portal.accounts import factors, passkeys, sessions, signing_in, tokens
from portal.kernel.request import own_address
from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from portal.pages.forms import PortalForm
from portal.shared.qr import qr_data_uri

SETTING_UP = "authenticator_being_set_up"  # while it is being set up


class CodeForm(PortalForm):
    code = forms.CharField(
        label="动态口令或者恢复码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )

    def prove(self, user: User) -> bool:
        """Whether the typed code is right; the sentence stands at the field otherwise."""
        if not self.is_valid():
            return False
        try:
            factors.check_code(user, self.cleaned_data["code"])
        except TransitionBlocked as refusal:
            self.add_error("code", refusal.reasons)
            return False
        return True


class FirstCodeForm(CodeForm):
    code = forms.CharField(
        label="6 位动态口令",
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def confirm(self, user: User, key: str) -> bool:
        if not self.is_valid():
            return False
        try:
            factors.confirm_authenticator(user, key, self.cleaned_data["code"])
        except TransitionBlocked as refusal:
            self.add_error("code", refusal.reasons)
            return False
        return True


@login_not_required
def second_step(request):
    """The page after the password; whoever has nothing enrolled yet does it now."""
    user = signing_in.person_of(request)
    if user is None:
        return redirect("login")
    if not factors.has_any(user):
        return redirect("enrol")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.prove(user):
        return redirect(signing_in.complete(request, user) or "desk")
    return _ask(request, user, form, "portal/accounts/second_step.html")


def prove(request):
    """The second factor once more, before an act of weight."""
    target = own_address(request.POST.get("next") or request.GET.get("next", ""), reverse("desk"))
    if not signing_in.must_prove(request):
        return redirect(target)
    if not factors.has_any(request.user):
        return redirect("enrol")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.prove(request.user):
        signing_in.note_proof(request)
        return redirect(target)
    return _ask(request, request.user, form, "portal/accounts/prove.html", next=target)


@login_not_required
def enrol(request):
    """An authenticator by its QR code, or a passkey. A second authenticator takes the place of the first."""
    user = passkeys.person(request)
    if user is None:
        return redirect("login")
    if factors.has_any(user):
        if not request.user.is_authenticated:
            return redirect("second_step")
        if signing_in.must_prove(request):
            return redirect(f"{reverse('prove')}?next={reverse('enrol')}")
    if SETTING_UP not in request.session:
        request.session[SETTING_UP] = default_key()
    key = request.session[SETTING_UP]
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.confirm(user, key):
        del request.session[SETTING_UP]
        target = signing_in.complete(request, user)
        request.session[passkeys.CODES_THEN] = target or reverse("own_account")
        return redirect("recovery_codes")
    device = factors.authenticator_with(user, key)
    return _ask(
        request,
        user,
        form,
        "portal/accounts/enrol.html",
        qr=qr_data_uri(factors.address_of(device)),
        secret=factors.secret_of(device),
    )


def recovery_codes(request):
    """New codes, shown by this answer alone: after enrolment, or when their owner asks for others."""
    if not factors.has_any(request.user):
        return redirect("enrol")
    if signing_in.must_prove(request):
        return redirect(f"{reverse('prove')}?next={reverse('recovery_codes')}")
    if request.method == "POST":
        codes = factors.renew_recovery_codes(request.user)
        target = request.session.pop(passkeys.CODES_THEN, reverse("own_account"))
        return render(request, "portal/accounts/recovery_codes.html", {"codes": codes, "next": target})
    left = factors.recovery_codes_left(request.user)
    return render(request, "portal/accounts/recovery_codes.html", {"left": left})


def own_account(request):
    context = {
        "authenticator": factors.authenticator_of(request.user),
        "passkeys": factors.passkeys_of(request.user),
        "codes_left": factors.recovery_codes_left(request.user),
        "has_any": factors.has_any(request.user),
        "passkey_site": passkeys.site(),
        "sessions": request.user.open_sessions.all(),
        "tokens": tokens.standing_tokens(request.user),
        "here": request.session.session_key,
    }
    return render(request, "portal/accounts/own.html", context)


@require_POST
def remove_passkey(request, pk):
    if signing_in.must_prove(request):
        return redirect(f"{reverse('prove')}?next={reverse('own_account')}")
    try:
        factors.remove_passkey(request.user, pk)
        messages.success(request, "通行密钥已移除。")
    except TransitionBlocked as refusal:
        messages.error(request, "".join(refusal.reasons))
    return redirect("own_account")


@require_POST
def end_session(request, pk):
    """Another browser of one's own is signed out."""
    sessions.end_sessions(request.user.open_sessions.filter(pk=pk).exclude(key=request.session.session_key))
    messages.success(request, "已在该浏览器退出登录。")
    return redirect("own_account")


def _ask(request: HttpRequest, user: User, form: forms.Form, template: str, **context):
    return render(
        request,
        template,
        {
            "form": form,
            "person": user,
            "has_passkeys": factors.passkeys_of(user).exists(),
            "passkey_site": passkeys.site(),
            **context,
        },
        status=422 if form.is_bound else 200,
    )
