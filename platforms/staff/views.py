"""A recommender's own people, and an association's register of the platforms that it has recognised."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from platforms.models import Recognition, Recommender, Substitution
from platforms.querysets import people_of_recommender
from platforms.staff import recognitions
from platforms.staff import services as staff
from platforms.staff.forms import (
    ColleagueForm,
    EndRecognitionForm,
    RecognitionForm,
    SubstitutionForm,
)
from portal.files.views import owns_files
from portal.kernel.permissions import allowed, demand_role, fetch, forbid, holds
from portal.kernel.workflow import TransitionBlocked
from portal.models import AccountChange
from portal.pages.listforms import text_line
from portal.pages.lists import DeclaredList, search
from portal.pages.refusals import refusals_at
from portal.shared import law

ASSOCIATIONS_ONLY = f"认定平台登记册只适用于全国性行业协会（{law.ASSOCIATIONS}）。"

ASKED = "已提请系统管理员办理，由两位系统管理员核实审签后生效。"


@owns_files(Recognition)
def recognition_of_file(user, pk):
    return Recognition.objects.for_user(user).filter(pk=pk).first()


def _own(request, verb: str = "edit") -> Recommender:
    row = Recommender.objects.for_user(request.user, verb).first()
    if row is None:
        forbid("此页面属于推荐单位。" if verb == "edit" else "本单位人员由负责人管理。")
    return row


def people(request):
    """Everybody at the desk sees who is who; the head asks for changes."""
    recommender = _own(request)
    manages = allowed(request.user, "manage_people", recommender)
    colleague = ColleagueForm()
    if request.method == "POST":
        _own(request, "manage_people")
        colleague = ColleagueForm(request.POST)
        if colleague.is_valid() and _tried(
            request,
            colleague,
            lambda: staff.ask_for_colleague(recommender, by=request.user, **colleague.cleaned_data),
        ):
            messages.success(request, f"{ASKED}账号建立后，链接发到 {colleague.cleaned_data['email']}。")
            return redirect("staff")
    heads = set(people_of_recommender(recommender, "sign_recommender").values_list("pk", flat=True))
    rows = people_of_recommender(recommender).order_by("name")
    return render(
        request,
        "platforms/staff/people.html",
        {
            "recommender": recommender,
            "manages": manages,
            "form": colleague,
            "rows": [(user, user.pk in heads) for user in rows],
            "heads": len(heads),
            "requests": staff.requests_of(recommender)[:20],
            "substitutions": recommender.substitutions.select_related("absent", "deputy")[:20],
        },
        status=422 if colleague.is_bound else 200,
    )


def _tried(request, form, act) -> bool:
    """Carry it out; a refusal stands at the form."""
    try:
        act()
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons)
        return False
    return True


@require_POST
def person_change(request, pk):
    """Ask for somebody to become a head, make a head an officer, or remove somebody."""
    recommender = _own(request, "manage_people")
    user = get_object_or_404(people_of_recommender(recommender), pk=pk)
    act = request.POST.get("then")
    try:
        if act == "remove":
            staff.remove_staff(recommender, user=user, by=request.user)
            messages.success(request, f"{user.name}已移除，账号同时停用。")
        elif act in ("head", "officer"):
            staff.set_signing(recommender, user=user, signs=act == "head", by=request.user)
            messages.success(request, ASKED if act == "head" else f"{user.name}现为经办人。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("staff")


@require_POST
def request_withdraw(request, pk):
    row = fetch(AccountChange.objects.all(), request.user, "drop", pk=pk)
    staff.take_back_request(row, by=request.user)
    messages.success(request, "申请已撤回。")
    return redirect("staff")


def substitution_add(request):
    recommender = _own(request, "manage_people")
    heads = people_of_recommender(recommender, "sign_recommender")
    officers = people_of_recommender(recommender).exclude(pk__in=heads)
    form = SubstitutionForm(
        request.POST or None, heads=heads, officers=officers, initial={"absent": request.user}
    )
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        if _tried(request, form, lambda: staff.ask_for_deputy(recommender, by=request.user, **fields)):
            messages.success(request, ASKED)
            return redirect("staff")
    return render(
        request,
        "platforms/staff/substitution.html",
        {"form": form, "recommender": recommender},
        status=422 if form.is_bound else 200,
    )


@require_POST
def substitution_end(request, pk):
    recommender = _own(request, "manage_people")
    row = get_object_or_404(Substitution, pk=pk, recommender=recommender)
    staff.end_substitution(row, by=request.user)
    messages.success(request, "代理已结束。")
    return redirect("staff")


RECOGNISED = DeclaredList(
    filters=(search("platform_name", "organisation_name", "uscc", field=text_line("平台、单位、信用代码")),)
)


def register(request):
    """Art. 19: what an association has recognised; the ministry and inspectors read it."""
    demand_role(Recognition, request.user, "view", "此登记册供全国性行业协会和工业和信息化部查看。")
    own = None
    if holds(Recommender, request.user, "edit"):
        own = _own(request)
        if not own.is_association:
            forbid(ASSOCIATIONS_ONLY)
    rows = Recognition.objects.for_user(request.user).select_related("recommender", "proof")
    return render(
        request,
        "platforms/staff/register.html",
        {"page": RECOGNISED.page(request, rows), "own": own, "filters": RECOGNISED.form(request.GET)},
    )


def recognition_add(request):
    recommender = _own(request)
    if not recommender.is_association:
        forbid(ASSOCIATIONS_ONLY)
    unit, back = _of_dossier(request)
    form = RecognitionForm(request.POST or None, request.FILES or None, initial=unit)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "proof"):
            recognitions.record_recognition(recommender, by=request.user, **form.cleaned_data)
            messages.success(request, "已登记。认定日期不晚于提交日期的，可以推荐此平台的申报。")
            return redirect("dossier", back) if back else redirect("recognition_register")
    return render(
        request,
        "platforms/staff/recognition_form.html",
        {"form": form, "recommender": recommender},
        status=422 if form.is_bound else 200,
    )


def _of_dossier(request) -> tuple[dict, UUID | None]:
    """The names and the code of the dossier that asks for its recognition, and that dossier: nobody types them again."""
    names = ("platform_name", "organisation_name", "uscc")
    try:
        back = UUID(request.GET.get("back", ""))
    except ValueError:
        back = None
    return {name: request.GET[name] for name in names if request.GET.get(name)}, back


def recognition_end(request, pk):
    row = fetch(Recognition.objects.select_related("recommender"), request.user, "end", pk=pk)
    form = EndRecognitionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        if _tried(request, form, lambda: recognitions.end_recognition(row, by=request.user, **fields)):
            messages.success(request, "认定已撤销，登记保留。")
            return redirect("recognition_register")
    return render(
        request,
        "platforms/staff/recognition_end.html",
        {"form": form, "row": row},
        status=422 if form.is_bound else 200,
    )
