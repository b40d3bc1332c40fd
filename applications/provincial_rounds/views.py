"""A province's own yearly rounds (Art. 18): home, open, check, publish, and what the public reads of one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.cycles import services as cycles
from applications.cycles.views import late_page
from applications.editions import get_edition
from applications.models import Application, Cycle
from applications.provincial_rounds import services as provincial
from applications.provincial_rounds.forms import RoundForm, initial_of
from applications.states import ApplicationState as S
from applications.states import CycleState
from platforms.models import Programme
from platforms.programmes.views import own_programme, own_province
from portal.kernel import clock
from portal.kernel.permissions import allowed, demand_scope, fetch
from portal.kernel.workflow import TransitionBlocked, missing
from portal.models import SignOff
from portal.pages.listforms import tabs_of
from portal.pages.lists import page_of
from portal.pages.refusals import refusals_at
from portal.pages.verbs import VerbView

STAGES = (
    ("待受理", (S.SUBMITTED,)),
    ("退回补正", (S.RETURNED,)),
    ("测评中", (S.UNDER_EVALUATION,)),
    ("待合议", (S.REVIEWED,)),
    ("待公示", (S.PROPOSED,)),
    ("公示中", (S.PUBLICISED,)),
    ("已认定", (S.DESIGNATED,)),
    ("未通过或终止", (S.REJECTED, S.LAPSED, S.WITHDRAWN)),
)


def home(request):
    """The province's rounds, its register, and what waits for a signature."""
    province = own_province(request)
    programme = Programme.objects.filter(recommender=province).first()
    rounds = (
        provincial.rounds_of(programme).annotate(dossiers=Count("applications")).order_by("-year")
        if programme
        else []
    )
    return render(
        request,
        "applications/provincial/home.html",
        {
            "province": province,
            "programme": programme,
            "rounds": rounds,
            "may_set_up": allowed(request.user, "run_programme", province),
            "standing": programme.titles.standing().count() if programme else 0,
            "ending": programme.titles.ending().count() if programme else 0,
            "waiting": SignOff.objects.for_user(request.user)
            .filter(state=SignOff.State.WAITING)
            .select_related("proposer"),
        },
    )


def create(request):
    programme = own_programme(request)
    demand_scope(request.user, "open_round", programme, "省级认定年度由本省办理。")
    year = clock.today().year
    while provincial.rounds_of(programme).filter(year=year).exists():
        year += 1
    terms = provincial.proposed_terms(programme, year)
    initial = {
        "year": year,
        "contact_phone": programme.recommender.phone,
        **initial_of(terms),
        **provincial.proposed_window(year),
    }
    form = RoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            row = provincial.create_round(
                programme,
                by=request.user,
                year=form.cleaned_data["year"],
                terms=form.terms(terms),
                window=form.window(),
            )
            messages.success(request, f"{row}已建立，请核对后由负责人发布。")
            return redirect("round", row.pk)
    return render(
        request,
        "applications/provincial/form.html",
        {"form": form, "programme": programme},
        status=422 if form.is_bound else 200,
    )


def fetch_round(request, pk, verb: str) -> Cycle:
    """One of the own province's rounds, for who belongs to a province."""
    own_province(request)
    return fetch(Cycle.objects.provincial(), request.user, verb, pk=pk)


def round_page(request, pk):
    row = fetch_round(request, pk, "view")
    dossiers = Application.objects.for_user(request.user).filter(cycle=row)
    counts = dict(dossiers.order_by().values_list("state").annotate(n=Count("*")))
    stage = request.GET.get("stage", "")
    if stage.isdecimal() and int(stage) < len(STAGES):
        dossiers = dossiers.filter(state__in=STAGES[int(stage)][1])
    return render(
        request,
        "applications/provincial/round.html",
        {
            "row": row,
            "edition": row.edition,
            "stage": stage,
            "tabs": tabs_of(
                [("", "全部"), *((str(n), label) for n, (label, _) in enumerate(STAGES))],
                stage,
                name="stage",
                counts={
                    str(n): sum(counts.get(one, 0) for one in states) for n, (_, states) in enumerate(STAGES)
                },
            ),
            "page": page_of(request, dossiers.select_related("platform__organisation").order_by("number")),
            "left_out": _left_out(row),
            "missing": missing(row, "publish", by=request.user) if row.state == CycleState.DRAFT else [],
            "changes": [
                (change, [(cycles.label_of(name), pair) for name, pair in change.changes.items()])
                for change in row.changes.select_related("changed_by")
            ],
            "may": {
                "admit": row.state == CycleState.PUBLISHED and allowed(request.user, "publish", row),
                "edit": row.state in (CycleState.DRAFT, CycleState.PUBLISHED)
                and allowed(request.user, "edit", row),
                "publish": row.state == CycleState.DRAFT and allowed(request.user, "publish", row),
            },
        },
    )


def _left_out(row: Cycle) -> list[str]:
    base = get_edition(row.edition_code)
    asked = {spec.code for spec in row.edition.materials}
    return [f"{spec.ordinal}{spec.short_title}" for spec in base.materials if spec.code not in asked]


def edit(request, pk):
    row = fetch_round(request, pk, "edit")
    terms = provincial.terms_of(row)
    initial = {
        "year": row.year,
        **{name: getattr(row, name) for name in (*provincial.WINDOW, *provincial.PHONES)},
        **initial_of(terms),
    }
    form = RoundForm(request.POST or None, row=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            provincial.change_round(
                row,
                by=request.user,
                window=form.window(),
                terms=form.terms(terms),
                reason=form.cleaned_data.get("reason", ""),
            )
        except TransitionBlocked as refusal:
            for reason in refusal.reasons:
                form.add_error("reason" if "reason" in form.fields else None, reason)
        else:
            messages.success(request, "年度安排已保存。")
            return redirect("round", pk)
    return render(
        request,
        "applications/provincial/form.html",
        {"form": form, "programme": row.programme, "row": row},
        status=422 if form.is_bound else 200,
    )


def late(request, pk):
    row = fetch_round(request, pk, "publish")
    return late_page(request, row, reverse("round", args=[pk]))


class Publish(VerbView):
    model = Cycle
    verb = "publish"
    signature = True
    basis = ((18, ""),)

    def queryset(self):
        return Cycle.objects.provincial()

    def dispatch(self, request, *args, **kwargs):
        own_province(request)
        return super().dispatch(request, *args, **kwargs)

    def act(self, form):
        return cycles.publish_cycle(self.obj, by=self.request.user, note=form.cleaned_data["note"])

    def shown(self):
        row, edition = self.obj, self.obj.edition
        numbers = [f"{one.label} {one.value} {one.unit}" for one in edition.thresholds]
        return [
            ("称号", edition.honour),
            ("本省办法", f"{edition.title} {edition.document_number}"),
            ("填报", f"{row.filing_from} 至 {row.filing_until}"),
            ("条件", "，".join(numbers)),
            ("不要求的材料", "、".join(_left_out(row)) or "无"),
            ("公示和有效期", f"公示 {edition.publicity_days} 个工作日，{_term(edition)}"),
        ]

    def back_url(self):
        return reverse("round", args=[self.obj.pk])


def _term(edition) -> str:
    return f"称号有效期 {edition.rereview_years} 年" if edition.rereview_years else "称号不设期限"


@login_not_required
@require_safe
def public_round(request, code, year):
    """Conditions, materials and dates of one published round, for who means to apply."""
    row = get_object_or_404(
        Cycle.objects.select_related("programme__recommender"), programme__recommender__code=code, year=year
    )
    if row.state == CycleState.DRAFT:
        raise Http404
    return render(request, "applications/provincial/public.html", {"row": row, "edition": row.edition})
