"""Two applicant accounts of one person become one: the person proves both, the other one is closed and stays on record."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.db import transaction
from django.shortcuts import redirect, render

from platforms.models import Organisation
from platforms.organisations.services import FILLS, SIGNS, add_person, take_person_away
from platforms.querysets import organisations_of
from portal.accounts import attempts, factors
from portal.accounts.services import edit_account
from portal.kernel import audit
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import demand_role, speaks_for_a_unit
from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from portal.pages.forms import PortalForm

register_words({"user.merge": "合并账号"})
WRONG = "用户名、密码或者动态口令不正确，请核对。账号没有改变。"
OTHERS = "此账号不是申报单位的账号，或者登记的姓名与您的不同：只能合并您本人的申报账号。"


@transaction.atomic
def merge_account(user: User, *, other: User, by) -> list[Organisation]:
    """Everything that the other account may do for its units is this one's; what it did stays under its name."""
    own = user.pk != other.pk and user.name == other.name and by.pk == user.pk
    if not (own and speaks_for_a_unit(user) and speaks_for_a_unit(other)):
        raise TransitionBlocked([OTHERS])
    signed = set(organisations_of(other, SIGNS))
    units = list(organisations_of(other).order_by("created_at"))
    for unit in units:
        add_person(unit, user=user, grants=(FILLS, SIGNS) if unit in signed else (FILLS,), by=by)
        take_person_away(unit, user=other, by=by)
    other.merged_into = user
    other.save(update_fields=["merged_into"])
    edit_account(other, by=by, is_active=False)
    audit.record(
        action="merge", obj=user, by=by, facts={"other": other, "units": [unit.name for unit in units]}
    )
    return units


class MergeForm(PortalForm):
    username = forms.CharField(label="另一个账号的用户名", max_length=64)
    password = forms.CharField(
        label="另一个账号的密码", widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    code = forms.CharField(
        label="另一个账号的动态口令", max_length=20, required=False, help_text="该账号设置了第二步验证的填写"
    )


def _proven(request, said: dict) -> User | None:
    """The other account, once its password and, where it has one, its second factor are right; failures are counted."""
    tried = {"address": attempts.of_request(request), "account": said["username"]}
    if attempts.is_over("sign_in", **tried):
        return None
    other = authenticate(request, username=said["username"], password=said["password"])
    if other is not None and factors.has_any(other):
        try:
            factors.check_code(other, said["code"])
        except TransitionBlocked:
            other = None
    if other is None:
        attempts.note("sign_in", **tried)
    return other


def account_merge(request):
    """For who has registered twice, for two units or because a password was lost."""
    demand_role(User, request.user, "merge", "只有申报单位账号可以合并。")
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        other = _proven(request, form.cleaned_data)
        if other is None:
            form.add_error("username", WRONG)
        else:
            try:
                units = merge_account(request.user, other=other, by=request.user)
            except TransitionBlocked as refusal:
                form.add_error("username", refusal.reasons)
            else:
                names = "、".join(unit.name for unit in units) or "该账号没有单位"
                messages.success(request, f"账号“{other.username}”已并入本账号并停用：{names}。")
                return redirect("own_account")
    return render(
        request,
        "platforms/registration/account_merge.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )
