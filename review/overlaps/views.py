"""What dossiers share: the list over all dossiers and years, and an officer's answer to one finding."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from applications.models import Cycle, Overlap
from applications.overlaps.rules import RULES
from applications.overlaps.services import answer_overlap, told_in_part
from portal.kernel.permissions import demand_role, fetch, forbid, holds
from portal.pages.drawn import draw_kept
from portal.pages.listforms import choice, options_of, tabs_of, tick
from portal.pages.lists import DeclaredList, Filter, is_number, one_of
from portal.pages.refusals import refusals_at
from review.formal_check.forms import OverlapForm

RELATED = (
    "application__platform__organisation",
    "application__recommender",
    "application__cycle",
    "other__platform__organisation",
    "other__recommender",
    "other__cycle",
    "answered_by",
)
SIDES = ("application__platform", "application__recommender", "other__platform", "other__recommender")
LISTED = (
    "rule",
    "count",
    "share",
    "sample",
    "answer",
    *(
        f"{side}__{name}"
        for side in ("application", "other")
        for name in ("number", "platform__name", "recommender__label")
    ),
)


FOUND = DeclaredList(
    filters=(
        Filter(
            "year",
            lambda rows, year: rows.filter(Q(application__cycle__year=year) | Q(other__cycle__year=year)),
            is_number,
            choice("年度", "全部年度"),
        ),
        one_of("rule", {one.name for one in RULES}),
        Filter("open", lambda rows, _: rows.filter(answer=""), field=tick("只看未核查")),
    ),
    orders={"open": ("answer", "-share", "-count", "pk")},
    is_wide=True,
)


def _line(row: Overlap) -> SafeString:
    """Drawn once for what it says."""
    sides = [(one.number, one.platform.name, one.recommender.label) for one in (row.application, row.other)]
    says = (row.pk, row.rule, row.count, row.share, tuple(map(str, row.sample)), row.answer)
    return draw_kept("review/overlaps/_line.html", (*says, *sides), lambda: {"row": row})


def overlap_list(request):
    demand_role(Overlap, request.user, "view", "查重结果供工业和信息化部、推荐单位和监督人员查看。")
    rows = Overlap.objects.for_user(request.user)
    by_rule = dict(rows.values_list("rule").annotate(open=Count(1, filter=Q(answer=""))))
    years = Cycle.objects.national().for_user(request.user).values_list("year", flat=True)
    asked = FOUND.values(request.GET)
    page = FOUND.page(request, rows.select_related(*SIDES).only(*LISTED))
    return render(
        request,
        "review/overlaps/list.html",
        {
            "page": page,
            "lines": map(_line, page),
            "tabs": tabs_of(
                [("", "全部"), *((one.name, one.label) for one in RULES)],
                asked["rule"],
                name="rule",
                counts={one.name: by_rule.get(one.name, 0) for one in RULES},
                hot=by_rule,
                kept={"open": asked["open"]},
            ),
            "rules": RULES,
            "filters": FOUND.form(
                request.GET, {"year": options_of(years, "{} 年度")}, kept={"rule": asked["rule"]}
            ),
            "in_part": told_in_part(request.user),
            "may_answer": holds(Overlap, request.user, "answer"),
        },
    )


def overlap(request, pk):
    """Both sides beside each other, with what they share and the answer."""
    row = fetch(Overlap.objects.select_related(*RELATED), request.user, pk=pk)
    may_answer = Overlap.objects.for_user(request.user, "answer").filter(pk=pk).exists()
    form = OverlapForm(request.POST or None, initial={"answer": row.answer, "words": row.words})
    if request.method == "POST":
        if not may_answer:
            forbid("查重结果由办理评审的单位核查。")
        if form.is_valid():
            with refusals_at(form):
                answer_overlap(row, by=request.user, **form.cleaned_data)
                messages.success(request, "核查结论已记录。")
                return redirect(f"{reverse('overlap_list')}?open=1")
    return render(
        request,
        "review/overlaps/detail.html",
        {"row": row, "form": form, "may_answer": may_answer, "sides": (row.application, row.other)},
        status=422 if form.is_bound else 200,
    )
