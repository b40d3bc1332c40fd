"""Working on one dossier: relaxation, recommendation form, verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from applications.crosschecks.evidence import findings_of
from applications.dossiers.documents import recommendation_context, recommendation_pdf
from applications.dossiers.known import known_of
from applications.dossiers.views import register_panel
from applications.evaluation import services as evaluating
from applications.models import Application, Evaluation, Finding, Recommendation, Relaxation
from applications.recommendation import services as recommending
from applications.recommendation.forms import DeclineForm, RecommendationForm, RelaxationForm
from applications.recommendation.sheets import recommendation_xlsx
from applications.states import Procedure
from portal.kernel import audit, signoff
from portal.kernel.permissions import fetch, holds
from portal.kernel.workflow import ChangedMeanwhile, TransitionBlocked, is_ready, missing, verb_on
from portal.pages.forms import differences, version_in
from portal.pages.refusals import refusals_at
from portal.pages.verbs import VerbView, among, scopes_of, verbs_ready
from portal.shared import law
from portal.shared.xlsx import MIME

VERBS = ("begin_evaluation", "return_for_correction", "recommend", "decline", "recall")
# Art. 18: in its own round the province goes on where the ministry would.
OWN_VERBS = ("begin_evaluation", "return_for_correction", "conclude_evaluation", "reject", "take_off_list")
RELATED = ("platform__organisation", "cycle", "recommender", "annex")


@dataclass(frozen=True)
class RecommenderPanel:
    """What an office sees and may do beside the dossier."""

    verbs: list
    step: Any
    evaluation: Evaluation | None
    recommendation: Recommendation | None
    relaxations: list
    visits: list
    waiting_signoff: Any
    may_evaluate: bool
    goal: str
    ours: bool
    blocked: list[str]
    corrections: list


def panel(request, application):
    """What the recommender can do here now, and what is in the way."""
    ours = application.procedure == Procedure.PROVINCIAL
    goal = "conclude_evaluation" if ours else "recommend"
    ready = verbs_ready(application, OWN_VERBS if ours else VERBS)
    scopes, evaluations, recommendations, waiting = yield (
        scopes_of(application, request.user, ready),
        Evaluation.objects.filter(pk=application.pk),
        Recommendation.objects.filter(pk=application.pk),
        signoff.waiting_for(application)[:1],
    )
    evaluation, recommendation = (next(iter(rows), None) for rows in (evaluations, recommendations))
    ready = among(ready, scopes)
    blocked = missing(application, goal, by=request.user) if is_ready(application, goal) else []
    yield {
        "office_panel": RecommenderPanel(
            verbs=[verb for verb in ready if not (blocked and verb.name == goal)],
            step=_next_step(application, evaluation, recommendation) if blocked else None,
            evaluation=evaluation,
            recommendation=recommendation,
            relaxations=list(application.relaxations.all()),
            visits=list(application.visits.all()),
            waiting_signoff=next(iter(waiting), None),
            may_evaluate=application.state == "UNDER_EVALUATION",
            goal=verb_on(application, goal).label,
            ours=ours,
            blocked=blocked,
            corrections=list(application.corrections.all()),
        ),
        "may_mark": application.state in ("SUBMITTED", "UNDER_EVALUATION"),
    }


def _next_step(application, evaluation, recommendation) -> tuple[str, str]:
    """(words, page) of what comes before the goal: the one solid button while something is missing."""
    if evaluation is None or evaluation.completed_at is None:
        return "填写测评", "dossier_evaluation"
    if application.procedure == Procedure.DESIGNATION and not (recommendation and recommendation.opinion):
        return "填写推荐表", "dossier_recommendation"
    return "核对材料", "reception"


register_panel(Application, "evaluate", "applications/dossier/panel_recommender.html", panel)


def _granted(application) -> list[tuple[str, Relaxation]]:
    labels = {row["code"]: row["label"] for row in application.assessment.get("criteria", [])}
    rows = application.relaxations.select_related("proof", "granted_by")
    return [(labels.get(row.criterion, row.criterion), row) for row in rows]


def relaxation(request, pk):
    application = fetch(Application.objects.select_related(*RELATED), request.user, "evaluate", pk=pk)
    rows = [r for r in application.assessment.get("criteria", []) if r["verdict"] == "RELAXABLE"]
    choices = [(r["code"], f"（{r['item']}）{r['label']}{r['threshold']}，现为 {r['figure']}") for r in rows]
    form = RelaxationForm(request.POST or None, request.FILES or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "proof"):
            evaluating.grant_relaxation(
                application,
                criterion=form.cleaned_data["criterion"],
                area=form.cleaned_data["area"],
                reason=form.cleaned_data["reason"],
                proof=form.cleaned_data["proof"],
                by=request.user,
            )
            messages.success(request, "放宽条件已记录，将随推荐表报送。")
            return redirect("dossier", pk)
    return render(
        request,
        "applications/desk/relaxation.html",
        {"application": application, "form": form, "rows": rows, "granted": _granted(application)},
        status=422 if form.is_bound else 200,
    )


def recommendation(request, pk):
    """Annex 1: only what the recommender adds is typed; the rest stands beside it as filed."""
    firsts = Application.objects.exclude(procedure=Procedure.REREVIEW)  # Art. 14 asks for Annex 3 instead
    application = fetch(firsts.select_related(*RELATED), request.user, "evaluate", pk=pk)
    row = Recommendation.objects.filter(pk=application.pk).first() or Recommendation(application=application)
    if row.version == 0:
        recommending.prefill(row)
    form, version, apart = RecommendationForm(request.POST or None, instance=row), row.version, []
    if request.method == "POST" and form.is_valid():
        try:
            recommending.save_recommendation(
                application,
                by=request.user,
                version=form.version_seen(version_in(request.POST)),
                **form.cleaned_data,
            )
        except ChangedMeanwhile as refusal:
            form.add_error(None, refusal.reasons)
            apart = differences(form, Recommendation.objects.get(pk=application.pk))
        except TransitionBlocked as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, "推荐表已保存，可由负责人推荐。")
            return redirect("dossier", pk)
    return render(
        request,
        "applications/desk/recommendation.html",
        {
            **recommendation_context(application, row),
            "entry": form,
            "form": row,
            "may_save": application.state == "UNDER_EVALUATION",
            "blocked": missing(application, "recommend") if is_ready(application, "recommend") else [],
            "version": version,
            "apart": apart,
        },
        status=409 if apart else 422 if form.is_bound else 200,
    )


@require_POST
def recommendation_preview(request, pk):
    """The sheet as it would read with what is typed so far; nothing is stored."""
    application = fetch(Application.objects.select_related(*RELATED), request.user, "evaluate", pk=pk)
    draft = RecommendationForm(request.POST, instance=Recommendation(application=application))
    draft.is_valid()
    return render(request, "pdf/_recommendation.html", recommendation_context(application, draft.instance))


@require_safe
def recommendation_file(request, pk):
    application = fetch(
        Application.objects.select_related(*RELATED), request.user, "read_recommendation", pk=pk
    )
    audit.record_read(application, by=request.user, what="export", kind="recommendation")
    response = HttpResponse(recommendation_pdf(application), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"推荐表-{application.number}.pdf")
    return response


@require_safe
def recommendation_book(request, pk):
    application = fetch(
        Application.objects.select_related(*RELATED), request.user, "read_recommendation", pk=pk
    )
    audit.record_read(application, by=request.user, what="export", kind="recommendation")
    response = HttpResponse(recommendation_xlsx(application), content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(True, f"推荐表-{application.number}.xlsx")
    return response


class DossierVerb(VerbView):
    """A verb on a dossier from an official's desk."""

    model = Application

    def queryset(self):
        return Application.objects.select_related("platform__organisation", "cycle", "recommender")

    def shown(self):
        row = self.obj
        facts = [
            ("平台", row.platform.name),
            ("运营单位", row.platform.organisation.name),
            ("受理编号", row.number or ""),
            ("当前状态", row.get_state_display()),
        ]
        if row.assessment:
            facts.append((f"{law.CONDITIONS}核对", row.assessment.get("summary", "")))
        if row.province_score is not None:
            facts.append(("省级测评得分", f"{row.province_score:.1f}"))
        if row.province_opinion:
            facts.append(("省级测评意见", row.province_opinion))
            facts.append(("存在问题与整改要求", row.evaluation.problems or "无"))
        if row.review_score is not None and holds(Application, self.request.user, "conclude_review"):
            facts.append(("专家评审得分", f"{row.review_score:.2f}"))
        return facts

    def back_url(self):
        return reverse("dossier", args=[self.obj.pk])


EVALUATED_BY = {Procedure.DESIGNATION: 7, Procedure.REREVIEW: 14, Procedure.PROVINCIAL: 18}


class BeginEvaluation(DossierVerb):
    verb = "begin_evaluation"

    @property
    def basis(self):
        """A province's own round has its own article."""
        return ((EVALUATED_BY[self.obj.procedure], ""),)


class SignedVerb(DossierVerb):
    """Who signs sees what was prepared: the form, what the materials say of each other, the marks."""

    template_name = "applications/desk/sign.html"

    def extra_context(self):
        application = self.obj
        row = Recommendation.objects.filter(pk=application.pk).first()
        sheet = recommendation_context(application, row) if row else {}
        sheet.pop("form", None)  # the page has a form of its own
        return {
            **sheet,
            "sheet": row,
            "application": application,
            "findings": findings_of(application),
            "known": known_of(application, self.request.user),
            "marks": [
                (application.spec(mark.code), mark)
                for mark in Finding.objects.filter(application=application).exclude(words="")
            ],
            "visits": list(application.visits.all()),
        }


class ConcludeEvaluation(SignedVerb):
    verb = "conclude_evaluation"
    signature = True
    basis = ((18, ""),)


class Recommend(SignedVerb):
    verb = "recommend"
    signature = True

    @property
    def basis(self):
        return ((14, ""),) if self.obj.procedure == Procedure.REREVIEW else ((5, ""), (6, ""), (7, ""))

    def act(self, form):
        return recommending.recommend(self.obj, by=self.request.user, note=form.cleaned_data["note"])


class Decline(DossierVerb):
    against = True
    verb = "decline"
    signature = True
    form_class = DeclineForm
    done_message = "已拟办不予推荐，等待本单位另一位负责人审签"
    basis = ((6, ""),)


class Recall(DossierVerb):
    verb = "recall"
