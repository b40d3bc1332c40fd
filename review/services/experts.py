"""The pool, conflicts, panels."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q

from applications.models import Application, RosterRow
from portal import audit, clock, outbox
from portal.calendar import deadline_in
from portal.people import create_account
from portal.permissions import Role, allowed
from portal.workflow import TransitionBlocked, perform
from review import conflicts, drawing
from review.models import Assignment, Expert
from review.states import AT_WORK, ON_PANEL, AssignmentState


@transaction.atomic
def add_expert(
    *, username: str, name: str, email: str, password: str | None, by, title: str = "", **profile
) -> Expert:
    user = create_account(
        username=username, name=name, role=Role.EXPERT, email=email, title=title, password=password, by=by
    )
    expert = Expert.objects.create(user=user, **profile)
    audit.record(action="create", obj=expert, by=by, facts={"employer": expert.employer})
    return expert


def facts_of_expert(expert: Expert) -> conflicts.ExpertFacts:
    return conflicts.ExpertFacts(
        expert.employer_uscc, expert.employer, frozenset(expert.past_usccs), str(expert.jurisdiction_id or "")
    )


def conflict_table(application: Application, experts: Sequence[Expert]) -> dict[str, list[str]]:
    """Expert id → reasons, for one dossier; three queries whatever the number of experts."""
    organisation = application.platform.organisation
    served = frozenset(
        RosterRow.objects.filter(material__application=application, material__code="smes").values_list(
            "key", flat=True
        )
    )
    recused = set(
        application.assignments.filter(state=AssignmentState.RECUSED).values_list("expert_id", flat=True)
    )
    jurisdiction = str(application.platform.jurisdiction_id)
    same_province = application.cycle.same_province_conflict
    return {
        str(expert.pk): conflicts.conflicts(
            facts_of_expert(expert),
            conflicts.DossierFacts(
                organisation.uscc,
                organisation.name,
                jurisdiction,
                served,
                recused_before=expert.pk in recused,
            ),
            same_province=same_province,
        )
        for expert in experts
    }


@transaction.atomic
def assign_experts(
    application: Application, experts: Sequence[Expert], *, by, replaces: Assignment | None = None
):
    """Put experts on a panel. Refuses a conflict by rule; the declaration comes later, from the expert."""
    if not allowed(by, "assign_experts", application):
        raise PermissionDenied("您没有分派专家的权限。")
    if application.state not in ("ACCEPTED", "UNDER_REVIEW"):
        raise TransitionBlocked([f"当前状态为“{application.get_state_display()}”，不能分派专家。"])
    table = conflict_table(application, experts)
    present = set(application.assignments.values_list("expert_id", flat=True))
    reasons = [f"{expert}：{'；'.join(table[str(expert.pk)])}" for expert in experts if table[str(expert.pk)]]
    reasons += [f"{expert}已在此件的评审组中。" for expert in experts if expert.pk in present]
    reasons += [f"{expert}当前不能参加评审。" for expert in experts if not expert.is_available]
    if reasons:
        raise TransitionBlocked(reasons)
    due_on = deadline_in(application.cycle.edition.operating["scoring_days"])
    rows = []
    for expert in experts:
        row = Assignment.objects.create(
            application=application,
            expert=expert,
            assigned_by=by,
            assigned_at=clock.now(),
            due_on=due_on,
            replaces=replaces,
        )
        event = audit.record(action="assign", obj=row, by=by)
        if application.state == "UNDER_REVIEW":
            outbox.send_event(event)
        rows.append(row)
    return rows


@transaction.atomic
def draw_panels(applications: Sequence[Application], *, by, seed: str = "") -> str:
    """Fill the panels of several dossiers by lot, evenly and by function; returns the recorded seed."""
    seed = seed or secrets.token_hex(8)
    experts = list(Expert.objects.filter(is_available=True, user__is_active=True).order_by("pk"))
    load = dict(Assignment.objects.filter(state__in=AT_WORK).values_list("expert_id").annotate(Count("id")))
    by_id = {str(expert.pk): expert for expert in experts}
    for application in applications:
        on_panel = set(map(str, application.assignments.values_list("expert_id", flat=True)))
        wanted = application.cycle.panel_size - application.assignments.filter(state__in=ON_PANEL).count()
        if wanted <= 0:
            continue
        table = conflict_table(application, experts)
        key = str(application.pk)
        try:
            panel = drawing.draw(
                [key],
                list(by_id),
                size=wanted,
                seed=seed,
                blocked={(e, key) for e in by_id if table[e] or e in on_panel},
                skills={e: by_id[e].functions for e in by_id},
                wanted={key: application.platform.functions},
                load={str(e): n for e, n in load.items()},
            )[key]
        except drawing.PanelImpossible as impossible:
            raise TransitionBlocked([f"{application}：{impossible}"]) from impossible
        assign_experts(application, [by_id[e] for e in panel], by=by)
        for e in panel:
            load[by_id[e].pk] = load.get(by_id[e].pk, 0) + 1
        audit.record(action="draw_panel", obj=application, by=by, facts={"seed": seed, "panel": len(panel)})
    return seed


def begin_review(application: Application, *, by) -> Application:
    return perform(application, "begin_review", by=by)


def pool():
    """Experts with their present load."""
    return Expert.objects.select_related("user", "jurisdiction").annotate(
        open_count=Count("assignments", filter=Q(assignments__state__in=[str(s) for s in AT_WORK]))
    )
