"""Lending: somebody of another department is asked for by name, with a reason, and appointed by two persons.

It ends by two persons, or by itself when nothing can be said against the dossier any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from applications.models import Application
from applications.states import LIVE
from platforms.models import Recommender, RecommenderUserObjectPermission
from portal.kernel import audit, clock, signoff
from portal.kernel.permissions import Role, demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import SignOff, User
from review.models import Objection, OutsideHandler
from review.secondlooks.terms import term_of
from review.states import OPEN_OBJECTIONS, STANDING_HANDLERS, HandlerState, SecondLookState

HANDLES = "handle_recommender"


def offices_to_ask(application: Application) -> QuerySet[Recommender]:
    departments = Recommender.objects.filter(kind=Recommender.Kind.DEPARTMENT, is_active=True)
    return departments.exclude(pk=application.recommender_id).order_by("order")


def lendable(application: Application) -> list[tuple[Recommender, User]]:
    """Who of another department could be asked, office by office; nobody who works here too."""
    grants = RecommenderUserObjectPermission.objects.filter(
        permission__codename=HANDLES, user__is_active=True, user__role=Role.RECOMMENDER
    ).select_related("user", "content_object")
    ours = set(grants.filter(content_object=application.recommender_id).values_list("user_id", flat=True))
    offices = {office.pk: office for office in offices_to_ask(application)}
    rows = [row for row in grants if row.content_object_id in offices and row.user_id not in ours]
    rows.sort(key=lambda row: (offices[row.content_object_id].order, row.user.name))
    return [(offices[row.content_object_id], row.user) for row in rows]


@transaction.atomic
def propose_handler(application: Application, *, handler: User, reason: str, by) -> SignOff:
    """Raises TransitionBlocked: not of another department, or appointed already."""
    demand_scope(by, "appoint_handler", application, "外部办理人员由办理此年度的主管部门指派。")
    office = next((office for office, user in lendable(application) if user.pk == handler.pk), None)
    if office is None:
        raise TransitionBlocked(["请选择其他地区主管部门的人员。"])
    known = OutsideHandler.objects.filter(application=application, handler=handler)
    if known.filter(state__in=STANDING_HANDLERS).exists():
        raise TransitionBlocked([f"{handler.name}已经指派或者正在审签，请刷新页面。"])
    row = OutsideHandler.objects.create(
        application=application,
        handler=handler,
        office=office,
        reason=reason,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    audit.record(action="propose", obj=row, by=by, note=reason, facts={"user": str(row)})
    return signoff.prepare([row], "appoint", by=by, note=reason)


def drop_proposal(act: SignOff, rows: Sequence[OutsideHandler], by) -> None:
    """Sent back or withdrawn: the proposal ends, and may be made anew."""
    for row in rows:
        perform(row, "drop", by=by, note=act.answer)


def propose_end(row: OutsideHandler, *, reason: str, by) -> SignOff:
    return signoff.prepare([row], "end", by=by, note=reason)


def has_nothing_left(application: Application) -> bool:
    """Ended, whoever objected is answered, and no second look is open or can still be asked for."""
    if application.state in LIVE:
        return False
    said = Objection.objects.filter(item__application=application)
    if said.filter(Q(state__in=OPEN_OBJECTIONS) | Q(replied_at=None)).exists():
        return False
    look = getattr(application, "second_look", None)
    if look is not None:
        return look.state != SecondLookState.ASKED
    term = term_of(application)
    return term is None or term[1] < clock.today()


def people_lent(application: Application) -> QuerySet[User]:
    rows = OutsideHandler.objects.filter(application=application, state=HandlerState.APPOINTED)
    return User.objects.filter(role=Role.RECOMMENDER, pk__in=rows.values("handler"))
