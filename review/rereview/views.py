"""三年复核 (Art. 14): the cohort of a round, who has not filed, what the ministry decides about them."""

from __future__ import annotations

from itertools import zip_longest

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.models import Cycle
from applications.rereviews.cohort import (
    FOLLOWS,
    STANDINGS,
    announced_titles,
    dossiers_of,
    due_titles,
    in_standing,
    unfiled,
)
from platforms.models import Designation
from platforms.querysets import recommenders_of
from portal.kernel import clock
from portal.kernel.permissions import demand_role, holds
from portal.pages.listforms import tabs_of
from portal.pages.lists import DeclaredList, page_of
from portal.pages.refusals import refusals_at
from portal.shared.together import Number, ask
from review.models import Deferral, FailingNotice, Revocation
from review.records.forms import DeferForm
from review.rectifications.services import propose_deferral
from review.states import OPEN_REVOCATIONS


def _cycle(request) -> Cycle | None:
    rows = Cycle.objects.national().exclude(state="DRAFT").order_by("-year")
    year = request.GET.get("year", "")
    return rows.filter(year=int(year)).first() if year.isdecimal() else rows.first()


COHORT = DeclaredList(orders={"office": ("recommender__order", "number")}, is_wide=True)


def cohort(request):
    """Due this round and where each stands; the ministry sees all, a recommender what it supervises."""
    user = request.user
    demand_role(Designation, user, "list_rereview", "此页面属于工业和信息化部和推荐单位。")
    cycle, standing = _cycle(request), request.GET.get("standing", "")
    rows = due_titles(cycle) if cycle else Designation.objects.none()
    if not holds(Deferral, user, "view"):
        rows = rows.filter(recommender__in=recommenders_of(user))
    numbers = ask(*(Number(in_standing(rows, cycle, code)) for code, _ in STANDINGS if cycle))
    counts = {code: number for (code, _), number in zip_longest(STANDINGS, numbers, fillvalue=0)}
    if cycle:
        rows = (
            in_standing(rows, cycle, standing)
            .select_related("recommender")
            .prefetch_related(
                Prefetch("rereviews", queryset=dossiers_of(cycle), to_attr="this_round"),
                Prefetch(
                    "deferrals",
                    queryset=Deferral.objects.filter(cycle=cycle, state="GRANTED"),
                    to_attr="deferred",
                ),
                Prefetch(
                    "revocations",
                    queryset=Revocation.objects.filter(state__in=OPEN_REVOCATIONS),
                    to_attr="under_revocation",
                ),
                Prefetch(
                    "failing_notices", queryset=FailingNotice.objects.filter(cycle=cycle), to_attr="told"
                ),
            )
        )
    page = COHORT.page(request, rows)
    standings = _standings(page, cycle)
    for row in page:
        row.standing = standings.get(row.pk, "")
    return render(
        request,
        "review/rereview/cohort.html",
        {
            "this_cycle": cycle,
            "page": page,
            "standing": standing,
            "tabs": tabs_of(
                [("", "全部"), *STANDINGS],
                standing,
                name="standing",
                counts=counts,
                kept={"year": cycle.year if cycle else ""},
            ),
            "years": Cycle.objects.national().exclude(state="DRAFT").values_list("year", flat=True),
            "overdue": bool(cycle) and cycle.state in ("CLOSED", "ENDED"),
            "filing_over": bool(cycle) and clock.today() > cycle.filing_until,
            "follows": FOLLOWS.get(standing),
            "may": {
                "defer": bool(cycle) and cycle.state == "PUBLISHED" and clock.today() < cycle.review_until,
                "tell": bool(cycle)
                and cycle.state in ("PUBLISHED", "CLOSED")
                and clock.today() > cycle.filing_until,
                "remind": holds(Designation, user, "remind_rereview"),
                "extend": holds(Deferral, user, "grant"),
            },
            "is_ministry": holds(Deferral, user, "prepare_grant"),
        },
    )


def _standings(page, cycle) -> dict:
    """The code of each title's standing, for the titles of one page, by one query."""
    shown, codes = (
        Designation.objects.filter(pk__in=[row.pk for row in page]),
        [code for code, _ in STANDINGS],
    )
    each = ask(*(in_standing(shown, cycle, code).values_list("pk", flat=True) for code in codes if cycle))
    return {key: code for code, keys in zip_longest(codes, each, fillvalue=()) for key in keys}


@login_not_required
@require_safe
def public_cohort(request, year):
    """The list as it was announced with the round, and what each title is today; nothing about how its review goes."""
    cycle = Cycle.objects.national().exclude(state="DRAFT").filter(year=year).first()
    if cycle is None:
        raise Http404
    rows = announced_titles(cycle).select_related("recommender").order_by("recommender__order", "number")
    page = page_of(request, rows, 100)
    return render(request, "review/rereview/public.html", {"this_cycle": cycle, "page": page})


def defer(request, pk, year):
    demand_role(Deferral, request.user, "prepare_grant", "准予补办复核由工业和信息化部办理。")
    cycle = get_object_or_404(Cycle.objects.national().exclude(state="DRAFT"), year=year)
    title = unfiled(cycle).filter(pk=pk).select_related("recommender").first()
    if title is None:
        raise Http404
    form = DeferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            act = propose_deferral(title, cycle, by=request.user, **form.cleaned_data)
            messages.success(request, "已送审签。须由另一位负责人审签后生效。")
            return redirect("signoff", act.pk)
    return render(
        request,
        "review/records/form.html",
        {
            "heading": "准予补办本年度复核",
            "crumb": ("三年复核", reverse("rereview") + f"?year={year}&standing=unfiled"),
            "shown": [
                ("平台", title.platform_name),
                ("证书编号", title.number),
                ("未提交复核的年度", str(year)),
            ],
            "form": form,
            "button": "拟办，送审签",
            "consequence": "审签后平台可以在补办期限前提交；期满未提交的，按未提交办理。平台和推荐单位收到通知，写明期限和理由。此事项须两人办理，由另一位负责人审签后生效。",
        },
        status=422 if form.is_bound else 200,
    )
