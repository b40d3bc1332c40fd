"""A recommender's own people, and an association's register of the platforms that it has recognised."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login as sign_in
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from platforms.models import Recognition, Recommender, StaffInvitation, Substitution
from platforms.querysets import people_of_recommender, recommenders_of
from platforms.staff import recognitions
from platforms.staff import services as staff
from platforms.staff.forms import (
    AcceptForm,
    EndRecognitionForm,
    InviteForm,
    RecognitionForm,
    SubstitutionForm,
)
from portal.files.views import owns_files
from portal.kernel.permissions import Role, allowed, fetch, holds
from portal.kernel.workflow import TransitionBlocked
from portal.shared.uploads import UploadRefused


@owns_files(Recognition)
def recognition_of_file(user, pk):
    return Recognition.objects.for_user(user).filter(pk=pk).first()


def _own(request, grant: str = "handle_recommender") -> Recommender:
    row = recommenders_of(request.user, grant).first() if request.user.role == Role.RECOMMENDER else None
    if row is None:
        raise PermissionDenied(
            "此页面属于推荐单位。" if grant == "handle_recommender" else "本单位人员由负责人管理。"
        )
    return row


def people(request):
    """Everybody at the desk sees who is who; the head changes it."""
    recommender = _own(request)
    manages = allowed(request.user, "manage_people", recommender)
    invite = InviteForm()
    if request.method == "POST":
        _own(request, "sign_recommender")
        invite = InviteForm(request.POST)
        if invite.is_valid() and _tried(
            request, invite, lambda: staff.invite(recommender, by=request.user, **invite.cleaned_data)
        ):
            messages.success(
                request, f"邀请已发到 {invite.cleaned_data['email']}，{staff.VALID_DAYS} 天内有效。"
            )
            return redirect("staff")
    heads = set(people_of_recommender(recommender, "sign_recommender").values_list("pk", flat=True))
    rows = people_of_recommender(recommender).order_by("name")
    return render(
        request,
        "platforms/staff/people.html",
        {
            "recommender": recommender, "manages": manages, "form": invite,
            "rows": [(user, user.pk in heads) for user in rows], "heads": len(heads),
            "invitations": [(row, staff.token_of(row)) for row in recommender.invitations.all()[:20]],
            "substitutions": recommender.substitutions.select_related("absent", "deputy")[:20],
        },
        status=422 if invite.is_bound else 200,
    )  # fmt: skip


def _tried(request, form, act) -> bool:
    """Carry it out; a refusal stands at the form."""
    try:
        act()
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons[0])
        return False
    return True


@require_POST
def person_change(request, pk):
    """Make somebody a head or an officer, or remove them."""
    recommender = _own(request, "sign_recommender")
    user = get_object_or_404(people_of_recommender(recommender), pk=pk)
    act = request.POST.get("then")
    try:
        if act == "remove":
            staff.remove_staff(recommender, user=user, by=request.user)
            messages.success(request, f"{user.name}已移除，账号同时停用。")
        elif act in ("head", "officer"):
            staff.set_signing(recommender, user=user, signs=act == "head", by=request.user)
            messages.success(request, f"{user.name}现为{'负责人' if act == 'head' else '经办人'}。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.reasons[0])
    return redirect("staff")


@require_POST
def invitation_withdraw(request, pk):
    recommender = _own(request, "sign_recommender")
    row = get_object_or_404(StaffInvitation, pk=pk, recommender=recommender)
    try:
        staff.withdraw_invitation(row, by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.reasons[0])
    else:
        messages.success(request, "邀请已撤回，链接不再有效。")
    return redirect("staff")


@login_not_required
def invitation_accept(request, token):
    """The invited person sets user name and password; a used or expired link says what to do."""
    row = staff.invitation_of(token)
    form = AcceptForm(request.POST or None)
    if row and request.method == "POST" and form.is_valid():
        try:
            user = staff.accept_invitation(row, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons[0])
        else:
            sign_in(request, user, backend="portal.accounts.backends.PortalBackend")
            messages.success(request, f"账号已建立，您现在可以办理{row.recommender.name}的事务。")
            return redirect("desk")
    status = 422 if form.is_bound else 200 if row else 410
    return render(request, "platforms/staff/accept.html", {"row": row, "form": form}, status=status)


def substitution_add(request):
    recommender = _own(request, "sign_recommender")
    heads = people_of_recommender(recommender, "sign_recommender")
    officers = people_of_recommender(recommender).exclude(pk__in=heads)
    form = SubstitutionForm(
        request.POST or None, heads=heads, officers=officers, initial={"absent": request.user}
    )
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        if _tried(request, form, lambda: staff.arrange_substitution(recommender, by=request.user, **fields)):
            messages.success(request, f"{fields['deputy'].name}代理{fields['absent'].name}已安排。")
            return redirect("staff")
    return render(
        request, "platforms/staff/substitution.html", {"form": form, "recommender": recommender},
        status=422 if form.is_bound else 200,
    )  # fmt: skip


@require_POST
def substitution_end(request, pk):
    recommender = _own(request, "sign_recommender")
    row = get_object_or_404(Substitution, pk=pk, recommender=recommender)
    staff.end_substitution(row, by=request.user)
    messages.success(request, "代理已结束。")
    return redirect("staff")


def register(request):
    """Art. 19: what an association has recognised; the ministry and inspectors read it."""
    if not holds(Recognition, request.user, "view"):
        raise PermissionDenied("此登记册供全国性行业协会和工业和信息化部查看。")
    own = None
    if request.user.role == Role.RECOMMENDER:
        own = _own(request)
        if not own.is_association:
            raise PermissionDenied("认定平台登记册只适用于全国性行业协会（第十九条）。")
    rows = Recognition.objects.for_user(request.user).select_related("recommender", "proof")
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(
            Q(platform_name__icontains=query)
            | Q(organisation_name__icontains=query)
            | Q(uscc__icontains=query)
        )
    return render(
        request,
        "platforms/staff/register.html",
        {"page": Paginator(rows, 50).get_page(request.GET.get("page")), "own": own, "q": query},
    )


def recognition_add(request):
    recommender = _own(request)
    if not recommender.is_association:
        raise PermissionDenied("认定平台登记册只适用于全国性行业协会（第十九条）。")
    form = RecognitionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            recognitions.record_recognition(recommender, by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons[0])
        except UploadRefused as refusal:
            form.add_error("proof", refusal.sentence)
        else:
            messages.success(request, "已登记，可以接受并推荐此平台的申报。")
            return redirect("recognition_register")
    return render(
        request, "platforms/staff/recognition_form.html", {"form": form, "recommender": recommender},
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def recognition_end(request, pk):
    row = fetch(Recognition.objects.select_related("recommender"), request.user, "end", pk=pk)
    form = EndRecognitionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        if _tried(request, form, lambda: recognitions.end_recognition(row, by=request.user, **fields)):
            messages.success(request, "认定已撤销，登记保留。")
            return redirect("recognition_register")
    return render(
        request, "platforms/staff/recognition_end.html", {"form": form, "row": row},
        status=422 if form.is_bound else 200,
    )  # fmt: skip
