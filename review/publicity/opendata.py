"""Open data of what the ministry publishes: notices, with the digest of their text."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema
from ninja.pagination import paginate

from portal.opendata.api import REFUSALS, Pages, add_open_data
from portal.opendata.bulk import Source, provide_bulk
from portal.opendata.wellknown import provides_dates, provides_sitemap
from review.models import Notice

router = Router(tags=["公示公告"])


class NoticeRow(Schema):
    id: uuid.UUID
    kind: str
    subject: str
    title: str
    document_number: str
    published_on: date
    ends_on: date | None
    state: str
    digest: str


class NoticeDetail(NoticeRow):
    body: str
    items_text: str


def published():
    return Notice.objects.public().filter(cycle__programme=None)


@router.get(
    "/notices", response={200: list[NoticeRow], **REFUSALS}, url_name="api_notices", summary="公示和公告"
)
@paginate(Pages)
def list_notices(request, kind: str = ""):
    """kind 类别代码（publicity、announcement、call），page 页码；每页 100 项。"""
    rows = published().order_by("-published_on", "-serial", "pk")
    return rows.filter(kind=kind) if kind in Notice.Kind.values else rows


@router.get(
    "/notices/{uuid:pk}",
    response={200: NoticeDetail, **REFUSALS},
    url_name="api_notice",
    summary="一份公示或公告的全文",
)
def read_notice(request, pk: uuid.UUID):
    """digest 是正文和名单的 SHA-256。"""
    return get_object_or_404(published(), pk=pk)


add_open_data(router)


def stamp_of_notices() -> str:
    states = published().order_by("state").values_list("state").annotate(n=Count("*"))
    return f"{settings.VERSION} {list(states)}"


def rows_of_notices() -> Iterator[dict]:
    for row in published().order_by("published_on", "pk").iterator(200):
        yield NoticeDetail.from_orm(row).model_dump(mode="json")


provide_bulk("notices", Source("公示公告全文", stamp_of_notices, rows_of_notices))


@provides_sitemap
def list_notice_pages():
    for notice in published().order_by("published_on", "pk"):
        yield reverse("notice", args=[notice.pk]), notice.published_on


@provides_dates
def list_publicity_days():
    for notice in published().filter(kind=Notice.Kind.PUBLICITY, state="PUBLISHED").exclude(ends_on=None):
        yield notice.last_day, f"公示截止：{notice.title}", reverse("publicity", args=[notice.pk])
