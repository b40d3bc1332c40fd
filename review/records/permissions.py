"""Who may do what in 动态管理: rectification, revocation, surrender, spot checks."""

from __future__ import annotations

from django.db.models import Q

from applications.models import Application
from applications.states import Procedure
from platforms.models import Designation
from platforms.querysets import organisations_of, recommenders_of
from portal.kernel.permissions import ORGANISERS, SUPERVISORS, Role, everything, grant, grant_list
from review.models import CheckPlan, Deferral, FailingNotice, Rectification, Revocation, SpotCheck, Surrender
from review.states import NEVER_ANNOUNCED, CheckState

OFFICER, LEAD = Role.MINISTRY_OFFICER, Role.MINISTRY_LEAD
MINISTRY = {OFFICER: everything, LEAD: everything}
LEADS = {LEAD: everything}
OVERSIGHT = {Role.INSPECTOR: everything}


def ours(user) -> Q:
    return Q(title__platform__organisation__in=organisations_of(user).values("pk"))


def ours_to_sign(user) -> Q:
    return Q(title__platform__organisation__in=organisations_of(user, "sign_organisation").values("pk"))


def supervised(user) -> Q:
    """The association on the Art. 19 route, else the jurisdiction."""
    return Q(title__recommender__in=recommenders_of(user).values("pk"))


def in_our_territory(user) -> Q:
    return supervised(user) | Q(title__jurisdiction__in=recommenders_of(user).values("pk"))


grant(
    Rectification,
    {
        "view": {**MINISTRY, **OVERSIGHT, Role.RECOMMENDER: supervised, Role.APPLICANT: ours},
        "report_done": {Role.APPLICANT: ours_to_sign},
        "send_back": {Role.RECOMMENDER: supervised},
        "check_again": {Role.RECOMMENDER: supervised},
        "prepare_accept": MINISTRY,
        "accept": LEADS,
        "refer": LEADS,
    },
)
grant(Deferral, {"view": {**MINISTRY, **OVERSIGHT}, "prepare_grant": MINISTRY, "grant": LEADS})


grant(
    FailingNotice,
    {
        "view": {**MINISTRY, **OVERSIGHT, Role.RECOMMENDER: in_our_territory, Role.APPLICANT: ours},
        "tell": MINISTRY,
        "answer": {Role.APPLICANT: ours_to_sign},
    },
)


def rereviewed(user) -> Q:
    return Q(procedure=Procedure.REREVIEW)


grant(Application, {"bring_forward": dict.fromkeys((OFFICER, LEAD), rereviewed)})


def supervised_title(user) -> Q:
    return Q(recommender__in=recommenders_of(user).values("pk"))


grant(Designation, {"remind_rereview": {**MINISTRY, Role.RECOMMENDER: supervised_title}})
grant_list(Designation, *SUPERVISORS, Role.INSPECTOR, verb="list_rereview")


def of_our_place_to_sign(user) -> Q:
    """Art. 15 suspends the work of the place, whoever had recommended the platform."""
    return Q(title__jurisdiction__in=recommenders_of(user, "sign_recommender").values("pk"))


def told(scope):
    """The unit and its recommender learn of a revocation by the notice, not while evidence is gathered."""

    def after_notice(user) -> Q:
        return scope(user) & Q(notified_at__isnull=False)

    return after_notice


grant(
    Revocation,
    {
        "view": {
            **MINISTRY,
            **OVERSIGHT,
            Role.RECOMMENDER: told(in_our_territory),
            Role.APPLICANT: told(ours),
        },
        "open": MINISTRY,
        "write_facts": MINISTRY,
        "add_evidence": MINISTRY,
        "notify": MINISTRY,
        "state_case": {Role.APPLICANT: told(ours_to_sign)},
        "state_view": {Role.RECOMMENDER: told(of_our_place_to_sign)},
        "arrange_hearing": MINISTRY,
        "hold_hearing": MINISTRY,
        "prepare_decide": MINISTRY,
        "decide": LEADS,
        "drop": LEADS,
    },
)
grant(
    Surrender,
    {
        "view": {**MINISTRY, **OVERSIGHT, Role.RECOMMENDER: supervised, Role.APPLICANT: ours},
        "prepare_accept": MINISTRY,
        "accept": LEADS,
        "decline": LEADS,
        "recall": {Role.APPLICANT: ours_to_sign},
    },
)


def announced(user) -> Q:
    return ~Q(state__in=NEVER_ANNOUNCED)


grant(
    CheckPlan,
    {
        "view": {**dict.fromkeys(Role, announced), **MINISTRY, **OVERSIGHT},
        "prepare": MINISTRY,
        "edit": MINISTRY,
        "discard": MINISTRY,
        "announce": LEADS,
        "draw": MINISTRY,
        "publish_results": LEADS,
    },
)


def notified(scope):
    def after_notice(user) -> Q:
        return scope(user) & ~Q(state=CheckState.DRAWN)

    return after_notice


def handed_over(scope):
    """What the experts find reaches the unit and its recommender as a whole, not while it is written."""

    def after_handing_over(user) -> Q:
        return scope(user) & ~Q(state__in=(CheckState.DRAWN, CheckState.NOTIFIED))

    return after_handing_over


def on_team(user) -> Q:
    rows = SpotCheck.experts.through.objects.filter(expert__user=user)
    return Q(pk__in=rows.values("spotcheck_id"))


grant(
    SpotCheck,
    {
        "view": {
            **MINISTRY,
            **OVERSIGHT,
            Role.EXPERT: notified(on_team),
            Role.RECOMMENDER: notified(supervised),
            Role.APPLICANT: notified(ours),
        },
        "see_findings": {
            **MINISTRY,
            **OVERSIGHT,
            Role.EXPERT: notified(on_team),
            Role.RECOMMENDER: handed_over(supervised),
            Role.APPLICANT: handed_over(ours),
        },
        "see_names": dict.fromkeys((OFFICER, LEAD, Role.INSPECTOR, Role.EXPERT), everything),
        "notify": MINISTRY,
        "hand_over": {OFFICER: everything, Role.EXPERT: notified(on_team)},
        "answer_findings": {Role.APPLICANT: notified(ours_to_sign)},
        "clear": LEADS,
        "prepare_clear_suspicion": MINISTRY,
        "clear_suspicion": LEADS,
        "order_rectification": LEADS,
        "refer": LEADS,
    },
)

grant_list(CheckPlan, *ORGANISERS)
