"""Who may do what with cycles and dossiers, up to the ministry's own verbs (see review.permissions)."""

from __future__ import annotations

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from applications.models import (
    Application,
    AuditAppointment,
    CorrectionRequest,
    Cycle,
    Evaluation,
    EvaluationItem,
    Overlap,
    Relaxation,
    Reporting,
    SiteVisit,
    Submission,
)
from applications.states import CycleState, Procedure
from platforms.models import (
    AnnualSummary,
    Complaint,
    Organisation,
    Platform,
    ServicePosting,
    SupportRecord,
)
from platforms.querysets import organisations_of, recommenders_of
from portal.kernel.permissions import Role, everything, grant, grant_list, scope
from portal.models import AuditEvent

HANDLING, LEADING = Role.MINISTRY_OFFICER, Role.MINISTRY_LEAD
MINISTRY = {HANDLING: everything, LEADING: everything}


def national(user) -> Q:
    return Q(programme=None)


def published(user) -> Q:
    return Q(programme=None) & ~Q(state=CycleState.DRAFT)


def own_round(user) -> Q:
    """Art. 18: a province's rounds are its own affair, the ministry neither sees nor moves them."""
    return Q(programme__recommender__in=recommenders_of(user).values("pk"))


def own_round_to_sign(user) -> Q:
    return Q(programme__recommender__in=recommenders_of(user, "sign_recommender").values("pk"))


NATIONAL_ROUNDS, OWN_ROUNDS = dict.fromkeys(MINISTRY, national), {Role.RECOMMENDER: own_round}
grant(
    Cycle,
    {
        "view": {**dict.fromkeys(Role, published), **NATIONAL_ROUNDS},
        "prepare": NATIONAL_ROUNDS,
        "edit": {**NATIONAL_ROUNDS, **OWN_ROUNDS},
        "publish": {LEADING: national, Role.RECOMMENDER: own_round_to_sign},
        "extend_review": {LEADING: national, Role.RECOMMENDER: own_round_to_sign},
        "prepare_take_back": NATIONAL_ROUNDS,
        "take_back": {LEADING: national},
    },
)
grant(Cycle, {"view": OWN_ROUNDS})


def own(user) -> Q:
    return Q(platform__organisation__in=organisations_of(user).values("pk"))


def signed_by_us(user) -> Q:
    return Q(platform__organisation__in=organisations_of(user, "sign_organisation").values("pk"))


def routed(user) -> Q:
    """Filed with a recommender the user works for: a draft is nobody's business but the applicant's."""
    return Q(recommender__in=recommenders_of(user).values("pk"), submitted_at__isnull=False)


def routed_to_sign(user) -> Q:
    """The signer is not the one who evaluated the same dossier."""
    own_evaluations = Evaluation.objects.filter(evaluated_by=user).values("pk")
    return Q(
        recommender__in=recommenders_of(user, "sign_recommender").values("pk"), submitted_at__isnull=False
    ) & ~Q(pk__in=own_evaluations)


def routed_to_report(user) -> Q:
    return Q(
        recommender__in=recommenders_of(user, "sign_recommender").values("pk"), submitted_at__isnull=False
    )


def reported(user) -> Q:
    return Q(reported_at__isnull=False)


def audited_cycles(user):
    """The cycles that an outside auditor is appointed to today (Art. 17)."""
    return AuditAppointment.objects.filter(auditor=user).in_force().values("cycle")


def in_audited_cycle(user) -> Q:
    """An outside auditor sees the cycles that he was appointed to, from filing on."""
    return Q(cycle__in=audited_cycles(user), submitted_at__isnull=False)


@scope(AuditEvent, "view", Role.OUTSIDE_AUDITOR)
def trail_of_audited_cycles(user) -> Q:
    """The events of the dossiers and of the cycle itself, and of nothing else."""
    dossiers = Application.objects.filter(in_audited_cycle(user))
    return Q(root__in=_roots(dossiers)) | Q(
        root__in=_roots(Cycle.objects.filter(pk__in=audited_cycles(user)))
    )


def _roots(rows):
    label = rows.model._meta.label_lower
    return (
        rows.order_by()
        .annotate(as_root=Concat(Value(f"{label}:"), Cast("pk", TextField()), output_field=TextField()))
        .values("as_root")
    )


def filed(user) -> Q:
    """Art. 17 speaks of the national review: a province's own round answers to the province's own inspectors."""
    return Q(submitted_at__isnull=False) & ~Q(procedure=Procedure.PROVINCIAL)


def ours_to_decide(user) -> Q:
    """Art. 18: in its own round the province takes the ministry's part."""
    return routed(user) & Q(procedure=Procedure.PROVINCIAL)


def ours_to_sign(user) -> Q:
    return routed_to_sign(user) & Q(procedure=Procedure.PROVINCIAL)


def own_and_reported(user) -> Q:
    """The applicant reads its 推荐表 once the list has left the recommender."""
    return own(user) & reported(user)


OVERSIGHT = {Role.INSPECTOR: filed, Role.OUTSIDE_AUDITOR: in_audited_cycle}
REPORTED = {HANDLING: reported, LEADING: reported}
APPLICANT = {Role.APPLICANT: own}
RECOMMENDER = {Role.RECOMMENDER: routed}

grant(
    Application,
    {
        "view": {**APPLICANT, **RECOMMENDER, **REPORTED, **OVERSIGHT},
        # What the offices write about a dossier: marks, visits, evaluation. An expert, who may view, judges the
        # applicant's materials without it, and takes no copy of the whole: it is open until the sheet is in.
        "read_opinions": {**RECOMMENDER, **REPORTED, **OVERSIGHT},
        "read_recommendation": {Role.APPLICANT: own_and_reported, **RECOMMENDER, **REPORTED, **OVERSIGHT},
        "take_copy": {**APPLICANT, **RECOMMENDER, **REPORTED, **OVERSIGHT},
        "edit": APPLICANT,
        "submit": {Role.APPLICANT: signed_by_us},
        "resubmit": {Role.APPLICANT: signed_by_us},
        "supplement": {Role.APPLICANT: signed_by_us},
        "withdraw": {Role.APPLICANT: signed_by_us},
        "leave_round": {Role.APPLICANT: signed_by_us},
        "evaluate": RECOMMENDER,
        "begin_evaluation": RECOMMENDER,
        "return_for_correction": RECOMMENDER,
        "conclude_evaluation": {Role.RECOMMENDER: ours_to_decide},
        "recommend": {Role.RECOMMENDER: routed_to_sign},
        "prepare_decline": RECOMMENDER,
        "decline": {Role.RECOMMENDER: routed_to_sign},
        "report": {Role.RECOMMENDER: routed_to_report},
        "recall": {Role.RECOMMENDER: routed_to_report},
    },
)


def of_dossier(scope):
    """The same scope seen from a row that belongs to a dossier."""

    def belonging(user) -> Q:
        return Q(application__in=Application.objects.filter(scope(user)).values("pk"))

    return belonging


def asked_by(stage: str, scope):
    """The correction requests of one desk: neither extends what the other has asked for."""
    belonging = of_dossier(scope)

    def asked(user) -> Q:
        return belonging(user) & Q(stage=stage)

    return asked


VIEW_OF_DOSSIER = {
    Role.APPLICANT: of_dossier(own),
    Role.RECOMMENDER: of_dossier(routed),
    HANDLING: of_dossier(reported),
    LEADING: of_dossier(reported),
    Role.INSPECTOR: of_dossier(filed),
    Role.OUTSIDE_AUDITOR: of_dossier(in_audited_cycle),
}
for model in (Submission, Relaxation):
    grant(model, {"view": VIEW_OF_DOSSIER})
grant(
    CorrectionRequest,
    {
        "view": VIEW_OF_DOSSIER,
        "answer": {Role.APPLICANT: of_dossier(signed_by_us)},
        "extend": {
            Role.RECOMMENDER: asked_by("recommender", routed),
            HANDLING: asked_by("ministry", reported),
            LEADING: asked_by("ministry", reported),
        },
    },
)


# The visit's record is the officials' own; the applicant signs on paper what it was told.
grant(SiteVisit, {"view": {role: scope for role, scope in VIEW_OF_DOSSIER.items() if role != Role.APPLICANT}})


def own_items(user) -> Q:
    return Q(recommender__in=recommenders_of(user).values("pk"))


grant(EvaluationItem, {"view": {Role.RECOMMENDER: own_items}, "retire": {Role.RECOMMENDER: own_items}})


def between(scope):
    """Two dossiers at once: neither may be mentioned to who cannot open it."""

    def both(user) -> Q:
        rows = Application.objects.filter(scope(user)).values("pk")
        return Q(application__in=rows) & Q(other__in=rows)

    return both


def of_one_unit(user) -> Q:
    """Two dossiers of one unit of which one may be read: what they share is told with that side alone."""
    rows = Application.objects.for_user(user).values("pk")
    same = Q(application__platform__organisation=F("other__platform__organisation"))
    return same & (Q(application__in=rows) | Q(other__in=rows))


grant(
    Overlap,
    {
        "view": {
            Role.RECOMMENDER: between(routed),
            HANDLING: between(reported),
            LEADING: between(reported),
            Role.INSPECTOR: between(filed),
            Role.OUTSIDE_AUDITOR: between(in_audited_cycle),
        },
        "answer": {
            HANDLING: between(reported),
            LEADING: between(reported),
            Role.RECOMMENDER: between(ours_to_decide),
        },
        "view_in_part": {Role.RECOMMENDER: of_one_unit},
    },
)


def own_reportings(user) -> Q:
    return Q(recommender__in=recommenders_of(user).values("pk"))


def reportings_of_audited_cycle(user) -> Q:
    return Q(cycle__in=audited_cycles(user))


grant(
    Reporting,
    {
        "view": {
            Role.RECOMMENDER: own_reportings,
            **MINISTRY,
            Role.INSPECTOR: everything,
            Role.OUTSIDE_AUDITOR: reportings_of_audited_cycle,
        }
    },
)


@scope(Organisation, "view", Role.RECOMMENDER)
@scope(Organisation, "verify", Role.RECOMMENDER)
def organisation_of_routed(user) -> Q:
    """Also units outside the jurisdiction that file with us: the Art. 19 route."""
    return Q(pk__in=Application.objects.filter(routed(user)).values("platform__organisation_id"))


@scope(Organisation, "view", Role.OUTSIDE_AUDITOR)
def organisation_in_audited_cycle(user) -> Q:
    """Art. 17 by appointment: the units that filed in the audited cycles, and no others."""
    return Q(pk__in=Application.objects.filter(in_audited_cycle(user)).values("platform__organisation_id"))


@scope(Platform, "view", Role.OUTSIDE_AUDITOR)
def platform_in_audited_cycle(user) -> Q:
    return Q(pk__in=Application.objects.filter(in_audited_cycle(user)).values("platform_id"))


def of_platform_in_audited_cycle(path: str):
    """What a title lives through later belongs to no year: an outside auditor reads it of the platforms that
    filed in the audited ones, and never who complained (see_complainant).
    """

    def belonging(user) -> Q:
        rows = Application.objects.filter(in_audited_cycle(user)).values("platform_id")
        return Q(**{f"{path}__in": rows})

    return belonging


for watched, path, verbs in (
    (AnnualSummary, "title__platform", ("view",)),
    (ServicePosting, "platform", ("view",)),
    (SupportRecord, "platform", ("view",)),
    (Complaint, "title__platform", ("view", "see_facts")),
):
    grant(watched, {verb: {Role.OUTSIDE_AUDITOR: of_platform_in_audited_cycle(path)} for verb in verbs})

grant_list(Application, Role.APPLICANT, verb="list_own")
