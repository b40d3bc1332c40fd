"""A province's own system at the portal: it reads the states of its dossiers and pushes drafts of what its office writes.

A key belongs to a person and opens what that person may open. Recommending, declining and reporting are no part of
this: the head signs on the page.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.pagination import paginate
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from applications.evaluation import services as evaluating
from applications.evaluation.forms import EvaluationForm
from applications.interface.drafts import EvaluationDraft, RecommendationDraft, overlay, unreadable
from applications.interface.rows import DossierDetail, DossierRow, Saved
from applications.models import Application, Recommendation
from applications.recommendation import services as recommending
from applications.recommendation.forms import RecommendationForm
from applications.states import ApplicationState
from portal.accounts.tokens import find_token
from portal.kernel import audit
from portal.kernel.request import client_address
from portal.kernel.workflow import TransitionBlocked
from portal.models import AccessToken
from portal.opendata.api import Pages, Problem, answer_invalid

PREFIX = "/api/province/v1/"
A_MINUTE = 120
REFUSALS = dict.fromkeys((400, 401, 404, 422, 429), Problem)
RELATED = ("platform__organisation", "cycle", "recommender", "evaluation", "recommendation")


class OwnersKey(HttpBearer):
    def authenticate(self, request, token: str):
        found = find_token(token, AccessToken.Purpose.PROVINCE, address=client_address(request))
        if found:
            request.user = found.user
        return found


class KeyThrottle(SimpleRateThrottle):
    scope = "key"

    def get_cache_key(self, request):
        return f"province:{request.auth.pk}"


api = NinjaAPI(
    title="省级业务系统接口",
    version="1.0",
    urls_namespace="province",
    description=(
        "推荐单位的业务系统读取本单位各申报的状态，推送测评和推荐表的草稿。令牌由本人在“我的账号”签发，"
        "随账号停用；推荐、不予推荐、报送由负责人在页面上办理，本接口没有。"
    ),
    docs_url=None,
    openapi_url=None,
    auth=OwnersKey(),
    throttle=[KeyThrottle(f"{A_MINUTE}/min")],
)
api.exception_handler(ValidationError)(answer_invalid)


@api.exception_handler(AuthenticationError)
def answer_unknown_key(request, error):
    response = JsonResponse({"detail": "没有令牌，或者令牌已经停用、过期。请在“我的账号”签发。"}, status=401)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Throttled)
def answer_throttled(request, error: Throttled):
    response = JsonResponse({"detail": f"每分钟最多 {A_MINUTE} 次，请稍后再试。"}, status=429)
    response["Retry-After"] = str(int(error.wait or 0) + 1)
    return response


@api.exception_handler(Http404)
def answer_missing(request, error):
    return JsonResponse({"detail": "没有此项申报，或者不归本单位办理。"}, status=404)


@api.exception_handler(TransitionBlocked)
def answer_blocked(request, error: TransitionBlocked):
    return JsonResponse({"detail": "".join(error.reasons)}, status=409)


def routed(request):
    return Application.objects.for_user(request.user, "evaluate")


def find(request, pk) -> Application:
    row = routed(request).select_related(*RELATED).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@api.get(
    "/dossiers",
    response={200: list[DossierRow], **REFUSALS},
    url_name="province_dossiers",
    summary="本单位的申报和状态",
)
@paginate(Pages)
def list_dossiers(request, year: int | None = None, state: str = ""):
    """year 年度，state 状态代码，page 页码；每页 100 项。"""
    rows = routed(request).select_related(*RELATED).order_by("-submitted_at", "pk")
    if year is not None and 2000 <= year <= 2200:
        rows = rows.filter(cycle__year=year)
    return rows.filter(state=state) if state in ApplicationState.values else rows


@api.get(
    "/dossiers/{uuid:pk}",
    response={200: DossierDetail, **REFUSALS},
    url_name="province_dossier",
    summary="一项申报和两份草稿",
)
def read_dossier(request, pk: uuid.UUID):
    """两份草稿的 version 在推送时原样带回：其间页面上有人改过就不覆盖（409）。"""
    return find(request, pk)


@api.post(
    "/dossiers/{uuid:pk}/evaluation",
    response={200: Saved, **REFUSALS, 409: Problem},
    url_name="province_evaluation",
    summary="推送测评草稿",
)
def push_evaluation(request, pk: uuid.UUID, draft: EvaluationDraft):
    """没有带的字段保持不变。测评完成由经办人在页面上确认，完成后不能再推送。"""
    with transaction.atomic():
        application = demand_open(request, pk)
        row = evaluating.evaluation_of(application)
        demand_version(row, draft.version)
        if row.completed_at:
            raise HttpError(409, "测评已经完成，请在页面上修改。")
        items = evaluating.rubric_for(application)
        form = EvaluationForm(
            overlay(EvaluationForm(instance=row, items=items, application=application), draft),
            instance=row,
            items=items,
            application=application,
        )
        if not form.is_valid():
            return unreadable(form)
        note_push(request, application, "测评")
        saved = evaluating.save_evaluation(
            application, by=request.user, complete=False, version=draft.version, **form.cleaned_data
        )
    return {"version": saved.version}


@api.post(
    "/dossiers/{uuid:pk}/recommendation",
    response={200: Saved, **REFUSALS, 409: Problem},
    url_name="province_recommendation",
    summary="推送推荐表草稿",
)
def push_recommendation(request, pk: uuid.UUID, draft: RecommendationDraft):
    """没有带的字段保持不变。推荐由负责人在页面上签发。"""
    with transaction.atomic():
        application = demand_open(request, pk)
        row = Recommendation.objects.filter(pk=application.pk).first() or Recommendation(
            application=application
        )
        demand_version(row, draft.version)
        if row.version == 0:
            recommending.prefill(row)
        form = RecommendationForm(overlay(RecommendationForm(instance=row), draft), instance=row)
        if not form.is_valid():
            return unreadable(form)
        note_push(request, application, "推荐表")
        saved = recommending.save_recommendation(
            application, by=request.user, version=draft.version, **form.cleaned_data
        )
    return {"version": saved.version}


def demand_open(request, pk) -> Application:
    """Locked, so that what the version is compared with is what is written over."""
    Application.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    application = find(request, pk)
    if application.state != ApplicationState.UNDER_EVALUATION:
        raise HttpError(409, f"当前状态为“{application.get_state_display()}”，测评中才能推送草稿。")
    return application


def demand_version(row, version: int) -> None:
    if row.version != version:
        raise HttpError(409, f"页面上已有更新的内容（版本 {row.version}），请重新读取后再推送。")


def note_push(request, application: Application, what: str) -> None:
    """The trail says that a program wrote it, and by which key."""
    audit.record(
        action="push_draft",
        obj=application,
        by=request.user,
        facts={"what": what, "token": request.auth.label},
    )


@login_not_required
@require_safe
def schema(request):
    """The description in OpenAPI's form."""
    return JsonResponse(api.get_openapi_schema(path_prefix=PREFIX), json_dumps_params={"ensure_ascii": False})


def urlpatterns() -> list:
    """Open to whoever brings a key; the interface itself asks for it."""
    found = [pattern for pattern in api.urls[0] if pattern.name != "api-root"]
    for pattern in found:
        pattern.callback.login_required = False
    return [path("openapi.json", schema, name="province_openapi"), *found]
