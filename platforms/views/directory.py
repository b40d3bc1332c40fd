"""The public register: search, filters, downloads, a stable page per title, verification."""

from __future__ import annotations

import csv
import re
from datetime import date
from itertools import pairwise

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from platforms.functions import Function
from platforms.models import Designation, Recommender, ServicePosting
from platforms.register import as_of, find, listed
from platforms.states import REGISTERED
from portal import clock
from portal.models import AuditEvent
from portal.shared.xlsx import MIME, write_rows

HEADER = (
    "证书编号",
    "平台名称",
    "运营单位",
    "统一社会信用代码",
    "推荐单位",
    "服务功能",
    "认定年度",
    "授予日期",
    "下次复核年度",
    "状态",
)


def _filtered(request):
    """The register as the address says it: page and downloads read the same."""
    get = request.GET
    rows = Designation.objects.all()
    day = get.get("as_of", "")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        try:
            rows = as_of(date.fromisoformat(day))
        except ValueError:
            day = ""
    rows = find(rows, get.get("q", "").strip()[:60])
    label = get.get("recommender", "")
    if label == "行业协会":
        rows = rows.filter(recommender__kind="association")
    elif label:
        rows = rows.filter(recommender__label=label)
    if get.get("function") in Function.values:
        rows = rows.filter(functions__contains=[get["function"]])
    if get.get("year", "").isdecimal():
        rows = rows.filter(year=int(get["year"]))
    if get.get("status") in REGISTERED:
        rows = rows.filter(state=get["status"])
    return listed(rows)


@login_not_required
@require_safe
def directory(request):
    page = Paginator(_filtered(request), 30).get_page(request.GET.get("page"))
    query = request.GET.copy()
    for name in ("page", "layout"):  # the same list, from its first page, in either form
        query.pop(name, None)
    return render(
        request,
        "platforms/directory/list.html",
        {
            "page": page, "get": request.GET, "query": query.urlencode(), "cards": request.GET.get("layout") == "cards",
            "recommenders": Recommender.objects.filter(kind="department"), "functions": Function.choices,
            "states": [(state.value, state.label) for state in REGISTERED],
            "years": Designation.objects.order_by("-year").values_list("year", flat=True).distinct(),
        },
    )  # fmt: skip


def _line(row: Designation) -> tuple:
    return (
        row.number, row.platform_name, row.organisation_name, row.uscc, row.recommender.name, "、".join(row.function_labels), row.year,
        row.granted_on.isoformat(), row.review_year, row.get_state_display(),
    )  # fmt: skip


@login_not_required
@require_safe
def download(request, kind):
    rows = _filtered(request)
    if kind == "xlsx":
        response = HttpResponse(content_type=MIME)
        write_rows(response, HEADER, (_line(row) for row in rows.iterator()), widths=(18, 36, 32, 22, 28, 18))
    elif kind == "csv":
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        writer = csv.writer(response)
        writer.writerow(HEADER)
        writer.writerows([_safe(cell) for cell in _line(row)] for row in rows.iterator())
    elif kind == "json":
        response = JsonResponse(
            {"items": [dict(zip(HEADER, _line(row), strict=True)) for row in rows.iterator()]},
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="directory.{kind}"'
    return response


def _safe(cell):
    """A text that a spreadsheet would run as a formula gets an apostrophe."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" else cell


@login_not_required
@require_safe
def platform_page(request, number):
    row = get_object_or_404(
        Designation.objects.select_related("recommender", "jurisdiction", "platform"), number=number
    )
    others = Designation.objects.filter(platform=row.platform).exclude(pk=row.pk)
    return render(
        request,
        "platforms/directory/platform.html",
        {
            "row": row,
            "others": others,
            "history": history_of(row),
            "today": clock.today(),
            "postings": ServicePosting.objects.current().filter(platform=row.platform)[:10]
            if not row.ended_on
            else [],
        },
    )


# What the public reads of a title's life between its grant and its end.
EVENTS = {
    "designation.renew": "复核合格，称号延续",
    "designation.order_rectification": "责令整改",
    "designation.accept_rectification": "整改合格",
}


def history_of(row: Designation) -> list[tuple[str, str]]:
    """The title over time, for anyone."""
    lines = [(row.granted_on.isoformat(), f"授予称号（{row.announcement_title}）")]
    certificates = list(row.certificates.order_by("issue"))
    for earlier, later in pairwise(certificates):
        lines.append(
            (
                later.issued_on.isoformat(),
                f"更名换发证书：原名“{earlier.platform_name}”（{earlier.organisation_name}）",
            )
        )
    if row.rectify_until:
        lines.append((row.rectify_until.isoformat(), "整改期限"))
    if row.ended_on:
        named = f"（{row.end_announcement}）" if row.end_announcement else ""
        lines.append((row.ended_on.isoformat(), f"{row.get_state_display()}：{row.end_reason}{named}"))
    events = AuditEvent.objects.filter(stream=f"{row._meta.label_lower}:{row.pk}", action__in=EVENTS)
    lines += [(clock.day_of(one.at).isoformat(), EVENTS[one.action]) for one in events.order_by("id")]
    return sorted(lines, key=lambda line: line[0])
