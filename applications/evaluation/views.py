"""The evaluation of Art. 7: evidence left, score and note right; the visit on site; the recommender's own items."""

from __future__ import annotations

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from applications.crosschecks.model import row_of
from applications.desk.views import our_recommender, year_of_desk
from applications.dossiers.facts import form_of
from applications.dossiers.views import dossier_context
from applications.editions.evaluating import PARTS
from applications.evaluation import services as evaluating
from applications.evaluation.forms import EvaluationForm, OwnItemForm, VisitForm
from applications.models import Application, EvaluationItem, Relaxation, SiteVisit
from applications.rereviews.prefill import COLUMNS, rereview_data
from applications.states import ApplicationState, Procedure
from portal.files.views import owns_files
from portal.kernel.permissions import fetch
from portal.kernel.workflow import ChangedMeanwhile, TransitionBlocked
from portal.pages.forms import version_in
from portal.pages.refusals import refusals_at

RELATED = ("platform__organisation", "platform__jurisdiction", "cycle", "recommender", "annex")


@owns_files(SiteVisit)
def visit_of_file(user, pk):
    return SiteVisit.objects.for_user(user).filter(pk=pk).first()


@owns_files(Relaxation)
def relaxation_of_file(user, pk):
    return Relaxation.objects.for_user(user).filter(pk=pk).first()


def evaluation(request, pk):
    application = fetch(Application.objects.select_related(*RELATED), request.user, "evaluate", pk=pk)
    row = evaluating.evaluation_of(application)
    version = row.version
    items = evaluating.rubric_for(application)
    form = EvaluationForm(
        request.POST or None,
        instance=row,
        items=items,
        application=application,
        initial={"methods": row.methods, "evaluators": row.evaluators or request.user.name},
    )
    if request.method == "POST" and request.POST.get("autosave"):
        return _autosave(request, application, form)
    apart: list = []
    if request.method == "POST" and form.is_valid():
        answer = _save(request, application, form, apart)
        if answer:
            return answer
    open_now = application.state == ApplicationState.UNDER_EVALUATION
    return render(
        request,
        "applications/desk/evaluation.html",
        {
            **dossier_context(request, application),
            "form": form,
            "claims": claims(application),
            "row": row,
            "may_save": open_now,
            "visits": list(application.visits.all()),
            "apart": apart,
            "version": version,
        },
        status=409 if apart else 422 if form.is_bound else 200,
    )


def _save(request, application, form, apart: list):
    """Store, and go where the pressed button leads; None when the page must say what is missing.

    `apart` takes what a colleague has stored otherwise in the meantime.
    """
    then, show = request.POST.get("then"), request.POST.get("show")
    try:
        evaluating.save_evaluation(
            application,
            by=request.user,
            complete=then == "complete",
            version=form.version_seen(version_in(request.POST)),
            **form.cleaned_data,
        )
    except ChangedMeanwhile as refusal:
        form.add_error(None, refusal.reasons)
        apart += form.differences(evaluating.evaluation_of(application))
        return None
    except TransitionBlocked as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    if show:
        return redirect(f"{reverse('dossier_evaluation', args=[application.pk])}?m={show}")
    messages.success(request, "测评已完成。" if then == "complete" else "测评已保存。")
    if then == "complete":
        return redirect("dossier", application.pk)
    return redirect("dossier_evaluation", application.pk)


def _autosave(request, application, form) -> JsonResponse:
    """Between the keystrokes: a draft is stored as far as it is valid, a finished evaluation is not touched."""
    if form.instance.completed_at:
        return JsonResponse({"message": "测评已完成，修改后请点“保存”"}, status=409)
    form.is_valid()
    try:
        row = evaluating.save_evaluation(
            application,
            by=request.user,
            complete=False,
            version=form.version_seen(version_in(request.POST)),
            **form.savable(),
        )
    except ChangedMeanwhile:
        return JsonResponse({"message": "未自动保存：同事刚保存过此表，请点“保存”对照"}, status=409)
    except TransitionBlocked as refusal:
        return JsonResponse({"message": refusal.words}, status=409)
    wrong = form.unsavable()
    message = f"其余已自动保存，尚未保存：{'、'.join(wrong.values())}" if wrong else "已自动保存"
    answer = {"message": message, "version": row.version, "unsaved": list(wrong)}
    if form.merged is not None:
        answer["_base"] = form.next_base(wrong)
    return JsonResponse(answer)


def claims(application) -> list[dict]:
    """Self-reported beside computed, with how far they are apart."""
    if application.procedure == Procedure.REREVIEW:
        return _claims_of_last_year(application)
    data = application.annex.data
    figures: dict[str, float] = {}
    for material in application.materials.all():
        figures |= {key: value for key, value in material.figures.items() if not isinstance(value, dict)}
    pairs = (
        ("从业人数", "人", "capacity", "staff", "staff", "人员名册"),
        ("专业人员数", "人", "capacity", "professionals", "either", "人员名册"),
        ("上年服务中小企业", "家", "performance", "smes_last", "smes_last", "服务企业名单"),
        ("前年服务中小企业", "家", "performance", "smes_before", "smes_before", "服务企业名单"),
        ("用户满意度", "%", "performance", "satisfaction", "satisfaction", "服务企业名单"),
    )
    return [
        _claim(label, unit, data.get(section, {}).get(field), figures.get(key), source)
        for label, unit, section, field, key, source in pairs
    ]


def _claims_of_last_year(application) -> list[dict]:
    """Annex 3 beside the annual summary that the same year was filed with (Arts. 13, 14)."""
    last = application.cycle.year - 1
    claimed = row_of(application.annex.data, last)
    known = rereview_data(application.designation, application.cycle.year).get("years", {}).get("years", [])
    summed: dict = next((row for row in known if row["year"] == str(last)), {})
    (table,) = form_of(application).section("years").tables
    return [
        _claim(one.label, one.unit, claimed.get(one.code), summed.get(one.code), f"{last} 年度总结")
        for one in table.columns
        if one.code in COLUMNS
    ]


def _claim(label: str, unit: str, claimed, proved, source: str) -> dict:
    try:
        apart = float(claimed) - float(proved)
    except (TypeError, ValueError):
        apart = None
    return {
        "label": label,
        "unit": unit,
        "claimed": claimed or "—",
        "proved": "—" if proved is None else proved,
        "source": source,
        "apart": f"{apart:+g}" if apart else "",
        "differs": bool(apart),
    }


def visit_add(request, pk):
    application = fetch(Application.objects.select_related(*RELATED), request.user, "evaluate", pk=pk)
    form = VisitForm(
        request.POST or None, request.FILES or None, initial={"place": application.platform.address}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "photos"):
            evaluating.record_visit(application, by=request.user, **form.cleaned_data)
            messages.success(request, "现场核查已记录，随推荐材料一并报送。")
            return redirect("dossier_visits", pk)
    return render(
        request,
        "applications/desk/visit_form.html",
        {"application": application, "form": form},
        status=422 if form.is_bound else 200,
    )


def visits(request, pk):
    """Every record of a visit, for whoever may read the dossier from an official's desk."""
    application = fetch(Application.objects.select_related(*RELATED), request.user, "read_opinions", pk=pk)
    rows = SiteVisit.objects.for_user(request.user).filter(application=application)
    may_add = (
        Application.objects.for_user(request.user, "evaluate")
        .filter(pk=pk, state="UNDER_EVALUATION")
        .exists()
    )
    return render(
        request,
        "applications/desk/visits.html",
        {
            "application": application,
            "rows": rows.select_related("recorded_by").prefetch_related("files__file"),
            "may_add": may_add,
        },
    )


EVALUATED = (ApplicationState.SUBMITTED, ApplicationState.RETURNED, ApplicationState.UNDER_EVALUATION)


def own_items(request):
    """The year's rubric with the recommender's additions."""
    recommender, year = our_recommender(request.user), year_of_desk(request, *EVALUATED)
    cycle = year.cycle
    form = OwnItemForm(request.POST or None)
    if cycle and request.method == "POST" and form.is_valid():
        try:
            evaluating.add_item(recommender, cycle, by=request.user, **form.cleaned_data)
        except TransitionBlocked as refusal:
            form.add_error("name", refusal.reasons)
        else:
            messages.success(request, "测评项目已增加，用于此后的测评。")
            return redirect(f"{reverse('evaluation_items')}?year={cycle.year}")
    own = EvaluationItem.objects.for_user(request.user).filter(cycle=cycle, is_retired=False)
    rubric = cycle.evaluation_rubric if cycle else ()
    parts = [
        {
            "name": name,
            "items": [item for item in rubric if item.part == code],
            "own": [item for item in own if item.part == code],
        }
        for code, name in PARTS
    ]
    return render(
        request,
        "applications/desk/items.html",
        {"recommender": recommender, "this_cycle": cycle, "year_choice": year, "parts": parts, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_POST
def own_item_retire(request, pk):
    row = fetch(EvaluationItem.objects.all(), request.user, "retire", pk=pk)
    evaluating.retire_item(row, by=request.user)
    messages.success(request, f"“{row.name}”已停用，已有的评分保留。")
    return redirect(f"{reverse('evaluation_items')}?year={row.cycle.year}")
