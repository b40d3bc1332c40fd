"""Who appoints an outside handler, and what one who is appointed may do: this dossier's objections and second look."""

from __future__ import annotations

from django.db.models import Exists, Func, JSONField, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from applications.models import Application
from applications.permissions import in_audited_cycle, of_dossier, ours_to_decide, routed_to_report
from applications.states import Procedure
from platforms.models import RecommenderUserObjectPermission
from portal.kernel.permissions import Role, everything, grant
from portal.models import SignOff
from review.models import Objection, OutsideHandler, SecondLook
from review.permissions import decided_by
from review.states import HandlerState


def ours_to_appoint(user) -> Q:
    """Any head of the office: who had a part in the dossier may do nothing about it but this."""
    return routed_to_report(user) & Q(procedure=Procedure.PROVINCIAL)


def appointed_myself(user) -> Q:
    return Q(handler=user, state=HandlerState.APPOINTED)


def lent(user) -> Q:
    return Q(pk__in=OutsideHandler.objects.filter(appointed_myself(user)).values("application"))


def lent_to_sign(user) -> Q:
    """A conclusion is signed by whoever signs for a department at home."""
    heads = RecommenderUserObjectPermission.objects.filter(permission__codename="sign_recommender")
    rows = OutsideHandler.objects.filter(appointed_myself(user), handler__in=heads.values("user_id"))
    return Q(pk__in=rows.values("application"))


def objections_of(scope):
    def belonging(user) -> Q:
        return Q(item__application__in=Application.objects.filter(scope(user)).values("pk"))

    return belonging


def free(scope, way: str):
    def without_a_part(user) -> Q:
        return scope(user) & ~Q(**{f"{way}__in": decided_by(user)})

    return without_a_part


grant(
    OutsideHandler,
    {
        "view": {
            Role.RECOMMENDER: of_dossier(ours_to_decide),
            Role.INSPECTOR: everything,
            Role.OUTSIDE_AUDITOR: of_dossier(in_audited_cycle),
        },
        "prepare_appoint": {Role.RECOMMENDER: of_dossier(ours_to_decide)},
        "appoint": {Role.RECOMMENDER: of_dossier(ours_to_appoint)},
        "prepare_end": {Role.RECOMMENDER: of_dossier(ours_to_decide)},
        "end": {Role.RECOMMENDER: of_dossier(ours_to_appoint)},
        "drop": {Role.RECOMMENDER: of_dossier(ours_to_decide)},
    },
)
grant(
    OutsideHandler, {"drop": {Role.RECOMMENDER: of_dossier(ours_to_appoint)}}
)  # sent back by who only signs
grant(OutsideHandler, {"view": {Role.RECOMMENDER: appointed_myself}})
grant(Application, {"view": {Role.RECOMMENDER: lent}, "appoint_handler": {Role.RECOMMENDER: ours_to_decide}})

OBJECTIONS = free(objections_of(lent), "item__application")
OBJECTIONS_TO_SIGN = free(objections_of(lent_to_sign), "item__application")
LOOKS, LOOKS_TO_SIGN = free(of_dossier(lent), "application"), free(of_dossier(lent_to_sign), "application")
grant(Objection, {"view": {Role.RECOMMENDER: objections_of(lent)}})
for _verb in ("take_on", "prepare_uphold", "prepare_dismiss"):
    grant(Objection, {_verb: {Role.RECOMMENDER: OBJECTIONS}})
# What upholding does in the same act: who is free was asked of the objection, and has decided by then.
grant(Application, {"uphold_objection": {Role.RECOMMENDER: lent_to_sign}})
for _verb in ("uphold", "dismiss"):
    grant(Objection, {_verb: {Role.RECOMMENDER: OBJECTIONS_TO_SIGN}})
grant(SecondLook, {"view": {Role.RECOMMENDER: of_dossier(lent)}})
for _verb in ("prepare_grant", "prepare_dismiss"):
    grant(SecondLook, {_verb: {Role.RECOMMENDER: LOOKS}})
for _verb in ("grant", "dismiss"):
    grant(SecondLook, {_verb: {Role.RECOMMENDER: LOOKS_TO_SIGN}})


def acts_on_what_i_was_lent_to(user) -> Q:
    """The proposals about these objections and second looks, which the other person has to read."""
    mine = OutsideHandler.objects.filter(appointed_myself(user)).values("application")
    objections, looks = (
        Objection.objects.filter(item__application__in=mine),
        SecondLook.objects.filter(application__in=mine),
    )
    return _names_one_of(objections) | _names_one_of(looks)


def _names_one_of(rows: QuerySet) -> Q:
    key = Func(Cast("pk", TextField()), function="to_jsonb", output_field=JSONField())
    acts = Cast(OuterRef("object_ids"), JSONField())
    return Q(Exists(rows.annotate(acts=acts).filter(acts__contains=key)), model=rows.model._meta.label_lower)


grant(SignOff, {"view": {Role.RECOMMENDER: acts_on_what_i_was_lent_to}})
