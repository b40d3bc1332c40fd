"""Who may do what with organisations, platforms and titles."""

from __future__ import annotations

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from platforms.models import (
    Designation,
    Organisation,
    OrganisationClaim,
    Platform,
    Programme,
    ProvincialCertificate,
    ProvincialTitle,
    Recognition,
    Recommender,
    RecommenderUserObjectPermission,
    Suspension,
)
from platforms.querysets import organisations_of, people_with, recommenders_of
from portal.kernel.permissions import SUPERVISORS, Role, everything, grant, grant_list, scope
from portal.kernel.signoff import register_office
from portal.models import SignOff, User

MINISTRY = {Role.MINISTRY_OFFICER: everything, Role.MINISTRY_LEAD: everything}
INSPECTION = {
    Role.INSPECTOR: everything
}  # an outside auditor sees by appointed year: applications.permissions
EVERYBODY = dict.fromkeys(Role, everything)


def own_organisation(user) -> Q:
    return Q(pk__in=organisations_of(user).values("pk"))


def signing_organisation(user) -> Q:
    return Q(pk__in=organisations_of(user, "sign_organisation").values("pk"))


def own_platform(user) -> Q:
    return Q(organisation__in=organisations_of(user).values("pk"))


def in_jurisdiction(user) -> Q:
    return Q(jurisdiction__in=recommenders_of(user).values("pk"))


def organisation_in_jurisdiction(user) -> Q:
    platforms = Platform.objects.filter(jurisdiction__in=recommenders_of(user).values("pk"))
    return Q(pk__in=platforms.values("organisation_id"))


def own_recommender(user) -> Q:
    return Q(pk__in=recommenders_of(user).values("pk"))


def signing_recommender(user) -> Q:
    return Q(pk__in=recommenders_of(user, "sign_recommender").values("pk"))


def of_own_recommender(user) -> Q:
    return Q(recommender__in=recommenders_of(user).values("pk"))


def own_title(user) -> Q:
    return Q(platform__organisation__in=organisations_of(user, "sign_organisation").values("pk"))


def own_claim(user) -> Q:
    return Q(claimant=user)


def claim_on_us(user) -> Q:
    return Q(organisation__in=organisations_of(user, "sign_organisation").values("pk"))


def authorised_claim(user) -> Q:
    """A department decides on a paper only: without an authorisation it is the organisation's own affair. And on
    its own territory only: whoever claims chooses the department, so the choice alone gives it no power.
    """
    ours = recommenders_of(user).values("pk")
    settled = Platform.objects.values("organisation_id")
    with_us = Platform.objects.filter(jurisdiction__in=ours).values("organisation_id")
    return Q(recommender__in=ours, authorisation__isnull=False) & (
        Q(organisation__in=with_us) | ~Q(organisation__in=settled)
    )


def own_or_on_us(user) -> Q:
    return own_claim(user) | claim_on_us(user)


DECIDES_CLAIM = {Role.APPLICANT: claim_on_us, Role.RECOMMENDER: authorised_claim}
grant(
    OrganisationClaim,
    {
        "view": {Role.APPLICANT: own_or_on_us, Role.RECOMMENDER: authorised_claim, **INSPECTION},
        "admit": DECIDES_CLAIM,
        "refuse": DECIDES_CLAIM,
        "cancel": {Role.APPLICANT: own_claim},
    },
)
grant_list(OrganisationClaim, Role.RECOMMENDER, Role.INSPECTOR)


def own_account(user) -> Q:
    return Q(pk=user.pk)


grant(User, {"merge": {Role.APPLICANT: own_account}})
grant(
    Organisation,
    {
        "view": {
            Role.APPLICANT: own_organisation,
            Role.RECOMMENDER: organisation_in_jurisdiction,
            **MINISTRY,
            **INSPECTION,
        },
        "edit": {Role.APPLICANT: own_organisation},
        "manage_people": {Role.APPLICANT: signing_organisation},
        "add_platform": {Role.APPLICANT: own_organisation},
        "verify": {Role.RECOMMENDER: organisation_in_jurisdiction},
        "register": {Role.APPLICANT: everything},
        "claim": {Role.APPLICANT: everything},  # to be let into one that is registered
    },
)
grant(
    Platform,
    {
        "view": {
            Role.APPLICANT: own_platform,
            Role.RECOMMENDER: in_jurisdiction,
            **MINISTRY,
            **INSPECTION,
        },
        "edit": {Role.APPLICANT: own_platform},
        "open_dossier": {Role.APPLICANT: own_platform},
    },
)
grant(
    Recommender,
    {
        "view": EVERYBODY,
        "edit": {Role.RECOMMENDER: own_recommender},
        "manage_people": {Role.RECOMMENDER: signing_recommender},
        "run_programme": {Role.RECOMMENDER: signing_recommender},
        "sign_lists": {Role.RECOMMENDER: signing_recommender},
    },
)


def signed_by_own_recommender(user) -> Q:
    return Q(recommender__in=recommenders_of(user, "sign_recommender").values("pk"))


def of_own_programme(user) -> Q:
    return Q(programme__recommender__in=recommenders_of(user).values("pk"))


def of_signed_programme(user) -> Q:
    return Q(programme__recommender__in=recommenders_of(user, "sign_recommender").values("pk"))


# Art. 18: the register is public; only the province itself writes in it.
grant(
    Programme,
    {
        "view": EVERYBODY,
        "edit": {Role.RECOMMENDER: signed_by_own_recommender},
        "list_titles": {Role.RECOMMENDER: of_own_recommender},
        "open_round": {Role.RECOMMENDER: of_own_recommender},
    },
)
grant(
    ProvincialTitle,
    {
        "view": EVERYBODY,
        "print": {Role.RECOMMENDER: of_own_programme},
        "take_back": {Role.RECOMMENDER: of_own_programme},
        "handle": {Role.RECOMMENDER: of_own_programme},  # its page and the proofs of its reviews
        **{f"prepare_{verb}": {Role.RECOMMENDER: of_own_programme} for verb in ("renew", "end", "revoke")},
        **{verb: {Role.RECOMMENDER: of_signed_programme} for verb in ("renew", "end", "revoke")},
    },
)
grant(ProvincialCertificate, {"view": EVERYBODY})


@scope(SignOff, "view", Role.RECOMMENDER)
def own_acts(user) -> Q:
    """The acts of two persons on the province's own programme."""
    return Q(office__in=recommenders_of(user).annotate(key=Cast("pk", CharField())).values("key"))


@register_office
def people_of_province(office: str):
    """Who works at the recommender whose key an act bears."""
    rows = RecommenderUserObjectPermission.objects.filter(permission__codename="handle_recommender")
    rows = rows.annotate(key=Cast("content_object_id", CharField())).filter(key=office)
    return people_with(rows, Role.RECOMMENDER) if rows.exists() else None


grant(
    Recognition,
    {
        "view": {Role.RECOMMENDER: of_own_recommender, **MINISTRY, **INSPECTION},
        "end": {Role.RECOMMENDER: of_own_recommender},
    },
)
grant_list(Suspension, *SUPERVISORS, Role.INSPECTOR)
grant(Suspension, {"view": EVERYBODY, "lift": {Role.MINISTRY_LEAD: everything}, "prepare_lift": MINISTRY})
grant(
    Designation,
    {
        "view": EVERYBODY,
        "renew": {Role.MINISTRY_LEAD: everything},
        "restore": {Role.MINISTRY_LEAD: everything},
        "order_rectification": {Role.MINISTRY_LEAD: everything},
        "accept_rectification": {Role.MINISTRY_LEAD: everything},
        "end": {Role.MINISTRY_LEAD: everything},
        "revoke": {Role.MINISTRY_LEAD: everything},
        "ask_surrender": {Role.APPLICANT: own_title},
        "surrender": {Role.MINISTRY_LEAD: everything},
        "take_back": MINISTRY,
        "undo_event": MINISTRY,
    },
)
