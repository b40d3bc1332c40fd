"""Open data over HTTP: read-only, without a key, versioned in the address. Apps add what they publish as routers.

Pages and data are the same rows: an endpoint reads the queryset of the public page.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe
from ninja import Field, NinjaAPI, Router, Schema
from ninja.errors import Throttled, ValidationError
from ninja.pagination import PageNumberPagination
from ninja.throttling import SimpleRateThrottle

from portal.kernel.request import client_address
from portal.models import BulkFile
from portal.opendata.bulk import label_of

PREFIX = "/api/v1/"
A_MINUTE = 120
PAGE = 100


class Problem(Schema):
    """Why there is no answer, in a sentence; for a form, by field."""

    detail: str
    errors: dict[str, list[str]] = {}


class Pages(PageNumberPagination):
    """A hundred rows at most; a number that no page can have is told, and does not reach the database."""

    class Input(Schema):
        page: int = Field(1, ge=1, le=100_000)

    def __init__(self, **options):
        super().__init__(page_size=PAGE, **options)

    def paginate_queryset(self, queryset, pagination: Input, request, **params):
        first = (pagination.page - 1) * self.page_size
        return {
            self.items_attribute: queryset[first : first + self.page_size],
            "count": self._items_count(queryset),
        }


REFUSALS = dict.fromkeys((400, 404, 422, 429), Problem)


class AddressThrottle(SimpleRateThrottle):
    """So many answers a minute for one address, counted by each process."""

    scope = "address"

    def get_cache_key(self, request):
        return f"opendata:{client_address(request)}"


api = NinjaAPI(
    title="国家中小企业公共服务示范平台开放数据",
    version="1.1",
    description="名录、称号变化、公示公告和统计，与公众页面同源。只读，不需要密钥；请用 ETag 减少重复下载。",
    docs_url=None,
    openapi_url=None,
    throttle=[AddressThrottle(f"{A_MINUTE}/min")],
)


@api.exception_handler(Throttled)
def answer_throttled(request, error: Throttled):
    response = JsonResponse({"detail": f"每分钟最多 {A_MINUTE} 次，请稍后再试。"}, status=429)
    if error.wait:
        response["Retry-After"] = str(int(error.wait) + 1)
    return response


@api.exception_handler(ValidationError)
def answer_invalid(request, error: ValidationError):
    fields = [".".join(map(str, row["loc"][1:])) for row in error.errors]
    return JsonResponse({"detail": f"参数不正确：{'、'.join(fields)}"}, status=422)


class BulkRow(Schema):
    name: str
    label: str
    address: str
    sha256: str
    size: int
    rows: int
    made_at: datetime

    @staticmethod
    def resolve_label(row: BulkFile) -> str:
        return label_of(row.name)

    @staticmethod
    def resolve_address(row: BulkFile) -> str:
        return reverse("bulk_file", args=[row.name])


@api.get(
    "/bulk",
    response={200: list[BulkRow], 400: Problem, 429: Problem},
    url_name="api_bulk",
    summary="整份数据文件",
    tags=["整份下载"],
)
def list_bulk_files(request):
    """每类数据一个压缩的 JSON Lines 文件，有变化后几分钟内重新生成；sha256 是文件的摘要，也是它的 ETag。"""
    return BulkFile.objects.all()


def add_open_data(router: Router) -> None:
    api.add_router("", router)


@login_not_required
@require_safe
def schema(request):
    """The description in OpenAPI's form."""
    return JsonResponse(api.get_openapi_schema(path_prefix=PREFIX), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def about(request):
    """What there is, for people."""
    paths = api.get_openapi_schema(path_prefix=PREFIX)["paths"]
    rows = [
        (address, methods["get"]["summary"], methods["get"].get("description", ""))
        for address, methods in paths.items()
    ]
    return render(request, "opendata/about.html", {"rows": rows, "a_minute": A_MINUTE})


def urlpatterns() -> list:
    """Asked once every app has registered. The library's views are opened to the public here."""
    found = [pattern for pattern in api.urls[0] if pattern.name != "api-root"]
    for pattern in found:
        pattern.callback.login_required = False
    return [path("openapi.json", schema, name="openapi"), *found]
