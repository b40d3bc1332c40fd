"""Lists of candidates: relations are declared before a draw, so that nobody is drawn only to step back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from applications.models import Application
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_scope, forbid
from portal.kernel.workflow import TransitionBlocked
from review.experts.services import declared_relations, scoring_deadline
from review.models import Expert, ListDeclaration

RELATED = ("platform__organisation", "recommender", "cycle")
THROUGH = """SELECT expert_id FROM review_listdeclaration CROSS JOIN LATERAL jsonb_object_keys(answers) AS said
WHERE said = ANY(%s) GROUP BY expert_id HAVING COUNT(DISTINCT said) = %s"""


def candidates_for(user) -> list[Application]:
    """Names alone: who stands before the draw of a national round."""
    return list(candidates_of(user).select_related(*RELATED).order_by("recommender__order", "number"))


def candidates_of(user):
    return Application.objects.for_user(user, "declare_relation")


@transaction.atomic
def declare_relations(expert: Expert, answers: Mapping[str, str], *, by) -> ListDeclaration:
    """What the expert says of each candidate of the list, as one declaration that stands."""
    if expert.user_id != by.pk:
        forbid("利益关系由专家本人声明。")
    listed = {str(row.pk) for row in candidates_for(by)}
    if not answers or set(answers) - listed:
        raise TransitionBlocked(["名单刚有变化，请按新的名单核对后再提交。"])
    row = ListDeclaration.objects.create(expert=expert, answers=dict(answers), declared_at=clock.now())
    related = {key: words for key, words in answers.items() if words}
    audit.record(action="declare", obj=row, by=by, facts={"listed": len(answers), "related": related})
    return row


def undeclared(applications: Sequence[Application], experts: Sequence[Expert]) -> dict[Expert, int]:
    """Who could be drawn and has not been through the list yet, with the number of candidates left."""
    said = declared_relations(applications, experts)
    answered = Counter(expert for _, expert in said)
    left = {expert: len(applications) - answered[expert.pk] for expert in experts}
    return {expert: number for expert, number in left.items() if number}


def free_experts(applications: Sequence[Application]) -> list[Expert]:
    """Who takes part and is not away while these would be scored."""
    of_each_year = {row.cycle_id: row for row in applications}
    last = max((scoring_deadline(row) for row in of_each_year.values()), default=clock.today())
    return list(free_until(last).select_related("user"))


def free_until(last: date) -> QuerySet[Expert]:
    """`Expert.is_free` from today on, asked of the database."""
    today = clock.today()
    away = Q(away_from__lte=last) & (Q(away_until__gte=today) | Q(away_until=None, away_from__gte=today))
    free = Expert.objects.filter(user__is_active=True, is_available=True)
    return free.exclude(away).order_by("pk")


def undeclared_among(experts: QuerySet[Expert], candidates: Collection) -> QuerySet[Expert]:
    """The same as `undeclared` for a whole pool: counted where the answers lie, since thousands of experts say
    something of hundreds of candidates each.
    """
    listed = [str(key) for key in candidates]
    return experts.exclude(pk__in=RawSQL(THROUGH, [listed, len(listed)]))  # noqa: S611 values are bound


@transaction.atomic
def ask_to_declare(applications: Sequence[Application], *, by) -> int:
    """A message to each free expert who has not been through the list; once a day."""
    asked = 0
    for expert in undeclared(applications, free_experts(applications)):
        demand_scope(by, "invite", expert, "请专家核对名单由评审组织者办理。")
        if expert.asked_on != clock.today():
            expert.asked_on = clock.today()
            expert.save(update_fields=["asked_on"])
            outbox.send_event(audit.record(action="ask_to_declare", obj=expert, by=by))
            asked += 1
    return asked
