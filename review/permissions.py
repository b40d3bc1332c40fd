"""Who may do what in the ministry's review; adds the ministry's and the experts' scopes to dossiers."""

from __future__ import annotations

from django.db.models import Exists, Q, QuerySet

from applications.models import Application, Cycle
from applications.permissions import (
    filed,
    in_audited_cycle,
    of_dossier,
    ours_to_decide,
    ours_to_sign,
    own,
    own_round,
    own_round_to_sign,
    reported,
    routed,
)
from portal.kernel.permissions import ORGANISERS, REVIEWERS, WATCHERS, Role, everything, grant, grant_list
from portal.models import SignOff
from review.models import AnswerProof, Assignment, Expert, Notice, Objection, PanelDraw, SavedView
from review.notices.models import on_show
from review.states import AssignmentState, ObjectionState

OFFICER, LEAD = Role.MINISTRY_OFFICER, Role.MINISTRY_LEAD
MINISTRY = {OFFICER: reported, LEAD: reported}
LEADS = {LEAD: reported}
ALL_MINISTRY = {OFFICER: everything, LEAD: everything}


def open_to_expert(user) -> Q:
    """After the declaration of no conflict and until the sheet is handed in; never once recused."""
    rows = Assignment.objects.filter(expert__user=user, state=AssignmentState.SCORING)
    return Q(pk__in=rows.values("application_id"))


def before_the_draw(user) -> Q:
    """Whoever may be drawn sees the names of a national round, to say beforehand to whom there is a relation."""
    drawable = Expert.objects.filter(user=user, is_available=True)
    return Q(Exists(drawable), state="ACCEPTED", cycle__programme=None)


grant(
    Application,
    {
        "view": {Role.EXPERT: open_to_expert},
        "declare_relation": {Role.EXPERT: before_the_draw},
        "check": MINISTRY,
        "assign_handler": MINISTRY,
        "accept": MINISTRY,
        "request_supplement": MINISTRY,
        "prepare_refuse": MINISTRY,
        "refuse": LEADS,
        "go_on": LEADS,
        "assign_experts": MINISTRY,
        "begin_review": MINISTRY,
        "conclude_review": MINISTRY,
        "prepare_propose": MINISTRY,
        "propose": LEADS,
        "prepare_reject": MINISTRY,
        "reject": LEADS,
        "prepare_publicise": MINISTRY,
        "publicise": LEADS,
        "take_off_list": LEADS,
        "prepare_designate": MINISTRY,
        "designate": LEADS,
        "prepare_confirm": MINISTRY,
        "confirm": LEADS,
        "prepare_fail": MINISTRY,
        "fail": LEADS,
        "uphold_objection": MINISTRY,
        "withdraw_notice": LEADS,
        "take_evidence": {Role.INSPECTOR: filed, Role.OUTSIDE_AUDITOR: in_audited_cycle},
    },
)

PREPARES, SIGNS = {Role.RECOMMENDER: ours_to_decide}, {Role.RECOMMENDER: ours_to_sign}
grant(
    Application,
    {
        "prepare_propose": PREPARES,
        "propose": SIGNS,
        "prepare_reject": PREPARES,
        "reject": SIGNS,
        "prepare_publicise": PREPARES,
        "publicise": SIGNS,
        "take_off_list": SIGNS,
        "prepare_designate": PREPARES,
        "designate": SIGNS,
        "uphold_objection": PREPARES,
        "withdraw_notice": SIGNS,
    },
)


def own_assignment(user) -> Q:
    return Q(expert__user=user)


grant(
    Assignment,
    {
        "view": {
            Role.EXPERT: own_assignment,
            **ALL_MINISTRY,
            Role.INSPECTOR: everything,
            Role.OUTSIDE_AUDITOR: of_dossier(in_audited_cycle),
        },
        "score": {Role.EXPERT: own_assignment},
        "declare": {Role.EXPERT: own_assignment},
        "recuse": {Role.EXPERT: own_assignment},
        "hand_in": {Role.EXPERT: own_assignment},
        "reopen": ALL_MINISTRY,
        "release": ALL_MINISTRY,
        "remind": ALL_MINISTRY,
    },
)


def own_expert_profile(user) -> Q:
    return Q(user=user)


grant(
    Expert,
    {
        "view": {Role.EXPERT: own_expert_profile, **ALL_MINISTRY, Role.INSPECTOR: everything},
        "edit": {Role.EXPERT: own_expert_profile, **ALL_MINISTRY},
        "invite": ALL_MINISTRY,
    },
)


grant(PanelDraw, {"view": {**ALL_MINISTRY, Role.INSPECTOR: everything}})


def already_public(user) -> Q:
    return on_show()


def of_the_nation(user) -> Q:
    """Of a national round, or of none; a province's notices are read like by everybody, once they are public."""
    return Q(cycle__programme=None)


def of_rounds(scope):
    """The scope of rounds, seen from what hangs on one."""

    def belonging(user) -> Q:
        return Q(cycle__in=Cycle.objects.filter(scope(user)).values("pk"))

    return belonging


grant(Notice, {"view": dict.fromkeys(Role, already_public)})
grant(
    Notice,
    {
        "view": {
            **dict.fromkeys((OFFICER, LEAD, Role.INSPECTOR), of_the_nation),
            Role.RECOMMENDER: of_rounds(own_round),
        },
        "prepare_withdraw": {
            OFFICER: of_the_nation,
            LEAD: of_the_nation,
            Role.RECOMMENDER: of_rounds(own_round),
        },
        "withdraw": {LEAD: of_the_nation, Role.RECOMMENDER: of_rounds(own_round_to_sign)},
        "prepare_correct": {
            OFFICER: of_the_nation,
            LEAD: of_the_nation,
            Role.RECOMMENDER: of_rounds(own_round),
        },
        "correct": {LEAD: of_the_nation, Role.RECOMMENDER: of_rounds(own_round_to_sign)},
    },
)


def about(scope):
    def belonging(user) -> Q:
        return Q(item__application__in=Application.objects.filter(scope(user)).values("pk"))

    return belonging


def sent_out(scope):
    """A province and a platform learn of an objection when it is passed on to them, in summary."""
    belonging = about(scope)

    def after_passing_on(user) -> Q:
        return belonging(user) & ~Q(summary="")

    return after_passing_on


def taken_on(user) -> Q:
    return Q(handler=user)


def not_involved(user) -> Q:
    """Neither the examiner of the dossier nor one of the two who proposed the outcome objected to."""
    return ~Q(item__application__in=decided_by(user))


# How an officer worked on a dossier; whoever did has no part in what is said against its outcome.
WORKED_ON = ("handler", "findings__marked_by", "evaluation__evaluated_by")


DECIDED = "applications.application"
UPHELD = "review.objection"  # whoever upheld an objection has decided on its dossier


def acts_that_decide() -> QuerySet[SignOff]:
    """Signed by two: every act on a dossier, and the upholding of an objection, which ends it."""
    signed = SignOff.objects.filter(state=SignOff.State.SIGNED)
    return signed.filter(Q(model=DECIDED) | Q(model=UPHELD, verb="uphold"))


def decided_by(user) -> list:
    """The dossiers in which this user had a part: evaluation, check, decision, or a signature on their list."""
    acts = acts_that_decide().filter(Q(proposer=user) | Q(signer=user))
    signed: dict[str, set] = {DECIDED: set(), UPHELD: set()}
    for model, keys in acts.values_list("model", "object_ids"):
        signed[model].update(keys)
    ways = Q()
    for way in WORKED_ON:
        ways |= Q(**{way: user})
    upheld = Q(notice_items__objections__state=ObjectionState.UPHELD)
    ways |= upheld & (
        Q(notice_items__objections__in=signed[UPHELD]) | Q(notice_items__objections__handler=user)
    )
    worked = Application.objects.filter(ways)
    return [*signed[DECIDED], *worked.values_list("pk", flat=True).distinct()]


def of_national_notice(user) -> Q:
    return Q(item__notice__cycle__programme=None)


def free_of(scope):
    """Within the scope, and had no part in the outcome that is objected to."""

    def free(user) -> Q:
        return scope(user) & not_involved(user)

    return free


FREE_NATIONAL, FREE_OWN = free_of(of_national_notice), free_of(about(ours_to_decide))
FREE = {OFFICER: FREE_NATIONAL, LEAD: FREE_NATIONAL, Role.RECOMMENDER: FREE_OWN}
FREE_LEADS = {LEAD: FREE_NATIONAL, Role.RECOMMENDER: free_of(about(ours_to_sign))}
TAKEN_ON = dict.fromkeys((OFFICER, LEAD, Role.RECOMMENDER), taken_on)


grant(
    Objection,
    {
        "view": {
            **dict.fromkeys((OFFICER, LEAD, Role.INSPECTOR), of_national_notice),
            Role.OUTSIDE_AUDITOR: about(in_audited_cycle),
            Role.RECOMMENDER: sent_out(routed),
            Role.APPLICANT: sent_out(own),
        },
        # Who objected: the officer who has taken the case on, and those who watch over the ministry.
        "see_objector": {
            **TAKEN_ON,
            Role.INSPECTOR: of_national_notice,
            Role.OUTSIDE_AUDITOR: about(in_audited_cycle),
        },
        "take_on": FREE,
        "begin_verification": TAKEN_ON,
        "reply": TAKEN_ON,
        "record_findings": TAKEN_ON,
        "prepare_uphold": FREE,
        "prepare_dismiss": FREE,
        "uphold": FREE_LEADS,
        "dismiss": FREE_LEADS,
        "answer_as_recommender": {Role.RECOMMENDER: sent_out(routed)},
        "answer_as_platform": {Role.APPLICANT: sent_out(own)},
    },
)
grant(Objection, {"view": {Role.RECOMMENDER: about(ours_to_decide)}})
# The unit and its recommender deal with an office; who of it handles the case is the ministry's own affair.
grant_list(Objection, *REVIEWERS, verb="see_names")


def of_seen_objection(user) -> Q:
    return Q(objection__in=Objection.objects.for_user(user).values("pk"))


def proof_of_the_unit(user) -> Q:
    """A unit reads its own proof, not what its recommender found."""
    return of_seen_objection(user) & Q(by_recommender=False)


grant(
    AnswerProof,
    {"view": {**dict.fromkeys(WATCHERS, of_seen_objection), Role.APPLICANT: proof_of_the_unit}},
)


def own_or_shared(user) -> Q:
    return Q(owner=user) | Q(is_shared=True)


def own_view(user) -> Q:
    return Q(owner=user)


grant(
    SavedView,
    {
        "view": {OFFICER: own_or_shared, LEAD: own_or_shared},
        "remove": {OFFICER: own_view, LEAD: own_view},
        "save": ALL_MINISTRY,
    },
)

# Pages that show many rows at once.
grant_list(Application, *REVIEWERS)  # the queue
grant_list(Application, *REVIEWERS, verb="read_statistics")
grant_list(Application, *MINISTRY, verb="list_decisions")
grant_list(Application, *ORGANISERS, verb="list_publicised")
grant_list(Assignment, *ORGANISERS)
grant_list(Expert, *ORGANISERS)
