"""Signing in and out, own password, and the administrator's list of accounts."""

from __future__ import annotations

import secrets

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as sign_out
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from portal import audit
from portal.forms import NewUsernameField, PortalForm
from portal.models import User
from portal.people import create_account, edit_account, set_password
from portal.permissions import Role, fetch, holds

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
    next_page = reverse_lazy("desk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_accounts"] = [row for function in _demo_accounts for row in function()]
        return context


@require_POST
def logout(request):
    sign_out(request)
    return redirect("home")


class ChangePassword(auth_views.PasswordChangeView):
    template_name = "portal/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("desk")

    def form_valid(self, form):
        form.save()
        audit.record(action="set_password", obj=self.request.user, by=self.request.user)
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, "密码已修改。")
        return redirect(self.success_url)


class AccountForm(PortalForm):
    username = NewUsernameField()
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    role = forms.ChoiceField(
        label="身份", choices=[choice for choice in Role.choices if choice[0] != Role.PUBLIC]
    )
    email = forms.EmailField(label="电子邮箱", required=False)
    phone = forms.CharField(label="手机", max_length=20, required=False)


class EditAccountForm(PortalForm):
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=40, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)
    phone = forms.CharField(label="手机", max_length=20, required=False)
    is_active = forms.BooleanField(label="启用此账号", required=False)
    new_password = forms.BooleanField(label="重置密码（显示一次新密码）", required=False)


def account_list(request):
    if not holds(User, request.user, "view"):
        raise PermissionDenied("账号由系统管理员管理。")
    rows = User.objects.for_user(request.user).order_by("role", "username")
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(
            Q(username__icontains=query) | Q(name__icontains=query) | Q(email__icontains=query)
        )
    role = request.GET.get("role", "")
    if role:
        rows = rows.filter(role=role)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "q": query,
        "role": role,
        "roles": [choice for choice in Role.choices if choice[0] != Role.PUBLIC],
        "may_edit": holds(User, request.user, "edit"),
    }
    return render(request, "portal/accounts/list.html", context)


def create(request):
    if not holds(User, request.user, "edit"):
        raise PermissionDenied("账号由系统管理员管理。")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        user = create_account(**form.cleaned_data, password=password, by=request.user)
        return render(request, "portal/accounts/password.html", {"account": user, "password": password})
    return render(
        request,
        "portal/accounts/form.html",
        {"form": form, "account": None},
        status=422 if form.is_bound else 200,
    )


def edit(request, pk):
    account = fetch(User.objects.all(), request.user, "edit", pk=pk)
    initial = {name: getattr(account, name) for name in ("name", "title", "email", "phone", "is_active")}
    form = EditAccountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        reset = changes.pop("new_password")
        if account.pk == request.user.pk and not changes["is_active"]:
            form.add_error("is_active", "不能停用自己的账号，请由另一位管理员办理。")
        else:
            edit_account(account, by=request.user, **changes)
            if reset:
                password = secrets.token_urlsafe(12)
                set_password(account, password, by=request.user)
                return render(
                    request, "portal/accounts/password.html", {"account": account, "password": password}
                )
            messages.success(request, f"账号“{account.username}”已保存。")
            return redirect("account_list")
    return render(
        request,
        "portal/accounts/form.html",
        {"form": form, "account": account},
        status=422 if form.is_bound else 200,
    )
