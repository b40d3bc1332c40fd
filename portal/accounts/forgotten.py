"""A forgotten password, and the page that a link in a letter leads to. Applicants made their accounts themselves
and ask for the link; an official's is sent at an administrator's word."""

from __future__ import annotations

from axes.utils import reset as lift_lock
from django import forms
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator

from portal.accounts.links import HOURS
from portal.accounts.services import ask_for_links, note_verified, set_password
from portal.pages.forms import Dressed, PortalForm, dress


class ForgottenForm(PortalForm):
    email = forms.EmailField(label="登记的电子邮箱", help_text="注册账号时填写的邮箱")


@login_not_required
def forgotten(request):
    """One answer for every address: nobody learns here who has an account."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_for_links(form.cleaned_data["email"])
        return redirect(f"{reverse('password_forgotten')}?sent=1")
    return render(
        request,
        "portal/forgotten.html",
        {"form": form, "sent": "sent" in request.GET, "hours": HOURS},
        status=422 if form.is_bound else 200,
    )


class NewPasswordForm(Dressed, SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label, self.fields["new_password2"].label = "新密码", "再输入一次新密码"
        self.fields["new_password1"].help_text = "至少 12 位，可以粘贴，可以用密码管理器"
        dress(self)

    error_messages = {"password_mismatch": "两次输入的密码不一致，请重新输入。"}

    def save(self, commit=True):
        set_password(self.user, self.cleaned_data["new_password1"], by=self.user)
        note_verified(self.user)  # the link was in a letter to the registered address
        lift_lock(
            username=self.user.username
        )  # who tried five times before asking for the link signs in at once
        return self.user


@method_decorator(login_not_required, name="dispatch")
class ResetPassword(auth_views.PasswordResetConfirmView):
    template_name = "portal/reset_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("login")

    def form_valid(self, form):
        messages.success(self.request, "密码已设置，请用新密码登录。")
        return super().form_valid(form)
