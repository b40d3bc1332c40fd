"""Who may do what in a title's later life: summaries, service postings, complaints, support."""

from __future__ import annotations

from django.db.models import Q

from platforms.models import (
    AnnualSummary,
    Certificate,
    Complaint,
    Designation,
    ImportBatch,
    Platform,
    ProvincialTitle,
    ServicePosting,
    SupportPlan,
    SupportRecord,
)
from platforms.permissions import EVERYBODY, INSPECTION, MINISTRY
from platforms.querysets import organisations_of, recommenders_of
from platforms.states import LIVE_TITLES
from portal.kernel.permissions import REVIEWERS, WATCHERS, Role, everything, grant, grant_list

SEES = {**MINISTRY, **INSPECTION}


def of_our_title(user) -> Q:
    return Q(title__platform__organisation__in=organisations_of(user).values("pk"))


def of_title_we_sign_for(user) -> Q:
    return Q(title__platform__organisation__in=organisations_of(user, "sign_organisation").values("pk"))


def of_our_platform(user) -> Q:
    return Q(platform__organisation__in=organisations_of(user).values("pk"))


def sent_to_us(user) -> Q:
    return Q(recommender__in=recommenders_of(user).values("pk"))


def titled(user) -> Q:
    live = Designation.objects.filter(state__in=LIVE_TITLES)
    return Q(pk__in=live.values("platform_id"))


def supervised_platforms(user):
    """Whom a recommender watches over: those it recommended and those on its territory."""
    ours = recommenders_of(user).values("pk")
    return Platform.objects.filter(
        Q(jurisdiction__in=ours)
        | Q(pk__in=Designation.objects.filter(recommender__in=ours).values("platform_id"))
    )


def of_supervised_platform(user) -> Q:
    return Q(platform__in=supervised_platforms(user).values("pk"))


def supervised_and_titled(user) -> Q:
    return titled(user) & Q(pk__in=supervised_platforms(user).values("pk"))


def own_and_titled(user) -> Q:
    return titled(user) & Q(organisation__in=organisations_of(user).values("pk"))


grant(
    AnnualSummary,
    {
        "view": {Role.APPLICANT: of_our_title, Role.RECOMMENDER: sent_to_us, **SEES},
        "edit": {Role.APPLICANT: of_our_title},
        "file": {Role.APPLICANT: of_title_we_sign_for},
        "acknowledge": {Role.RECOMMENDER: sent_to_us},
        "send_back": {Role.RECOMMENDER: sent_to_us},
    },
)
grant(Platform, {"post_service": {Role.APPLICANT: own_and_titled}})
grant(
    ServicePosting,
    {
        "view": {Role.APPLICANT: of_our_platform, Role.RECOMMENDER: of_supervised_platform, **SEES},
        "edit": {Role.APPLICANT: of_our_platform},
        "withdraw": {Role.APPLICANT: of_our_platform},
        "hide": {Role.RECOMMENDER: of_supervised_platform},
        "restore": {Role.RECOMMENDER: of_supervised_platform},
    },
)


def passed_on(user) -> Q:
    """A platform learns of a complaint when it is taken up, in summary."""
    return of_our_title(user) & ~Q(summary="")


def sent_to_us_to_sign(user) -> Q:
    return Q(recommender__in=recommenders_of(user, "sign_recommender").values("pk"))


def we_handle(user) -> Q:
    return sent_to_us(user) & (Q(handler=None) | Q(handler=user))


grant(
    Complaint,
    {
        "view": {Role.APPLICANT: passed_on, Role.RECOMMENDER: sent_to_us, **SEES},
        "see_facts": {Role.RECOMMENDER: sent_to_us, **SEES},
        "see_complainant": {Role.RECOMMENDER: we_handle, **INSPECTION},
        "take_up": {Role.RECOMMENDER: sent_to_us},
        "decline": {Role.RECOMMENDER: sent_to_us},
        "conclude": {Role.RECOMMENDER: sent_to_us},
        "prepare_decline_fraud": {Role.RECOMMENDER: sent_to_us},
        "decline_fraud": {Role.RECOMMENDER: sent_to_us_to_sign},
        "prepare_conclude_fraud": {Role.RECOMMENDER: sent_to_us},
        "conclude_fraud": {Role.RECOMMENDER: sent_to_us_to_sign},
        "answer": {Role.APPLICANT: passed_on},
    },
)


def given_or_supervised(user) -> Q:
    return Q(giver__in=recommenders_of(user).values("pk")) | of_supervised_platform(user)


def given_by_us(user) -> Q:
    return Q(giver__in=recommenders_of(user).values("pk"))


def given_by_ministry(user) -> Q:
    return Q(giver=None)


def titled_by_us_or_supervised(user) -> Q:
    """Art. 18: a department supports the nation's platforms on its territory and those of its own title."""
    own = ProvincialTitle.objects.standing().filter(
        programme__recommender__in=recommenders_of(user).values("pk")
    )
    return supervised_and_titled(user) | Q(pk__in=own.values("platform_id"))


def called_by_us_or_ministry(user) -> Q:
    return given_by_us(user) | given_by_ministry(user)


def called_for_us(user) -> Q:
    """The ministry's calls, and those of the departments that our platforms lie with."""
    ours = Platform.objects.filter(organisation__in=organisations_of(user).values("pk"))
    return given_by_ministry(user) | Q(giver__in=ours.values("jurisdiction_id"))


grant(
    Platform, {"support": {Role.RECOMMENDER: titled_by_us_or_supervised, **dict.fromkeys(MINISTRY, titled)}}
)
grant(
    SupportRecord,
    {
        "view": {Role.APPLICANT: of_our_platform, Role.RECOMMENDER: given_or_supervised, **SEES},
        "void": {Role.RECOMMENDER: given_by_us, **dict.fromkeys(MINISTRY, given_by_ministry)},
    },
)

grant(
    SupportPlan,
    {
        "view": {
            Role.APPLICANT: called_for_us,
            Role.RECOMMENDER: called_by_us_or_ministry,
            Role.OUTSIDE_AUDITOR: everything,
            **SEES,
        },
        "close": {Role.RECOMMENDER: given_by_us, **dict.fromkeys(MINISTRY, given_by_ministry)},
    },
)

grant(Designation, {"print": MINISTRY})
grant(Certificate, {"view": EVERYBODY})


def batch_of_ministry(user) -> Q:
    return Q(giver=None)


def batch_of_ours(user) -> Q:
    return Q(giver__in=recommenders_of(user).values("pk"))


def batch_we_sign(user) -> Q:
    return Q(giver__in=recommenders_of(user, "sign_recommender").values("pk"))


IMPORTERS = {Role.RECOMMENDER: batch_of_ours, **dict.fromkeys(MINISTRY, batch_of_ministry)}
grant(
    ImportBatch,
    {
        "view": {**IMPORTERS, **INSPECTION},
        "start_notice": MINISTRY,
        "start_historic": MINISTRY,
        "start_provincial": {Role.RECOMMENDER: batch_of_ours},
        "start_support": {Role.RECOMMENDER: batch_of_ours, **MINISTRY},
        "edit": IMPORTERS,
        "discard": IMPORTERS,
        **{f"prepare_{verb}": IMPORTERS for verb in ("apply", "undo")},
        **{
            verb: {Role.RECOMMENDER: batch_we_sign, Role.MINISTRY_LEAD: batch_of_ministry}
            for verb in ("apply", "undo")
        },
    },
)

# Lists for those who watch over platforms; a unit reads its own cases on its own pages.
for watched in (AnnualSummary, Complaint, ServicePosting, SupportPlan, SupportRecord):
    grant_list(watched, *WATCHERS)
grant_list(Certificate, *REVIEWERS)
