"""The pool, conflicts, panels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import IntegerField, OuterRef, Subquery

from applications.models import Application, RosterRow
from platforms.recommenders.reference import provinces
from portal.accounts.services import create_account
from portal.kernel import audit, clock, outbox
from portal.kernel.calendar import deadline_in
from portal.kernel.permissions import Role, demand_scope
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.shared.together import how_many
from review.experts import conflicts
from review.models import Assignment, Expert, ListDeclaration
from review.states import AT_WORK, AssignmentState


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


def facts_of_expert(expert: Expert, lies_in: Mapping[object, str]) -> conflicts.ExpertFacts:
    return conflicts.ExpertFacts(
        expert.employer_uscc,
        expert.employer,
        frozenset(expert.past_usccs),
        lies_in.get(expert.jurisdiction_id, ""),
        frozenset(expert.past_employers),
        frozenset(expert.declared_units),
    )


def conflict_table(application: Application, experts: Sequence[Expert]) -> dict[str, list[str]]:
    """Expert id → reasons, for one dossier."""
    return conflict_tables([application], experts)[application.pk]


def conflict_tables(
    applications: Sequence[Application], experts: Sequence[Expert]
) -> dict[object, dict[str, list[str]]]:
    """Dossier → expert id → reasons; four queries whatever the numbers."""
    served, recused = defaultdict(set), defaultdict(set)
    employers = {expert.employer_uscc for expert in experts if expert.employer_uscc}
    clients = RosterRow.objects.filter(
        material__application__in=applications, material__code="smes", key__in=employers
    )
    for application, key in clients.values_list("material__application_id", "key"):
        served[application].add(key)
    declared = Assignment.objects.filter(application__in=applications, state=AssignmentState.RECUSED)
    for application, expert in declared.values_list("application_id", "expert_id"):
        recused[application].add(expert)
    said = declared_relations(applications, experts)
    lies_in = provinces()
    facts = {expert.pk: facts_of_expert(expert, lies_in) for expert in experts}
    return {
        row.pk: {
            str(expert.pk): conflicts.conflicts(
                facts[expert.pk],
                conflicts.DossierFacts(
                    row.platform.organisation.uscc,
                    row.platform.organisation.name,
                    lies_in.get(row.platform.jurisdiction_id, ""),
                    served[row.pk],
                    recused_before=expert.pk in recused[row.pk],
                    declared=said.get((str(row.pk), expert.pk), ""),
                ),
                same_province=row.cycle.same_province_conflict,
            )
            for expert in experts
        }
        for row in applications
    }


def declared_relations(applications: Sequence[Application], experts: Sequence[Expert]) -> dict:
    """(dossier, expert) → the relation in words, as each expert last said of each dossier; "" where there is none."""
    wanted = {str(row.pk) for row in applications}
    said: dict[tuple[str, object], str] = {}
    rows = ListDeclaration.objects.filter(expert__in=experts).order_by("pk")
    for expert, answers in rows.values_list("expert_id", "answers"):
        said |= {(key, expert): words for key, words in answers.items() if key in wanted}
    return said


def scoring_deadline(application: Application):
    return deadline_in(application.cycle.edition.operating["scoring_days"])


@transaction.atomic
def edit_expert(expert: Expert, *, by, **changes) -> Expert:
    """Affiliations, fields and times away, by the organiser or the expert; what changed is on record."""
    demand_scope(by, "edit", expert)
    row = Expert.objects.select_for_update(of=("self",)).get(pk=expert.pk)
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if changed:
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        facts = {name: [str(before[name]), str(value)] for name, value in changed.items()}
        audit.record(action="edit", obj=row, by=by, facts=facts)
    return row


@transaction.atomic
def assign_experts(
    application: Application,
    experts: Sequence[Expert],
    *,
    by,
    replaces: Assignment | None = None,
    by_lot: bool = False,
):
    """Put experts on a panel; the last seat begins the review. Refuses a conflict by rule; the declaration comes
    later, from the expert."""
    demand_scope(by, "assign_experts", application, "您没有分派专家的权限。")
    if application.state not in ("ACCEPTED", "UNDER_REVIEW"):
        raise TransitionBlocked([f"当前状态为“{application.get_state_display()}”，不能分派专家。"])
    table = conflict_table(application, experts)
    present = set(application.assignments.values_list("expert_id", flat=True))
    reasons = [f"{expert}：{'；'.join(table[str(expert.pk)])}" for expert in experts if table[str(expert.pk)]]
    reasons += [f"{expert}已在此件的评审组中。" for expert in experts if expert.pk in present]
    last = scoring_deadline(application)
    away = [expert for expert in experts if not expert.is_free(clock.today(), last)]
    reasons += [f"{expert}在评分期内不能参加评审。" for expert in away]
    if reasons:
        raise TransitionBlocked(reasons)
    rows = []
    for expert in experts:
        row = Assignment.objects.create(
            application=application,
            expert=expert,
            assigned_by=by,
            assigned_at=clock.now(),
            due_on=last,
            replaces=replaces,
        )
        event = audit.record(action="assign", obj=row, by=by, facts={"by_lot": by_lot})
        if application.state == "UNDER_REVIEW":
            outbox.send_event(event)
        rows.append(row)
    begin_when_complete(application, by=by)
    return rows


def begin_when_complete(application: Application, *, by) -> bool:
    """Experts begin with the last seat of their own panel, not with the last panel of the year.

    On a day when a review can't begin the verb stays on the page, and in bulk.
    """
    row = Application.objects.get(pk=application.pk)
    if row.state != "ACCEPTED" or missing(row, "begin_review", by=by):
        return False
    perform(row, "begin_review", by=by)
    return True


def pool():
    """Experts with their present load, counted for those alone who are shown."""
    at_work = Assignment.objects.filter(expert=OuterRef("pk"), state__in=[str(s) for s in AT_WORK])
    return Expert.objects.select_related("user", "jurisdiction").annotate(
        open_count=Subquery(how_many(at_work), output_field=IntegerField())
    )
