"""Signing in and out, and one's own password."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as sign_out
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from portal.accounts import attempts, factors, signing_in
from portal.accounts.services import end_sessions
from portal.kernel import audit
from portal.models import OpenSession

_demo_accounts: list = []


def demo_accounts(function):
    """Register the function that lists demo accounts for the sign-in page (demonstration mode only)."""
    _demo_accounts.append(function)
    return function


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或者密码不正确。连续 5 次不正确将锁定 15 分钟。",
        "inactive": "此账号已停用，请联系系统管理员。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"
        self.fields["username"].widget.attrs.update(autocomplete="username", autofocus=True)
        self.fields["password"].widget.attrs.update(autocomplete="current-password")


@method_decorator(login_not_required, name="dispatch")
class Login(auth_views.LoginView):
    template_name = "portal/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True
    next_page = "desk"

    def post(self, request, *args, **kwargs):
        """One text for right and wrong while the account, the address or all together have failed too often."""
        self.tried = {"address": attempts.of_request(request), "account": request.POST.get("username", "")}
        if attempts.is_over("sign_in", **self.tried):
            return render(request, "errors/locked.html", status=429)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        attempts.note("sign_in", **self.tried)
        return super().form_invalid(form)

    def form_valid(self, form):
        """The password is the first step; where a second is due, nobody is signed in yet."""
        user = form.get_user()
        if not factors.is_needed(user):
            return super().form_valid(form)
        signing_in.begin(self.request, user, self.get_redirect_url())
        return redirect("second_step")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["single_sign_on"] = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        if settings.DEMO:
            context["demo_accounts"] = [row for function in _demo_accounts for row in function()]
        return context


@require_POST
def logout(request):
    """A chosen end: the browser forgets what it kept of this site. A session that runs out keeps what was typed."""
    sign_out(request)
    response = redirect("home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


class ChangePassword(auth_views.PasswordChangeView):
    template_name = "portal/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("desk")

    def post(self, request, *args, **kwargs):
        if attempts.is_over("old_password", account=request.user.username):
            form = self.form_class(request.user)
            messages.error(request, "原密码连续多次不正确，请 15 分钟后再试。")
            return render(request, self.template_name, {"form": form}, status=429)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        if form.has_error("old_password", "password_incorrect"):
            attempts.note("old_password", account=self.request.user.username)
        return super().form_invalid(form)

    def form_valid(self, form):
        form.save()
        audit.record(action="set_password", obj=self.request.user, by=self.request.user)
        end_sessions(form.user, but=self.request.session.session_key)
        row = form.user.open_sessions.filter(key=self.request.session.session_key).first()
        update_session_auth_hash(self.request, form.user)
        OpenSession.objects.filter(pk=row and row.pk).update(key=self.request.session.session_key)
        messages.success(self.request, "密码已修改。")
        return redirect(self.success_url)
