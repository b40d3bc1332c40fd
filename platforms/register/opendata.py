"""Open data of the register: titles as the public pages list them, and each one's life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Count, Max, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema
from ninja.pagination import paginate

from platforms.models import Designation, TitleEvent
from platforms.register.queries import find, listed, with_recommender
from platforms.register.views import history_of
from platforms.states import REGISTERED
from portal.opendata.api import REFUSALS, Pages, add_open_data, api
from portal.opendata.bulk import Source, provide_bulk
from portal.opendata.wellknown import provides_sitemap

router = Router(tags=["名录"])


class TitleRow(Schema):
    key: str
    number: str
    platform: str
    organisation: str
    uscc: str
    recommender: str  # who recommended at the newest grant, confirmation or re-designation
    department: str  # who watches now: another once the platform has moved
    functions: list[str]
    year: int
    granted_on: date
    review_year: int
    state: str
    state_label: str
    ended_on: date | None

    @staticmethod
    def resolve_platform(row: Designation) -> str:
        return row.platform_name

    @staticmethod
    def resolve_organisation(row: Designation) -> str:
        return row.organisation_name

    @staticmethod
    def resolve_recommender(row: Designation) -> str:
        return row.recommended_name

    @staticmethod
    def resolve_department(row: Designation) -> str:
        return row.recommender.name

    @staticmethod
    def resolve_functions(row: Designation) -> list[str]:
        return row.function_labels

    @staticmethod
    def resolve_state_label(row: Designation) -> str:
        return row.get_state_display()


class Event(Schema):
    on: str
    text: str
    address: str


class TitleDetail(TitleRow):
    events: list[Event]

    @staticmethod
    def resolve_events(row: Designation) -> list[dict]:
        return [{"on": on, "text": text, "address": address} for on, text, address in history_of(row)]


class Figure(Schema):
    year: int
    state: str
    titles: int


def _titles() -> QuerySet[Designation]:
    return with_recommender(Designation.objects.select_related("recommender"))


@router.get("/titles", response={200: list[TitleRow], **REFUSALS}, url_name="api_titles", summary="名录")
@paginate(Pages)
def list_titles(request, q: str = "", year: int | None = None, state: str = "", recommender: str = ""):
    """q 名称或编号，year 认定年度，state 状态代码，recommender 推荐单位简称，page 页码；每页 100 项。"""
    rows = find(_titles(), q.strip()[:60])
    if year:
        rows = rows.filter(year=year)
    if state in REGISTERED:
        rows = rows.filter(state=state)
    if recommender:
        rows = rows.filter(recommended_label=recommender)
    return listed(rows)


@router.get(
    "/titles/{key}",
    response={200: TitleDetail, **REFUSALS},
    url_name="api_title",
    summary="一个称号及其变化",
)
def read_title(request, key: str):
    """key 名录中的地址：证书编号；原公告未列编号的，见名录中的 key。"""
    return get_object_or_404(_titles(), key=key)


@router.get(
    "/statistics",
    response={200: list[Figure], **REFUSALS},
    url_name="api_statistics",
    summary="称号数：按认定年度和状态",
)
def count_titles(request):
    return Designation.objects.order_by("year", "state").values("year", "state").annotate(titles=Count("*"))


add_open_data(router)


@provides_sitemap
def list_title_pages():
    for key in Designation.objects.order_by("key").values_list("key", flat=True):
        yield reverse("platform_page", args=[key]), None


def stamp_of_titles() -> str:
    """Whatever changes in the register writes an event."""
    last = TitleEvent._base_manager.aggregate(count=Count("*"), last=Max("recorded_at"))
    return f"{settings.VERSION} {api.version} {Designation.objects.count()} {last['count']} {last['last']}"


def rows_of_titles() -> Iterator[dict]:
    for row in _titles().order_by("key").iterator(500):
        yield TitleRow.from_orm(row).model_dump(mode="json")


provide_bulk("titles", Source("名录", stamp_of_titles, rows_of_titles))
