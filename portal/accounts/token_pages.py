"""One's own keys for programs, under 我的账号: issued, shown once, ended."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.accounts import signing_in, tokens
from portal.kernel.workflow import TransitionBlocked
from portal.models import AccessToken
from portal.pages.forms import PortalForm


class TokenForm(PortalForm):
    purpose = forms.ChoiceField(label="用途", choices=())
    label = forms.CharField(label="名称", max_length=40, help_text="写明哪台电脑、哪个系统使用，便于以后停用")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = tokens.purposes_for(user)


def issue_token(request):
    """The page that asks what for, and then the key, shown by this answer alone."""
    if signing_in.must_prove(request):
        return redirect(f"{reverse('prove')}?next={reverse('token_issue')}")
    form, key = TokenForm(request.POST or None, user=request.user), ""
    if request.method == "POST" and form.is_valid():
        try:
            key = tokens.issue_token(request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons)
    context = {"form": form, "key": key}
    if key:
        context["is_calendar"] = form.cleaned_data["purpose"] == AccessToken.Purpose.CALENDAR
        context["address"] = settings.SITE_ORIGIN + reverse("calendar_feed", args=[key])
    status = 422 if form.is_bound and not key else 200
    return render(request, "portal/accounts/token.html", context, status=status)


@require_POST
def end_token(request, pk):
    if tokens.end_tokens(request.user, by=request.user, pk=pk):
        messages.success(request, "令牌已停用，用它的程序从现在起不能再读取。")
    return redirect("own_account")
