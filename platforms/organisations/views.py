"""An applicant's account, organisation, people and platforms."""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from platforms.memberships.forms import InviteForm
from platforms.models import Organisation, OrganisationClaim, Platform
from platforms.organisations import services as registration
from platforms.organisations.forms import (
    AccountForm,
    OrganisationEditForm,
    OrganisationForm,
    PersonForm,
    PlatformForm,
)
from platforms.querysets import people_of_organisation
from platforms.states import ClaimState
from portal.accounts import attempts
from portal.kernel.permissions import allowed, demand_role, fetch
from portal.kernel.workflow import TransitionBlocked
from portal.models import User
from portal.pages.refusals import refusals_at
from portal.shared.glyphs import unshown_characters

# What a newcomer registers, one after the other; each page says where it stands.
STEPS = [("账号", "您本人登录用"), ("单位", "按营业执照或者法人证书"), ("平台", "申报的主体，随后开始申报")]
MOBILE = re.compile(r"\s*(\+?86)?[\s-]*1\d{10}\s*")


@login_not_required
def register(request):
    """A new applicant's account; the next page asks for the organisation."""
    if request.user.is_authenticated:
        return redirect("desk")
    form = AccountForm(request.POST or None, sender=attempts.of_request(request))
    if request.method == "POST" and form.is_valid():
        user = registration.register_oneself(**form.account())
        login(request, user, backend="portal.accounts.backends.PortalBackend")
        if request.GET.get("next", "").startswith(reverse("selfcheck_take")):
            request.session["carried"] = request.GET["next"]  # taken up when the first dossier is opened
        messages.success(
            request, f"账号已建立，您的用户名是 {user.username}，登录时请完整填写。请登记单位信息。"
        )
        return redirect("organisation_new")
    return render(
        request,
        "platforms/registration/account.html",
        {"form": form, "steps": STEPS},
        status=422 if form.is_bound else 200,
    )


def organisation_new(request):
    demand_role(Organisation, request.user, "register", "只有申报单位账号可以登记单位。")
    taken = ""
    form = OrganisationForm(
        request.POST or None, initial={"email": request.user.email, "phone": request.user.phone}
    )
    if request.method == "POST" and form.is_valid():
        try:
            organisation = registration.register_organisation(by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            taken = form.cleaned_data["uscc"]
            form.add_error("uscc", refusal.reasons)
        else:
            messages.success(request, "单位已登记。接下来登记平台。")
            _ask_about_what_is_odd(request, form)
            return redirect("platform_new", organisation.pk)
    return render(
        request,
        "platforms/registration/organisation_form.html",
        {"form": form, "taken": taken, "steps": STEPS},
        status=422 if form.is_bound else 200,
    )


def _ask_about_what_is_odd(request, form) -> None:
    """Older than the People's Republic is possible, and more often a slip of the keyboard. Rare characters are kept."""
    written = form.cleaned_data["name"] + form.cleaned_data["legal_person"]
    if unshown := unshown_characters(written):
        messages.warning(
            request,
            f"名称中的“{'”“'.join(unshown)}”（{'、'.join(f'U+{ord(char):X}' for char in unshown)}）已保存，"
            "但本系统现有字体不能显示，证书和名单打印前请与系统管理员联系补充字体。",
        )
    day = form.cleaned_data["established_on"]
    if day.year < 1949:
        messages.warning(
            request, f"成立日期为 {day:%Y-%m-%d}，早于 1949 年，请与证照核对；有误的请在“变更”中改正。"
        )


def organisation(request, pk):
    return organisation_page(
        request, fetch(Organisation.objects.select_related("verified_by"), request.user, pk=pk)
    )


def organisation_page(request, row, *, person_form=None, invite_form=None):
    """A form that did not pass is handed in again and stands opened."""
    signers = set(people_of_organisation(row, registration.SIGNS).values_list("pk", flat=True))
    people = [(person, person.pk in signers) for person in people_of_organisation(row)]
    platforms = list(row.platforms.select_related("jurisdiction", "organisation"))
    own = set(Platform.objects.for_user(request.user, "file_change").values_list("pk", flat=True))
    return render(
        request,
        "platforms/registration/organisation.html",
        {
            "organisation": row,
            "people": people,
            "platforms": platforms,
            "by_case": {one.pk for one in platforms if one.pk in own and registration.goes_by_case(one)},
            "changes": row.changes.select_related("changed_by")[:20],
            "person_form": person_form or PersonForm(),
            "invite_form": invite_form or InviteForm(),
            "invitations": row.invitations.select_related("invited_by")[:20],
            "claims": OrganisationClaim.objects.for_user(request.user)
            .filter(organisation=row, state=ClaimState.OPEN)
            .select_related("claimant"),
            "may": {
                "edit": allowed(request.user, "edit", row),
                "manage": allowed(request.user, "manage_people", row),
                "verify": allowed(request.user, "verify", row),
            },
        },
        status=422 if person_form or invite_form else 200,
    )


def organisation_edit(request, pk):
    row = fetch(Organisation.objects.all(), request.user, "edit", pk=pk)
    form = OrganisationEditForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        with refusals_at(form):
            registration.edit_organisation(row, by=request.user, reason=changes.pop("reason"), **changes)
            messages.success(request, "单位信息已保存，变更已记录。")
            _ask_about_what_is_odd(request, form)
            return redirect("organisation", row.pk)
    return render(
        request,
        "platforms/registration/organisation_form.html",
        {"form": form, "organisation": row},
        status=422 if form.is_bound else 200,
    )


@require_POST
def organisation_verify(request, pk):
    row = fetch(Organisation.objects.all(), request.user, "verify", pk=pk)
    registration.verify_organisation(row, by=request.user, note="已与营业执照核对")
    messages.success(request, f"{row.name}已核验。")
    return redirect("organisation", row.pk)


@require_POST
def person_add(request, pk):
    row = fetch(Organisation.objects.all(), request.user, "manage_people", pk=pk)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return organisation_page(request, row, person_form=form)
    grants = [registration.FILLS] + ([registration.SIGNS] if form.cleaned_data["role"] == "sign" else [])
    registration.add_person(row, user=form.user, grants=grants, by=request.user)
    messages.success(request, f"{form.user.name}已加入。")
    return redirect("organisation", row.pk)


@require_POST
def person_remove(request, pk, user):
    row = fetch(Organisation.objects.all(), request.user, "manage_people", pk=pk)
    person = get_object_or_404(people_of_organisation(row), pk=user)
    try:
        registration.remove_person(row, user=User.objects.get(pk=person.pk), by=request.user)
        messages.success(request, f"{person.name}已移除。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("organisation", row.pk)


def _of_unit(organisation: Organisation, user) -> dict:
    """What account and unit already say; a person's mobile is not brought where the public will read it."""
    phone = organisation.phone if not MOBILE.fullmatch(organisation.phone) else ""
    return {"contact": user.name, "phone": phone, "address": organisation.registered_address}


def platform_new(request, pk):
    row = fetch(Organisation.objects.all(), request.user, "add_platform", pk=pk)
    form = PlatformForm(request.POST or None, organisation=row, initial=_of_unit(row, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            registration.register_platform(row, by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error("name", refusal.reasons)
        else:
            messages.success(request, "平台已登记，可以开始申报。")
            return redirect("desk")
    context = {"form": form, "organisation": row, "steps": STEPS}
    return render(
        request, "platforms/registration/platform_form.html", context, status=422 if form.is_bound else 200
    )


def platform_edit(request, pk):
    row = fetch(Platform.objects.select_related("organisation"), request.user, "edit", pk=pk)
    form = PlatformForm(request.POST or None, instance=row, organisation=row.organisation)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            registration.edit_platform(row, by=request.user, **form.cleaned_data)
            messages.success(request, "平台信息已保存。")
            return redirect("organisation", row.organisation_id)
    context = {"form": form, "organisation": row.organisation, "platform": row}
    return render(
        request, "platforms/registration/platform_form.html", context, status=422 if form.is_bound else 200
    )
