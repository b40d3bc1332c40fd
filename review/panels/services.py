"""Panels by lot: everything that goes into a drawing is kept beside its result."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Count

from applications.models import Application
from portal.kernel import audit, clock
from portal.kernel.workflow import TransitionBlocked
from portal.shared.digests import canonical_json, sha256_hex
from review.experts.services import assign_experts, conflict_tables, scoring_deadline
from review.models import Assignment, Expert, PanelDraw
from review.panels import drawing
from review.states import AT_WORK, ON_PANEL, AssignmentState


@transaction.atomic
def draw_panels(applications: Sequence[Application], *, by, seed: str = "") -> PanelDraw | None:
    """Fill the panels of several dossiers at once, evenly and by function; None when none has a free seat."""
    seats = _free_seats(applications)
    wanting = [row for row in applications if seats[row.pk]]
    if not wanting:
        return None
    experts = list(Expert.objects.filter(user__is_active=True).select_related("user").order_by("pk"))
    inputs = inputs_for(wanting, experts, seats)
    seed = seed or secrets.token_hex(8)
    try:
        result = draw_again(seed, inputs)
    except drawing.PanelImpossible as impossible:
        raise TransitionBlocked([str(impossible)]) from impossible
    by_id = {str(expert.pk): expert for expert in experts}
    for application in wanting:
        panel = [by_id[key] for key in result[str(application.pk)]]
        places = _places_to_fill(application, len(panel))
        for expert, place in zip(panel, places, strict=False):
            assign_experts(application, [expert], by=by, replaces=place, by_lot=True)
        if panel[len(places) :]:
            assign_experts(application, panel[len(places) :], by=by, by_lot=True)
    draw = PanelDraw.objects.create(
        seed=seed,
        inputs=inputs,
        result=result,
        digest=digest_of(seed, inputs, result),
        drawn_by=by,
        drawn_at=clock.now(),
    )
    for application in wanting:
        facts = {"seed": seed, "panel": len(result[str(application.pk)]), "draw": str(draw.pk)}
        audit.record(action="draw_panel", obj=application, by=by, facts=facts)
    return draw


def inputs_for(applications, experts: Sequence[Expert], seats: Mapping) -> dict:
    """The arguments of the drawing as plain data, in one fixed order."""
    tables = conflict_tables(applications, experts)
    present = set(
        Assignment.objects.filter(application__in=applications).values_list("application_id", "expert_id")
    )
    blocked = []
    for row in applications:
        last = scoring_deadline(row)
        for expert in experts:
            away = not expert.is_free(clock.today(), last)
            if tables[row.pk][str(expert.pk)] or away or (row.pk, expert.pk) in present:
                blocked.append([str(expert.pk), str(row.pk)])
    load = dict(Assignment.objects.filter(state__in=AT_WORK).values_list("expert_id").annotate(Count("id")))
    return {
        "dossiers": [str(row.pk) for row in applications],
        "experts": [str(expert.pk) for expert in experts],
        "size": {str(row.pk): seats[row.pk] for row in applications},
        "blocked": blocked,
        "skills": {str(expert.pk): sorted(expert.functions) for expert in experts},
        "preferred": {str(expert.pk): sorted(expert.preferred) for expert in experts},
        "wanted": {str(row.pk): sorted(row.platform.functions) for row in applications},
        "load": {str(key): number for key, number in load.items()},
    }


def draw_again(seed: str, inputs: Mapping) -> dict[str, list[str]]:
    """The drawing from what is on record: the same seed and inputs give the same panels."""
    blocked = {tuple(pair) for pair in inputs["blocked"]}
    return drawing.draw(seed=seed, **{**inputs, "blocked": blocked})


def digest_of(seed: str, inputs: Mapping, result: Mapping) -> str:
    return sha256_hex(canonical_json({"seed": seed, "inputs": inputs, "result": result}).encode())


def is_reproduced(draw: PanelDraw) -> bool:
    result = draw_again(draw.seed, draw.inputs)
    return result == draw.result and draw.digest == digest_of(draw.seed, draw.inputs, result)


def _free_seats(applications) -> dict:
    """Seats without anybody, in the dossiers that still gather their panels."""
    rows = Assignment.objects.filter(application__in=applications, state__in=ON_PANEL)
    taken = dict(rows.values_list("application_id").annotate(Count("id")))
    return {
        row.pk: max(0, row.cycle.panel_size - taken.get(row.pk, 0))
        if row.state in ("ACCEPTED", "UNDER_REVIEW")
        else 0
        for row in applications
    }


def _places_to_fill(application: Application, number: int) -> list[Assignment]:
    """Whom the newcomers stand in for: the recused and released who have no substitute yet."""
    replaced = application.assignments.exclude(replaces=None).values("replaces")
    gone = application.assignments.filter(
        state__in=[AssignmentState.RECUSED, AssignmentState.RELEASED]
    ).exclude(pk__in=replaced)
    return list(gone[:number])
