"""Guardian's grants read as querysets: whom a user handles or signs for."""

from __future__ import annotations

from django.db.models import QuerySet

from platforms.models import (
    Organisation,
    OrganisationUserObjectPermission,
    Recommender,
    RecommenderUserObjectPermission,
    Suspension,
)
from platforms.states import SuspensionState
from portal.kernel.permissions import Role, role_of
from portal.models import User


def organisations_of(user, grant: str = "handle_organisation") -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=_granted(OrganisationUserObjectPermission, user, grant))


def recommenders_of(user, grant: str = "handle_recommender") -> QuerySet[Recommender]:
    return Recommender.objects.filter(pk__in=_granted(RecommenderUserObjectPermission, user, grant))


def _granted(rows, user, grant: str):
    """Grants on one row and nothing else: guardian's own shortcut also knows groups, global grants, superusers."""
    return rows.objects.filter(user_id=user.pk, permission__codename=grant).values("content_object_id")


def office_of(user) -> Recommender | None:
    """The desk that a recommender's officer works at, asked once a request; grants of an account outlast its role."""
    if not hasattr(user, "_office"):
        user._office = recommenders_of(user).first() if role_of(user) == Role.RECOMMENDER else None
    return user._office


def people_of_organisation(organisation: Organisation, grant: str = "handle_organisation") -> QuerySet[User]:
    rows = OrganisationUserObjectPermission.objects.filter(
        content_object=organisation, permission__codename=grant
    )
    return people_with(rows, Role.APPLICANT)


def people_of_recommender(recommender: Recommender, grant: str = "handle_recommender") -> QuerySet[User]:
    rows = RecommenderUserObjectPermission.objects.filter(
        content_object=recommender, permission__codename=grant
    )
    return people_with(rows, Role.RECOMMENDER)


def people_with(grants: QuerySet, role: Role) -> QuerySet[User]:
    """Who works by these grants today: they outlast the role that they were given for, and its letters must not."""
    return User.objects.filter(is_active=True, role=role, pk__in=grants.values("user_id"))


def suspended_in(recommender_id, year: int):
    """The suspension in force for a jurisdiction's filing of that year (Art. 15), or None."""
    return suspensions_of(recommender_id, year).first()


def suspensions_of(recommender_id, year: int) -> QuerySet[Suspension]:
    return in_force(year).filter(recommender_id=recommender_id).select_related("recommender").order_by("pk")


def in_force(year: int) -> QuerySet[Suspension]:
    return Suspension.objects.filter(year=year, state=SuspensionState.IN_FORCE)
