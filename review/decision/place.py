"""Whose table the pages of a decision stand on: the ministry's this year, or a province's own round (Art. 18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from applications.cycles.years import YearChoice, choose_year
from applications.models import Application, Cycle
from applications.provincial_rounds.views import fetch_round
from applications.states import NATIONAL, NATIONAL_CHOICES, Procedure
from portal.kernel.permissions import demand_role, holds


@dataclass(frozen=True)
class Place:
    """`works` is false for who only looks on. The three addresses lead from one page to the next
    and end in a query that more can be added to."""

    cycle: Cycle | None
    procedure: str
    works: bool
    decision: str
    publicity: str
    publicised: str
    procedures: Sequence[tuple[str, str]] = field(default_factory=list)
    year: YearChoice | None = None

    @property
    def is_national(self) -> bool:
        return self.procedure in NATIONAL


DECIDING = ("REVIEWED", "PROPOSED", "PUBLICISED")


def of_ministry(request, *, first: Sequence[str] = DECIDING, verb: str = "list_decisions") -> Place:
    """`first` are the states that the page works on: they decide which year it opens with."""
    demand_role(Application, request.user, verb, "此页面属于工业和信息化部。")
    wanted = request.POST.get("procedure") or request.GET.get("procedure")
    work = Application.objects.for_user(request.user).filter(procedure__in=NATIONAL, state__in=DECIDING)
    year = choose_year(request, work, first=Q(state__in=first))
    at = f"?year={year.cycle.year if year.cycle else ''}"
    return Place(
        cycle=year.cycle,
        year=year,
        procedure=wanted if wanted in NATIONAL else Procedure.DESIGNATION,
        works=holds(Application, request.user, "check"),
        decision=reverse("decision") + at,
        publicity=reverse("publicity_prepare") + at,
        publicised=reverse("publicised") + at,
        procedures=NATIONAL_CHOICES,
    )


def of_province(request, pk) -> Place:
    return Place(
        cycle=fetch_round(request, pk, "edit"),
        procedure=Procedure.PROVINCIAL,
        works=True,
        decision=reverse("round_decision", args=[pk]) + "?",
        publicity=reverse("round_publicity", args=[pk]) + "?",
        publicised=reverse("round_publicised", args=[pk]) + "?",
    )
