"""The page behind an invitation's link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.kernel.workflow import TransitionBlocked
from review.experts.forms import JoinForm
from review.experts.invitations import accept_invitation, find_invitation


@never_cache
@login_not_required
def join(request, token):
    now = timezone.now()
    invitation = find_invitation(token, at=now)
    if invitation is None:
        return render(request, "review/experts/join.html", {"invitation": None}, status=410)
    form = JoinForm(request.POST or None, user=invitation.expert.user)
    if request.method == "POST" and form.is_valid():
        try:
            accept_invitation(invitation, form.cleaned_data["password"], at=now)
        except TransitionBlocked as refusal:
            messages.error(request, refusal.words)
        else:
            messages.success(request, "密码已设置，请登录后核对您的任职和利益关系。")
        return redirect("login")
    return render(
        request,
        "review/experts/join.html",
        {"invitation": invitation, "form": form},
        status=422 if form.is_bound else 200,
    )
