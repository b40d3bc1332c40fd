"""Administrators' pages: the list of accounts, a new one, and what may be done to one."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render

from portal.accounts.changes import (
    administrators,
    change_account,
    close_account,
    describe,
    needs_two,
    open_account,
    reset_account,
    take_up,
)
from portal.accounts.forms import AccountForm, EditAccountForm, RequestForm
from portal.kernel.permissions import Role, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AccountChange, SignOff, User
from portal.pages.listforms import choice, text_line
from portal.pages.lists import DeclaredList, one_of, search
from portal.pages.refusals import refusals_at

ACCOUNTS = DeclaredList(
    filters=(
        search("username", "name", whole=("email__iexact",), field=text_line("用户名、姓名、邮箱")),
        one_of(
            "role",
            Role.values,
            field=choice("身份", "全部身份", (one for one in Role.choices if one[0] != Role.PUBLIC)),
        ),
    ),
    orders={"role": ("role", "username")},
)


def account_list(request):
    demand_role(User, request.user, "view", "账号由系统管理员管理。")
    context = {
        "page": ACCOUNTS.page(request, User.objects.for_user(request.user)),
        "filters": ACCOUNTS.form(request.GET),
        "may_edit": holds(User, request.user, "edit"),
        "alone": administrators() < 2,
        "requests": AccountChange.objects.for_user(request.user, "take_up")
        .filter(state=AccountChange.State.REQUESTED)
        .select_related("asked_by"),
    }
    return render(request, "portal/accounts/list.html", context)


def create(request):
    demand_role(User, request.user, "edit", "账号由系统管理员管理。")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made = open_account(by=request.user, **form.cleaned_data)
            return _proposed_or_done(
                request, made, f"账号“{form.cleaned_data['username']}”已建立，链接已发到本人邮箱。"
            )
    context = {"form": form, "account": None}
    return render(request, "portal/accounts/form.html", context, status=422 if form.is_bound else 200)


def edit(request, pk):
    account = fetch(User.objects.all(), request.user, "edit", pk=pk)
    then = request.POST.get("then", "save")
    initial = {name: getattr(account, name) for name in ("name", "title", "role", "email", "phone")}
    form = EditAccountForm(
        request.POST if then == "save" and request.POST else None, account=account, initial=initial
    )
    if request.method == "POST" and (then != "save" or form.is_valid()):
        try:
            return _carry_out(request, account, then, form)
        except TransitionBlocked as refusal:
            if form.is_bound:
                form.add_error(None, refusal.reasons)
            else:
                messages.error(request, "".join(refusal.reasons))
    context = {
        "form": form,
        "account": account,
        "two": needs_two(account.role),
        "waiting": _waiting_for(account),
    }
    refused = request.method == "POST"
    return render(request, "portal/accounts/form.html", context, status=422 if refused else 200)


def request_detail(request, pk):
    """What a head asks for: an administrator makes sure of it and proposes it to the other, or sends it back."""
    row = fetch(AccountChange.objects.select_related("asked_by", "account"), request.user, "take_up", pk=pk)
    open_ = row.state == AccountChange.State.REQUESTED
    form = RequestForm(request.POST or None, sends_back=request.POST.get("then") == "return")
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            if form.sends_back:
                perform(row, "drop", by=request.user, note=note)
                return _proposed_or_done(request, None, "已退回提出人。")
            return _proposed_or_done(request, take_up(row, by=request.user, note=note), "")
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons)
    context = {"row": row, "shown": describe([row], {}), "form": form, "open": open_}
    return render(request, "portal/accounts/request.html", context, status=422 if form.is_bound else 200)


def _carry_out(request, account: User, then: str, form: EditAccountForm):
    by, note = request.user, request.POST.get("note", "").strip()
    if then == "close":
        close_account(account, by=by)
        return _proposed_or_done(request, None, f"账号“{account.username}”已停用，已登录的全部退出。")
    if then == "open":
        made = change_account(account, by=by, note=note, is_active=True)
        return _proposed_or_done(request, made, f"账号“{account.username}”已启用。")
    if then == "link":
        made = reset_account(account, by=by, note=note)
        return _proposed_or_done(request, made, "设置密码的链接已发到本人邮箱。")
    made = change_account(account, by=by, **form.cleaned_data)
    return _proposed_or_done(request, made, f"账号“{account.username}”已保存。")


def _proposed_or_done(request, made, sentence: str):
    if isinstance(made, SignOff):
        messages.success(request, "此账号的办理须两人，已提请另一位系统管理员审签，审签后生效。")
        return redirect("signoff", made.pk)
    messages.success(request, sentence)
    return redirect("account_list")


def _waiting_for(account: User) -> SignOff | None:
    changes = AccountChange.objects.filter(
        username=account.username, state=AccountChange.State.PROPOSED
    ).values_list("pk", flat=True)
    return SignOff.objects.filter(
        state=SignOff.State.WAITING, object_ids__contains=[str(pk) for pk in changes[:1]] or ["-"]
    ).first()
