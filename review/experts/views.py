"""The pool of experts: who they are, what they may not see, when they are away."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from platforms.functions import Function
from portal.kernel import clock
from portal.kernel.permissions import demand_role, fetch, forbid, holds
from portal.kernel.workflow import TransitionBlocked
from portal.pages.listforms import choice, text_line
from portal.pages.lists import DeclaredList, containing, search
from review.experts import services as panels
from review.experts.forms import ExpertForm, ProfileForm
from review.experts.invitations import invite
from review.models import Expert, ExpertInvitation

POOL = DeclaredList(
    filters=(
        search("user__name", "employer", field=text_line("姓名、工作单位")),
        containing(
            "function",
            Function.values,
            "functions",
            field=choice("服务功能", "全部服务功能", Function.choices),
        ),
    ),
    orders={"name": ("user__name", "pk")},
    is_wide=True,
)


def expert_pool(request):
    demand_role(Expert, request.user, "list", "专家库属于评审组织者。")
    waiting = ExpertInvitation.objects.filter(expert=OuterRef("pk"), accepted_at=None)
    rows = panels.pool().annotate(is_invited=Exists(waiting))
    context = {
        "page": POOL.page(request, rows),
        "filters": POOL.form(request.GET),
        "today": clock.today(),
        "may_edit": holds(Expert, request.user, "invite"),
    }
    return render(request, "review/experts/pool.html", context)


def expert_create(request):
    """A new expert waits for a colleague's invitation; nobody but the expert ever knows the password."""
    demand_role(Expert, request.user, "invite", "专家由工业和信息化部组织者加入。")
    form = ExpertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        expert = panels.add_expert(by=request.user, password=None, **form.cleaned_data)
        messages.success(
            request,
            f"已加入专家库。请另一位同事核对{expert.user.name}的身份和邮箱后发出邀请，本人凭邀请才能登录。",
        )
        return redirect("expert_pool")
    return render(
        request,
        "review/experts/form.html",
        {"form": form, "expert": None},
        status=422 if form.is_bound else 200,
    )


def expert_edit(request, pk):
    expert = fetch(Expert.objects.select_related("user"), request.user, "edit", pk=pk)
    return _edit(request, expert, "expert_pool")


def profile(request):
    """The expert's own affiliations and times away."""
    expert = Expert.objects.for_user(request.user).select_related("user").filter(user=request.user).first()
    if expert is None:
        forbid("此页面属于评审专家。")
    return _edit(request, expert, "expert_home")


def _edit(request, expert: Expert, then: str):
    form = ProfileForm(request.POST or None, initial=ProfileForm.initial_of(expert))
    if request.method == "POST" and form.is_valid():
        panels.edit_expert(expert, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存，今后分派和抽取按新的情况核对利益关系。")
        return redirect(then)
    return render(
        request,
        "review/experts/form.html",
        {"form": form, "expert": expert, "back": then},
        status=422 if form.is_bound else 200,
    )


@require_POST
def expert_invite(request, pk):
    """Send the letter again; the earlier link no longer works."""
    expert = fetch(Expert.objects.select_related("user"), request.user, "invite", pk=pk)
    try:
        invite(expert, by=request.user, at=timezone.now())
        messages.success(request, f"邀请已发至 {expert.user.email}，14 天内有效。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("expert_pool")
