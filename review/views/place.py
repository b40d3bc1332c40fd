"""Whose table the pages of a decision stand on: the ministry's this year, or a province's own round (Art. 18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.models import Cycle
from applications.states import NATIONAL, NATIONAL_CHOICES, Procedure
from applications.views.desk import current_cycle
from applications.views.provincial import fetch_round
from portal.permissions import MINISTRY


@dataclass(frozen=True)
class Place:
    """`works` is false for who only looks on. The three addresses lead from one page to the next."""

    cycle: Cycle | None
    procedure: str
    works: bool
    decision: str
    publicity: str
    publicised: str
    procedures: Sequence[tuple[str, str]] = field(default_factory=list)

    @property
    def is_national(self) -> bool:
        return self.procedure in NATIONAL


def of_ministry(request, *, also: Sequence[str] = ()) -> Place:
    if request.user.role not in (*MINISTRY, *also):
        raise PermissionDenied("此页面属于工业和信息化部。")
    wanted = request.POST.get("procedure") or request.GET.get("procedure")
    return Place(
        cycle=current_cycle(),
        procedure=wanted if wanted in NATIONAL else Procedure.DESIGNATION,
        works=request.user.role in MINISTRY,
        decision=reverse("decision"),
        publicity=reverse("publicity_prepare"),
        publicised=reverse("publicised"),
        procedures=NATIONAL_CHOICES,
    )


def of_province(request, pk) -> Place:
    return Place(
        cycle=fetch_round(request, pk, "edit"),
        procedure=Procedure.PROVINCIAL,
        works=True,
        decision=reverse("round_decision", args=[pk]),
        publicity=reverse("round_publicity", args=[pk]),
        publicised=reverse("round_publicised", args=[pk]),
    )
