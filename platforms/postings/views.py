"""Service postings: the platform's list and form, the supervisor's list, the public listing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from platforms.functions import Function
from platforms.models import Designation, Platform, Recommender, ServicePosting
from platforms.postings.forms import PostingForm
from platforms.postings.models import FRESH_DAYS
from platforms.postings.services import (
    change_posting,
    changes_since_hidden,
    confirm_posting,
    edit_posting,
    publish_posting,
)
from platforms.states import LIVE_TITLES, PostingState
from portal.kernel.permissions import allowed, demand_role, fetch
from portal.kernel.workflow import TransitionBlocked
from portal.pages.listforms import choice, options_of, text_line
from portal.pages.lists import DeclaredList, Filter, View, exactly, one_of, page_of, search
from portal.pages.refusals import refusals_at
from portal.pages.verbs import NoteForm, VerbView, verbs_for


def _with_title(rows):
    return rows.select_related("platform__organisation", "platform__jurisdiction")


def ours(request, pk):
    """All postings of one platform of ours, with what must be confirmed first."""
    platform = fetch(Platform.objects.select_related("organisation"), request.user, pk=pk)
    rows = ServicePosting.objects.for_user(request.user, "edit").filter(platform=platform)
    return render(
        request,
        "platforms/posting/ours.html",
        {
            "platform": platform,
            "page": page_of(request, rows),
            "may_post": allowed(request.user, "post_service", platform),
        },
    )


def new(request, pk):
    platform = fetch(Platform.objects.all(), request.user, "post_service", pk=pk)
    form = PostingForm(
        request.POST or None,
        functions=platform.functions,
        initial={"contact": platform.contact, "phone": platform.phone},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            publish_posting(platform, by=request.user, **form.cleaned_data)
            messages.success(request, "服务信息已发布，对外可见。90 天后请确认一次。")
            return redirect("postings_ours", platform.pk)
    return _form_page(request, form, platform)


def edit(request, pk):
    row = fetch(_with_title(ServicePosting.objects), request.user, "edit", pk=pk)
    form = PostingForm(request.POST or None, instance=row, functions=row.platform.functions)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            saved = edit_posting(row, by=request.user, **form.cleaned_data)
            messages.success(request, _saved(saved))
            return redirect("postings_ours", row.platform_id)
    return _form_page(request, form, row.platform, row)


def _saved(row: ServicePosting) -> str:
    """A hidden one stays so: who lets it through, or that nothing was mended yet."""
    if row.state != PostingState.HIDDEN:
        return "服务信息已保存。"
    if changes_since_hidden(row):
        return "服务信息已保存，仍不对外显示；已通知主管部门，由其核对后恢复显示。"
    return f"内容与被隐藏时相同，仍不对外显示。请按隐藏理由改正：{row.hidden_reason}"


def _form_page(request, form, platform, row=None):
    context = {"form": form, "platform": platform, "row": row}
    return render(request, "platforms/posting/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def confirm(request, pk):
    row = fetch(ServicePosting.objects.all(), request.user, "edit", pk=pk)
    try:
        confirm_posting(row, by=request.user)
        messages.success(request, f"“{row.name}”已确认仍然有效。")
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    return redirect("postings_ours", row.platform_id)


class Change(VerbView):
    model = ServicePosting

    def queryset(self):
        return _with_title(ServicePosting.objects)

    def act(self, form):
        return change_posting(self.obj, self.verb, by=self.request.user, note=form.cleaned_data["note"])

    def shown(self):
        return [
            ("平台", self.obj.platform.name),
            ("服务名称", self.obj.name),
            ("服务对象", self.obj.audience),
            ("收费", self.obj.cost),
            ("服务内容", self.obj.description),
            ("当前状态", self.obj.get_state_display()),
        ]

    def back_url(self):
        return reverse("posting_list")


class HideForm(NoteForm):
    note_label = "隐藏理由"


class Hide(Change):
    verb, form_class = "hide", HideForm


class Restore(Change):
    verb = "restore"

    def shown(self):
        mended = [f"{label}由“{was}”改为“{now}”" for label, was, now in changes_since_hidden(self.obj)]
        return [
            *super().shown(),
            ("联系人和电话", f"{self.obj.contact} {self.obj.phone}"),
            ("隐藏理由", self.obj.hidden_reason),
            ("隐藏后的修改", "；".join(mended) or "平台没有修改"),
        ]


class Withdraw(Change):
    verb = "withdraw"

    def back_url(self):
        return reverse("postings_ours", args=[self.obj.platform_id])


POSTED = DeclaredList(
    views={
        "": View(label="全部"),
        "stale": View(lambda rows: rows.stale(), label=f"满 {FRESH_DAYS} 天未确认"),
        "hidden": View(lambda rows: rows.filter(state=PostingState.HIDDEN), label="已隐藏"),
    },
    filters=(search("name", "platform__name", field=text_line("服务名称、平台名称")),),
)
SERVICES = DeclaredList(
    filters=(
        search("name", "audience", "platform__name", field=text_line("服务名称、服务对象、平台名称")),
        one_of("function", Function.values, field=choice("服务功能", "全部服务功能", Function.choices)),
        exactly("recommender", "platform__jurisdiction__label", field=choice("地区", "全部地区")),
        one_of(
            "fee", ServicePosting.Fee.values, field=choice("收费", "公益和收费", ServicePosting.Fee.choices)
        ),
        Filter(
            "mode",
            lambda rows, _: rows.exclude(mode=ServicePosting.Mode.ONSITE),
            {"online"}.__contains__,
            choice("方式", "现场和线上", [("online", "可以线上")]),
        ),
    ),
    size=20,
)


@require_safe
def postings(request):
    """Everything published on our territory, for those who watch over it."""
    demand_role(ServicePosting, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    rows = _with_title(ServicePosting.objects.for_user(request.user))
    page = POSTED.page(request, rows)
    hideable = set(
        ServicePosting.objects.for_user(request.user, "hide")
        .filter(pk__in=[row.pk for row in page])
        .values_list("pk", flat=True)
    )
    return render(
        request,
        "platforms/posting/list.html",
        {
            "page": page,
            "tabs": POSTED.tabs(request.GET),
            "filters": POSTED.form(request.GET),
            "hideable": hideable,
        },
    )


@login_not_required
@require_safe
def services(request):
    """What small enterprises can use now, by function and place."""
    page = SERVICES.page(request, ServicePosting.objects.current().select_related("platform__jurisdiction"))
    numbers = dict(
        Designation.objects.filter(
            state__in=LIVE_TITLES, platform__in=[row.platform_id for row in page]
        ).values_list("platform_id", "key")
    )
    return render(
        request,
        "platforms/posting/public.html",
        {
            "page": page,
            "rows": [(row, numbers.get(row.platform_id, "")) for row in page],
            "filters": SERVICES.form(
                request.GET,
                {
                    "recommender": options_of(
                        Recommender.objects.filter(kind="department").values_list("label", flat=True)
                    )
                },
            ),
        },
    )


@login_not_required
@require_safe
def service(request, pk):
    """One posting; what is hidden, withdrawn, over or out of date says so instead of its content."""
    row = get_object_or_404(ServicePosting.objects.select_related("platform__jurisdiction"), pk=pk)
    title = row.platform.designations.filter(state__in=LIVE_TITLES).first()
    is_current = ServicePosting.objects.current().filter(pk=pk).exists()
    return render(
        request,
        "platforms/posting/service.html",
        {
            "row": row,
            "title": title,
            "is_current": is_current,
            "verbs": verbs_for(row, request.user, ("hide",)) if request.user.is_authenticated else [],
        },
        status=200 if is_current else 404,
    )
