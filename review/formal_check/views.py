"""Formal check, panels, conclusion and decision: the ministry's work on dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from applications.corrections.models import Stage
from applications.corrections.services import mark_remaining
from applications.dossiers.views import register_panel
from applications.models import Application, Overlap
from applications.overlaps.services import overlaps_of
from applications.recommendation.views import DossierVerb
from applications.states import Procedure
from portal.kernel import clock, signoff
from portal.kernel.workflow import is_ready, missing
from portal.pages.verbs import among, scopes_of, verbs_ready
from portal.shared.together import Number
from portal.shared.workingdays import date_cn
from review.decision.forms import RefuseForm, RejectForm
from review.formal_check.forms import AcceptForm
from review.queue.listing import before, walk
from review.scoring import services as scoring
from review.states import AT_WORK

VERBS = (
    "accept",
    "request_supplement",
    "refuse",
    "go_on",
    "begin_review",
    "conclude_review",
    "propose",
    "reject",
    "take_off_list",
)
SIDES = [f"{side}__{name}" for side in ("application", "other") for name in ("number", "platform__name")]
RELATED = ("platform__organisation", "cycle", "recommender", "annex")


@dataclass(frozen=True)
class CheckPanel:
    """What the ministry sees and may do beside the dossier."""

    verbs: list
    may_decide: bool
    walk: Any
    doubles: list
    earlier: list
    assignments: list
    all_in: bool
    may_assign: bool
    review_blocked: list[str]
    conclude_blocked: list[str]
    corrections: list
    waiting_signoff: Any
    relaxations: list


def panel(request, application):
    user, reported = request.user, application.state == "REPORTED"
    ready, assignments = (
        verbs_ready(application, VERBS),
        application.assignments.select_related("expert__user"),
    )
    earlier = Application.objects.for_user(user).filter(
        platform_id=application.platform_id,
        submitted_at__lt=application.submitted_at or application.reported_at,
    )
    scopes, doubles, earlier, assignments, waiting, *walked = yield (
        scopes_of(application, user, ready),
        overlaps_of(application)
        .filter(pk__in=Overlap.objects.for_user(user))
        .select_related("application__platform", "other__platform")
        .only("rule", "count", "share", "answer", *SIDES)
        .order_by("answer", "-share"),
        earlier.select_related("cycle"),
        assignments.none() if application.state in ("REPORTED", "SUPPLEMENTING") else assignments,
        signoff.waiting_for(application)[:1],
        *(_walk(application, user) if reported else ()),
    )
    ready = among(ready, scopes)
    yield {
        "check_panel": CheckPanel(
            verbs=[verb for verb in ready if verb.name != "propose"],
            may_decide=any(verb.name == "propose" for verb in ready),
            walk=_place_of(*walked) if reported else None,
            doubles=list(doubles),
            earlier=list(earlier),
            assignments=list(assignments),
            # Nobody reads a score before all are in.
            all_in=not any(row.state in AT_WORK for row in assignments),
            may_assign=application.state in ("ACCEPTED", "UNDER_REVIEW"),
            review_blocked=missing(application, "begin_review", by=request.user)
            if is_ready(application, "begin_review")
            else [],
            conclude_blocked=missing(application, "conclude_review", by=request.user)
            if is_ready(application, "conclude_review")
            else [],
            corrections=list(application.corrections.all()),
            waiting_signoff=next(iter(waiting), None),
            relaxations=list(application.relaxations.all()),
        ),
        "may_mark": reported,
    }


register_panel(Application, "check", "review/check/panel.html", panel)


def _walk(application, user) -> tuple:
    """What is asked to tell where the dossier stands in the officer's own pending checks."""
    mine = walk(user)
    earlier = before(mine, application)
    return (
        Number(mine),
        mine.filter(pk=application.pk).values("pk"),
        Number(earlier),
        earlier.reverse().values_list("pk", flat=True)[:1],
    )


def _place_of(total: int, own, earlier: int, previous) -> dict:
    return {
        "total": total,
        "place": earlier + 1 if own else None,
        "previous": next(iter(previous), None) if own else None,
    }


class Accept(DossierVerb):
    verb = "accept"
    form_class = AcceptForm

    @property
    def basis(self):
        """Art. 11 is the basis within its window only; what comes later is the year's own rule, with a reason."""
        return () if self.is_after_handling else ((11, ""),)

    @property
    def is_after_handling(self) -> bool:
        return clock.today() > self.obj.cycle.handling_until

    def shown(self):
        """Why it may still be done when the article's own time is over: the year's plan says so, or its extension."""
        cycle = self.obj.cycle
        later = f"集中办理于 {date_cn(cycle.handling_until)}结束；{cycle}安排规定评审办理至 {date_cn(cycle.review_until)}"
        return [*super().shown(), *([("办理依据", later)] if self.is_after_handling else [])]

    def act(self, form):
        if form.cleaned_data.pop("rest", False):
            mark_remaining(self.obj, stage=Stage.MINISTRY, by=self.request.user)
        return super().act(form)

    def success_url(self, result):
        return reverse("queue_next") if self.obj.handler_id == self.request.user.pk else self.back_url()


class Refuse(DossierVerb):
    against = True
    verb = "refuse"
    form_class = RefuseForm
    done_message = "已拟办不予受理，等待另一位负责人审签。"


class GoOn(DossierVerb):
    verb = "go_on"
    basis = ((14, ""),)


class BeginReview(DossierVerb):
    verb = "begin_review"
    basis = ((9, ""),)


class Conclude(DossierVerb):
    verb = "conclude_review"
    basis = ((9, ""),)

    def act(self, form):
        return scoring.conclude_review(self.obj, by=self.request.user, note=form.cleaned_data["note"])


class Reject(DossierVerb):
    against = True
    verb = "reject"
    form_class = RejectForm

    @property
    def basis(self):
        """Art. 18 of a province's own round."""
        return ((18 if self.obj.procedure == Procedure.PROVINCIAL else 10, ""),)


class TakeOff(DossierVerb):
    against = True
    verb = "take_off_list"
