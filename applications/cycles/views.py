"""The yearly round: list, new from last year's, checked day by day, published, changed with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.cycles import services as cycles
from applications.cycles.acts import describe_taking_back
from applications.cycles.forms import CycleForm, ExtendForm, LateForm, PublishForm
from applications.cycles.requirements import reviews_after_the_month
from applications.cycles.years import alive_by_state, running_cycles
from applications.editions.comparison import counted
from applications.models import Application, Cycle
from applications.recommendation.quota import over_quota
from applications.rereviews.cohort import due_titles
from portal.desk.notifications import preview
from portal.kernel import clock
from portal.kernel.calendar import calendar
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import TransitionBlocked, missing
from portal.pages.verbs import VerbView
from portal.shared.workingdays import date_cn


def cycle_list(request):
    _ministry(request)
    rows = Cycle.objects.national().for_user(request.user).annotate(dossiers=Count("applications"))
    rows = rows.order_by("-year")  # counting drops the model's own order
    return render(
        request,
        "applications/cycles/list.html",
        {"rows": rows, "may_create": holds(Cycle, request.user, "prepare")},
    )


def _ministry(request) -> None:
    demand_role(Cycle, request.user, "prepare", "年度安排由工业和信息化部办理。")


def create(request):
    """Next year's round on one page, from last year's."""
    _ministry(request)
    last = Cycle.objects.national().order_by("-year").first()
    year = last.year + 1 if last else clock.today().year
    initial = {
        "year": year,
        "edition_code": last.edition_code if last else None,
        **cycles.proposed_dates(year, last),
    }
    initial |= cycles.proposed_rules(last)
    if last:
        initial["publicity_days"] = last.edition_overlay.get("publicity_days")
    form = CycleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = form.values()
        if last and last.edition_code == fields["edition_code"] and "rubric" in last.edition_overlay:
            fields["edition_overlay"]["rubric"] = last.edition_overlay["rubric"]
        row = cycles.create_cycle(by=request.user, **fields)
        messages.success(request, f"{row}已建立，请核对日期后发布。")
        return redirect("cycle", row.pk)
    return render(
        request,
        "applications/cycles/form.html",
        {"form": form, "last": last},
        status=422 if form.is_bound else 200,
    )


def cycle(request, pk):
    row = fetch(Cycle.objects.national(), request.user, pk=pk)
    days = calendar()
    start = days.next_workday(row.review_until)
    known = row.edition.publicity_days  # an edition of comparison may not say
    example = days.publicity_period(start, known) if known else None
    handling = days.workdays_between(row.handling_from, row.handling_until)
    return render(
        request,
        "applications/cycles/detail.html",
        {
            "row": row,
            "example": example,
            "handling_days": handling,
            "provisional": days.is_provisional(row.filing_from, row.closes_on),
            "missing": missing(row, "publish", by=request.user) if row.state == "DRAFT" else [],
            "alive": alive_by_state(row) if row.state == "CLOSED" else [],
            "keeps_open": missing(row, "end") if row.state == "CLOSED" else [],
            "changes": [
                (change, [(cycles.label_of(name), pair) for name, pair in change.changes.items()])
                for change in row.changes.select_related("changed_by")
            ],
            "late": Application.objects.for_user(request.user)
            .filter(cycle=row, late_filing_until__isnull=False)
            .select_related("platform"),
            "may": {
                "list": holds(Cycle, request.user, "prepare"),
                "edit": allowed(request.user, "edit", row),
                "publish": allowed(request.user, "publish", row),
                "extend": allowed(request.user, "extend_review", row)
                and row.state in ("PUBLISHED", "CLOSED"),
                "take_back": row.state == "PUBLISHED"
                and clock.today() < row.filing_from
                and allowed(request.user, "prepare_take_back", row),
            },
        },
    )


def edit(request, pk):
    row = fetch(Cycle.objects.national(), request.user, "edit", pk=pk)
    form = CycleForm(request.POST or None, instance=row)
    goes_back = request.POST.get("then") == "back"  # from the page that asks: as typed, nothing is stored
    if request.method == "POST" and not goes_back and form.is_valid():
        fields = {name: value for name, value in form.values().items() if name != "year"}
        if row.state != "DRAFT" and "confirmed" not in request.POST and form.cleaned_data["reason"].strip():
            return render(
                request,
                "applications/cycles/confirm.html",
                {
                    "row": row,
                    "form": form,
                    "lines": [
                        {**line, "over": over_quota(row, line["name"], fields[line["name"]])}
                        for line in cycles.reach_of(row, fields)
                    ],
                    "reason": form.cleaned_data["reason"],
                },
            )
        try:
            cycles.change_cycle(row, by=request.user, reason=form.cleaned_data.get("reason", ""), **fields)
        except TransitionBlocked as refusal:
            form.add_error("reason" if "reason" in form.fields else None, refusal.reasons)
        else:
            messages.success(request, "年度安排已保存。")
            return redirect("cycle", row.pk)
    context = {"form": form, "row": row, "affected": cycles.affected_by(row)}
    status = 422 if form.is_bound and not goes_back else 200
    return render(request, "applications/cycles/form.html", context, status=status)


class Publish(VerbView):
    model = Cycle
    verb = "publish"
    form_class = PublishForm
    signature = True
    basis = ((11, ""),)

    def act(self, form):
        return cycles.publish_cycle(self.obj, by=self.request.user, note=form.cleaned_data["note"])

    def shown(self):
        row = self.obj
        told = {person.pk for message in preview(Cycle, "publish", row) for person in message.recipients}
        others = "、".join(str(one) for one in running_cycles())
        return [
            ("适用办法", row.edition.title),
            ("填报", f"{row.filing_from} 至 {row.filing_until}"),
            ("集中办理", f"{row.handling_from} 至 {row.handling_until} 的工作日"),
            (
                "评审办理",
                f"至 {row.review_until}"
                + ("；晚于集中办理结束的，请在下面写明理由" if reviews_after_the_month(row) else ""),
            ),
            ("公示", counted(row.edition.publicity_days, " 个工作日")),
            (
                "发布后",
                f"年度安排和应复核名单对外公开，至填报开始前不接受提交；应复核平台 {due_titles(row).count()} 家",
            ),
            ("通知", f"应复核平台和推荐单位的 {len(told)} 人收到消息"),
            ("其他年度", f"{others}照常办理，不受影响" if others else "没有进行中的其他年度"),
            ("收回", f"{date_cn(row.filing_from)}填报开始之前，可由两人办理收回"),
        ]

    def back_url(self):
        return reverse("cycle", args=[self.obj.pk])


class TakeBack(VerbView):
    model = Cycle
    verb = "take_back"

    def shown(self):
        act = describe_taking_back([self.obj], {})
        return [*act["rows"], *(("收回后", words) for words in act["effects"])]

    def back_url(self):
        return reverse("cycle", args=[self.obj.pk])

    def success_url(self, result):
        return reverse("signoff", args=[result.pk])


def extend(request, pk):
    """More time for a year's review, also after its close."""
    row = fetch(Cycle.objects.national(), request.user, "extend_review", pk=pk)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cycles.extend_review(row, by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error("until", refusal.reasons)
        else:
            messages.success(request, "评审办理期已延长，推荐单位和有在办申报的单位收到通知。")
            return redirect("cycle", pk)
    return render(
        request,
        "applications/cycles/extend.html",
        {"row": row, "form": form, "waiting": cycles.reach_of(row, {"review_until": None})},
        status=422 if form.is_bound else 200,
    )


def late(request, pk):
    row = fetch(Cycle.objects.national(), request.user, "publish", pk=pk)
    return late_page(request, row, reverse("cycle", args=[pk]))


def late_page(request, row: Cycle, back: str):
    """Admit a justified late filing of one draft, found by its unit's code."""
    uscc = request.POST.get("uscc") or request.GET.get("uscc", "")
    drafts = Application.objects.filter(
        cycle=row, state="DRAFT", platform__organisation__uscc=uscc.strip().upper()
    ).select_related("platform__organisation")
    form = LateForm(request.POST if "until" in request.POST else None)
    if form.is_bound and form.is_valid():
        chosen = drafts.filter(pk=request.POST.get("application")).first()
        if chosen is None:
            form.add_error(None, "请选择一件草稿。")
        else:
            cycles.admit_late_filing(chosen, by=request.user, **form.cleaned_data)
            messages.success(request, f"已准予{chosen.platform.name}逾期提交。")
            return redirect(back)
    return render(
        request,
        "applications/cycles/late.html",
        {"row": row, "back": back, "form": form, "drafts": drafts, "uscc": uscc},
        status=422 if form.is_bound else 200,
    )
