"""The recommender's desk: what needs us, the queue, how to reach us."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet
from django.shortcuts import redirect, render
from django.urls import reverse

from applications.cycles.years import ALIVE, YearChoice, choose_year, running_cycles, stage_words
from applications.desk.lines import LISTED, RELATED, lines_of
from applications.dossiers.lists import search_of_dossiers
from applications.models import Application, Cycle
from applications.recommendation.forms import ContactForm
from applications.requirements import handling_day_reasons
from applications.states import AT_MINISTRY, ApplicationState, Procedure
from platforms.models import Recommender
from platforms.querysets import in_force, office_of, suspended_in
from portal.desk.todo import today_of
from portal.kernel import audit, clock
from portal.kernel.permissions import forbid
from portal.kernel.request import last_act
from portal.pages.listforms import choice, options_of
from portal.pages.lists import DeclaredList, Filter, one_of, whole_number
from portal.shared.together import Figures, ask

S = ApplicationState
STAGES = (
    ("待受理", (S.SUBMITTED,)),
    ("退回补正", (S.RETURNED,)),
    ("测评中", (S.UNDER_EVALUATION,)),
    ("待报送", (S.RECOMMENDED,)),
    ("已报送", AT_MINISTRY),
    ("已认定或确认", (S.DESIGNATED, S.CONFIRMED)),
    ("未推荐或未通过", (S.NOT_RECOMMENDED, S.REFUSED, S.REJECTED, S.FAILED, S.LAPSED)),
)


def our_recommender(user, verb: str = "edit") -> Recommender:
    """The office that the user works at, or, with `sign_lists`, signs for."""
    row = office_of(user) if verb == "edit" else Recommender.objects.for_user(user, verb).first()
    if row is None:
        forbid("此页面属于推荐单位。" if verb == "edit" else "须由推荐单位负责人办理。")
    return row


def suspension_of(recommender: Recommender, cycle: Cycle | None):
    """Art. 15 stops a jurisdiction's filing for a year; an association has no jurisdiction."""
    if cycle is None or recommender.is_direct:
        return None
    return suspended_in(recommender.pk, cycle.year)


def suspensions_ahead(recommender: Recommender) -> list:
    """This year's and next year's, so that a province knows before its units begin to file."""
    if recommender.is_direct:
        return []
    year = clock.today().year
    rows = (in_force(year) | in_force(year + 1)).filter(recommender=recommender)
    return sorted(rows, key=lambda row: row.year)


def year_of_desk(request, *states) -> YearChoice:
    """The year that one of the recommender's pages is about; `states` are what this page works on first."""
    rows = Application.objects.for_user(request.user).filter(
        state__in=ALIVE, procedure__in=(Procedure.DESIGNATION, Procedure.REREVIEW)
    )
    return choose_year(request, rows, first=Q(state__in=states) if states else None)


def five_years(user) -> list[dict]:
    """The road of the last five rounds: filed, evaluated, recommended, designated or confirmed; one query."""
    rows = (
        Application.objects.for_user(user)
        .filter(submitted_at__isnull=False, procedure__in=(Procedure.DESIGNATION, Procedure.REREVIEW))
        .values(year=F("cycle__year"))
        .annotate(
            filed=Count("*"),
            evaluated=Count(1, filter=Q(evaluation__isnull=False)),
            recommended=Count(1, filter=Q(reported_at__isnull=False) | Q(state=S.RECOMMENDED)),
            won=Count(1, filter=Q(state__in=(S.DESIGNATED, S.CONFIRMED))),
        )
        .order_by("-year")[:5]
    )
    most = max((row["filed"] for row in rows), default=1)
    names = ("filed", "evaluated", "recommended", "won")
    return [
        {"year": row["year"], "cells": [(row[name], row[name] * 200 // most) for name in names]}
        for row in rows
    ]


def _figures_of(user, cycle: Cycle) -> Figures:
    """How many dossiers of a year stand in each stage, and how many of the quota are used."""
    taken = Q(state__in=[*STAGES[3][1], *STAGES[4][1], *STAGES[5][1]])
    ordinary = ~Q(recommendation__special_slot__in=cycle.special_list)
    stages = {f"s{n}": Count(1, filter=Q(state__in=states)) for n, (_, states) in enumerate(STAGES)}
    used = Count(1, filter=Q(procedure=Procedure.DESIGNATION) & taken & ordinary)
    return Figures(Application.objects.for_user(user).filter(cycle=cycle), {"used": used, **stages})


def _round_of(recommender: Recommender, cycle: Cycle, counts: dict[str, int]) -> dict:
    """One running year on the desk: its stages, its window, its quota."""
    address = f"{reverse('recommender_queue')}?year={cycle.year}"
    return {
        "cycle": cycle,
        "words": stage_words(cycle),
        "used": counts["used"],
        "quota": cycle.quota_for(recommender),
        "handling": list(handling_day_reasons(cycle)),
        "is_over": clock.today() > cycle.handling_until,
        "stages": [
            {"label": label, "count": counts[f"s{n}"], "url": f"{address}&stage={n}"}
            for n, (label, _) in enumerate(STAGES)
        ],
    }


def home(request):
    recommender = our_recommender(request.user)
    cycles = list(running_cycles())
    counts = ask(*(_figures_of(request.user, cycle) for cycle in cycles))
    return render(
        request,
        "applications/desk/home.html",
        {
            "recommender": recommender,
            "rounds": [_round_of(recommender, *one) for one in zip(cycles, counts, strict=True)],
            "today": today_of(request.user, last_act(request)),
            "suspensions": suspensions_ahead(recommender),
            "years": five_years(request.user),
        },
    )


# What a home names as work of its own within a stage: number of the stage, label, which of its dossiers.
UNDER_EVALUATION = Q(state=S.UNDER_EVALUATION)
TURNS = {
    "to-evaluate": (2, "待完成测评", UNDER_EVALUATION & Q(evaluation__completed_at=None)),
    "evaluated": (2, "测评已完成", UNDER_EVALUATION & ~Q(evaluation__completed_at=None)),
    "supplementing": (4, "形式审查补正中", Q(state=S.SUPPLEMENTING)),
}


def stage_choices() -> list[tuple[str, str]]:
    """The stages with what is told apart within them."""
    choices = []
    for number, (label, _) in enumerate(STAGES):
        choices.append((str(number), label))
        choices += [(code, f"{label}：{words}") for code, (of, words, _) in TURNS.items() if of == number]
    return choices


def at_stage(rows: QuerySet, number: str) -> QuerySet:
    if number in TURNS:
        return rows.filter(TURNS[number][2])
    label, states = STAGES[int(number)]
    rows = rows.filter(state__in=states)
    # A province's own round stands on its own page from then on.
    return rows.filter(reported_at__isnull=False) if label == "已报送" else rows


def stage_of(row: Application, *, is_evaluated: bool) -> str:
    """The stage of the list that has the dossier among its like alone."""
    if row.state == S.UNDER_EVALUATION:
        return "evaluated" if is_evaluated else "to-evaluate"
    if row.state == S.SUPPLEMENTING:
        return "supplementing"
    return next((str(number) for number, (_, states) in enumerate(STAGES) if row.state in states), "")


FILED = DeclaredList(
    filters=(
        search_of_dossiers("平台、单位、信用代码、受理编号"),
        Filter(
            "stage", at_stage, dict(stage_choices()).__contains__, choice("阶段", "全部阶段", stage_choices())
        ),
        whole_number("year", "cycle__year", field=choice("年度", "全部年度")),
        one_of("procedure", Procedure.values, field=choice("事项", "认定和复核", Procedure.choices)),
    ),
    orders={"due": ("-cycle__year", "due_on", "number")},
    is_wide=True,
)


def queue(request):
    our_recommender(request.user)
    years = set(Cycle.objects.for_user(request.user).values_list("year", flat=True))
    page = FILED.page(
        request, Application.objects.for_user(request.user).select_related(*RELATED).only(*LISTED)
    )
    return render(
        request,
        "applications/desk/queue.html",
        {
            "page": page,
            "lines": lines_of(page),
            "filters": FILED.form(request.GET, {"year": options_of(sorted(years, reverse=True))}),
            "suspensions": suspensions_ahead(our_recommender(request.user)),
        },
    )


def contact(request):
    recommender = our_recommender(request.user)
    names = ("office", "contact", "phone", "email", "address", "seal_text")
    form = ContactForm(request.POST or None, initial={name: getattr(recommender, name) for name in names})
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(recommender, name, value)
        recommender.save(update_fields=list(form.cleaned_data))
        audit.record(action="edit", obj=recommender, by=request.user, facts=form.cleaned_data)
        messages.success(request, "联系方式已保存，将显示在申报页面和文书上。")
        return redirect("recommender_home")
    return render(
        request,
        "applications/desk/contact.html",
        {"form": form, "recommender": recommender},
        status=422 if form.is_bound else 200,
    )
