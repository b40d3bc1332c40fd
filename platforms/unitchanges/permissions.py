"""Who files, verifies, agrees to and decides the change of a unit with a title or on a public list."""

from __future__ import annotations

from django.db.models import Q

from platforms.models import Platform, UnitChange
from platforms.permissions import INSPECTION, MINISTRY
from platforms.querysets import organisations_of, recommenders_of
from platforms.states import ChangeState
from portal.kernel.permissions import Role, grant

VERIFIED = Q(state__in=(ChangeState.VERIFIED, ChangeState.AGREED))


def of_our_unit(user) -> Q:
    return Q(platform__organisation__in=organisations_of(user).values("pk"))


def of_our_unit_or_to_it(user) -> Q:
    return of_our_unit(user) | Q(operator__in=organisations_of(user).values("pk"))


def comes_to_our_unit(user) -> Q:
    return Q(operator__in=organisations_of(user, "sign_organisation").values("pk"))


def of_unit_we_sign_for(user) -> Q:
    return Q(platform__organisation__in=organisations_of(user, "sign_organisation").values("pk"))


def ours_to_verify(user) -> Q:
    """To let a platform go is its department's own decision: whoever signs for it."""
    signs = recommenders_of(user, "sign_recommender").values("pk")
    return Q(office__in=recommenders_of(user).values("pk")) & (Q(moves_to=None) | Q(office__in=signs))


def comes_to_us(user) -> Q:
    return Q(moves_to__in=recommenders_of(user, "sign_recommender").values("pk"))


def ours_or_coming(user) -> Q:
    ours = recommenders_of(user).values("pk")
    return Q(office__in=ours) | (Q(moves_to__in=ours) & ~Q(verified_at=None))


def ours_to_ask(user) -> Q:
    ours = Q(office__in=recommenders_of(user).values("pk"), state=ChangeState.FILED)
    return ours | (comes_to_us(user) & Q(state=ChangeState.VERIFIED))


def verified(user) -> Q:
    return VERIFIED


def own(user) -> Q:
    """Whether a case is needed at all is said by the requirements: for a title, or a line on a public list."""
    return Q(organisation__in=organisations_of(user).values("pk"))


grant(Platform, {"file_change": {Role.APPLICANT: own}})
grant(
    UnitChange,
    {
        "view": {
            Role.APPLICANT: of_our_unit_or_to_it,
            Role.RECOMMENDER: ours_or_coming,
            **MINISTRY,
            **INSPECTION,
        },
        "verify": {Role.RECOMMENDER: ours_to_verify},
        "ask": {Role.RECOMMENDER: ours_to_ask, **dict.fromkeys(MINISTRY, verified)},
        "receive": {Role.APPLICANT: comes_to_our_unit},
        "explain": {Role.APPLICANT: of_our_unit},
        "agree": {Role.RECOMMENDER: comes_to_us},
        "prepare_approve": MINISTRY,
        "approve": {Role.MINISTRY_LEAD: MINISTRY[Role.MINISTRY_LEAD]},
        "withdraw": {Role.APPLICANT: of_unit_we_sign_for},
    },
)
