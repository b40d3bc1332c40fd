"""Claims on a registered organisation, invitations into it, and who may do what in it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from platforms.memberships import services as membership
from platforms.memberships.forms import AnswerClaimForm, ClaimForm, InviteForm
from platforms.models import Organisation, OrganisationClaim
from platforms.organisations import services as registration
from platforms.organisations.forms import AccountForm
from platforms.organisations.views import organisation_page
from platforms.querysets import people_of_organisation
from portal.accounts import attempts
from portal.files.views import owns_files
from portal.kernel.permissions import allowed, demand_role, fetch, forbid, holds
from portal.kernel.workflow import TransitionBlocked, perform
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at


@owns_files(OrganisationClaim)
def claim_of_file(user, pk):
    return OrganisationClaim.objects.for_user(user).filter(pk=pk).first()


def claim_new(request):
    """A registered code, and a second person who works there."""
    demand_role(Organisation, request.user, "claim", "只有申报单位账号可以申请加入单位。")
    form = ClaimForm(
        request.POST or None, request.FILES or None, initial={"uscc": request.GET.get("uscc", "")}
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        organisation = Organisation.objects.filter(uscc=data.pop("uscc")).first()
        if organisation is None:
            form.add_error("uscc", "此代码还没有登记，您可以直接登记单位。")
        else:
            with refusals_at(form, "authorisation"):
                claim = membership.claim_organisation(organisation, by=request.user, **data)
                messages.success(request, "申请已提交，答复会以站内信和邮件通知您。")
                return redirect("organisation_claim", claim.pk)
    return render(
        request,
        "platforms/registration/claim_form.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


def claim(request, pk):
    row = fetch(
        OrganisationClaim.objects.select_related("organisation", "claimant", "recommender", "authorisation"),
        request.user,
        pk=pk,
    )
    decides = row.is_open and allowed(request.user, "admit", row)
    form = AnswerClaimForm(request.POST or None, by_department=holds(Organisation, request.user, "verify"))
    status = 200
    if request.method == "POST":
        if not decides:
            forbid("此申请由该单位负责人或者所在地区主管部门答复。")
        status = 422
        if form.is_valid():
            try:
                _answer(request, row, form.cleaned_data)
            except TransitionBlocked as refusal:
                form.add_error("note", refusal.reasons)
            else:
                return redirect("organisation_claim", pk)
    return render(
        request,
        "platforms/registration/claim.html",
        {
            "claim": row,
            "form": form if decides else None,
            "people": people_of_organisation(row.organisation) if decides else [],
            "own": row.claimant_id == request.user.pk,
        },
        status=status,
    )


def _answer(request, row, data) -> None:
    if request.POST.get("then") == "refuse":
        perform(row, "refuse", by=request.user, note=data["note"])
        messages.success(request, "已答复申请人。")
        return
    membership.admit_claim(
        row,
        signs=data["part"] == "sign",
        displace=data.get("displace", False),
        note=data["note"],
        by=request.user,
    )
    messages.success(request, f"{row.claimant.name}已加入{row.organisation.name}。")


@require_POST
def claim_cancel(request, pk):
    row = fetch(OrganisationClaim.objects.all(), request.user, "cancel", pk=pk)
    try:
        perform(row, "cancel", by=request.user)
        messages.success(request, "申请已撤回。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("organisation_claim", pk)


@require_safe
def claim_list(request):
    """For the departments that decide, and for those who watch."""
    demand_role(OrganisationClaim, request.user, "list")
    rows = OrganisationClaim.objects.for_user(request.user).select_related(
        "organisation", "claimant", "recommender"
    )
    return render(request, "platforms/registration/claim_list.html", {"page": page_of(request, rows)})


@require_POST
def invite(request, pk):
    row = fetch(Organisation.objects.all(), request.user, "manage_people", pk=pk)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return organisation_page(request, row, invite_form=form)
    membership.invite(row, by=request.user, **form.cleaned_data)
    messages.success(request, f"邀请已发往 {form.cleaned_data['email']}，7 天内有效。")
    return redirect("organisation", pk)


@require_POST
def invitation_revoke(request, pk, invitation):
    row = fetch(Organisation.objects.all(), request.user, "manage_people", pk=pk)
    membership.revoke_invitation(get_object_or_404(row.invitations, pk=invitation), by=request.user)
    messages.success(request, "邀请已撤销。")
    return redirect("organisation", pk)


@login_not_required
def invitation(request, token):
    """Accept with the account that is signed in, or register one on the spot."""
    row = membership.invitation_of(token)
    if row is None:
        raise Http404
    signed_in = request.user.is_authenticated
    form = None
    if not signed_in:
        sender = attempts.of_request(request)
        form = AccountForm(request.POST or None, initial={"email": row.email}, sender=sender)
    problem = "" if row.is_open else f"此邀请{row.standing}，请联系{row.invited_by.name}重新邀请。"
    if request.method == "POST" and not problem and (signed_in or form.is_valid()):
        user = request.user if signed_in else registration.register_oneself(**form.account())
        if not signed_in:
            login(request, user, backend="portal.accounts.backends.PortalBackend")
        try:
            membership.accept_invitation(row, by=user)
        except TransitionBlocked as refusal:
            problem = refusal.words
        else:
            name = "" if signed_in else f"您的用户名是 {user.username}，登录时请完整填写。"
            messages.success(request, f"您已加入{row.organisation.name}。{name}")
            return redirect("desk")
    return render(
        request,
        "platforms/registration/invitation.html",
        {"invitation": row, "form": form, "problem": problem, "address": request.path},
        status=409 if problem else 422 if form is not None and form.is_bound else 200,
    )


@require_POST
def person_part(request, pk, user):
    row = fetch(Organisation.objects.all(), request.user, "manage_people", pk=pk)
    person = get_object_or_404(people_of_organisation(row), pk=user)
    try:
        registration.set_part(row, user=person, signs=request.POST.get("part") == "sign", by=request.user)
        messages.success(request, f"{person.name}的身份已变更。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("organisation", pk)


@require_POST
def leave(request, pk):
    """Anybody may leave, but the last one who can sign."""
    row = fetch(Organisation.objects.all(), request.user, "edit", pk=pk)
    try:
        registration.remove_person(row, user=request.user, by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
        return redirect("organisation", pk)
    messages.success(request, f"您已离开{row.name}。")
    return redirect("desk")
