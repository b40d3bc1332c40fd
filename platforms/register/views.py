"""The public register: search, filters, downloads, a stable page per title, verification."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from platforms.functions import Function
from platforms.models import Designation, Recommender, ServicePosting
from platforms.register.columns import (
    COLUMNS,
    COOKIE,
    chosen_columns,
    lines_of,
    safe_cell,
    source_line,
    spreadsheet_cell,
)
from platforms.register.queries import (
    GROUPED,
    as_of,
    as_they_stood,
    find,
    listed,
    recommended_by,
    with_recommender,
)
from platforms.states import REGISTERED
from platforms.title_history import history_of
from portal.kernel import clock
from portal.pages.listforms import calendar_day, choice, options_of, text_line
from portal.pages.lists import DeclaredList, Filter, containing, one_of, read_before, whole_number
from portal.shared.xlsx import MIME, write_rows

ON_A_DAY = {"state": "目前状态", "department": "当日主管部门"}  # beside the names of an earlier day


def _day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _day_asked(request) -> date | None:
    return _day_in(request.GET.get("as_of", ""))


def _recommended_by(rows, label: str):
    """By the office's name; associations and the ministry's own units stand together under one."""
    kind = next((kind for kind, words in GROUPED.items() if words == label), "")
    asked = Recommender.objects.filter(**({"kind": kind} if kind else {"label": label}))
    return rows.filter(recommended__in=asked.values("pk"))


DIRECTORY = DeclaredList(
    filters=(
        Filter("q", find, field=text_line("平台、单位、证书编号、信用代码或者拼音首字母")),
        Filter("recommender", _recommended_by, field=choice("推荐单位", "全部推荐单位")),
        containing(
            "function",
            Function.values,
            "functions",
            field=choice("服务功能", "全部服务功能", Function.choices),
        ),
        whole_number("year", field=choice("认定年度", "全部年度")),
        one_of(
            "status",
            REGISTERED,
            "state",
            field=choice("状态", "全部状态", ((state.value, state.label) for state in REGISTERED)),
        ),
        read_before("as_of", lambda text: _day_in(text) is not None, calendar_day("截至")),
    ),
    size=30,
    is_wide=True,
)


def _filtered(request, day: date | None):
    """The register as the address says it: page and downloads read the same."""
    rows = as_of(day) if day else with_recommender(Designation.objects.all())
    return listed(DIRECTORY.narrow(rows, request.GET))


@login_not_required
@require_safe
def directory(request):
    day, is_cards = _day_asked(request), request.GET.get("layout") == "cards"
    departments = Recommender.objects.filter(kind="department")
    years = Designation.objects.order_by("-year").values_list("year", flat=True).distinct()
    page = DIRECTORY.page_of(request, _filtered(request, day))
    if day:
        page.object_list = as_they_stood(page.object_list, day)
    query = request.GET.copy()
    for name in ("page", "layout"):  # the same list, from its first page, in either form
        query.pop(name, None)
    return render(
        request,
        "platforms/directory/list.html",
        {
            "page": page,
            "get": request.GET,
            "day": day,
            "query": query.urlencode(),
            "cards": is_cards,
            "filters": DIRECTORY.form(
                request.GET,
                {
                    "recommender": options_of(
                        [*departments.values_list("label", flat=True), GROUPED["association"]]
                    ),
                    "year": options_of(years),
                },
                kept={"layout": "cards" if is_cards else ""},
            ),
            "columns": [(one, one in chosen_columns([], request.COOKIES.get(COOKIE, ""))) for one in COLUMNS],
        },
    )


@login_not_required
@require_safe
def download(request, kind):
    day = _day_asked(request)
    found = _filtered(request, day)
    columns = chosen_columns(request.GET.getlist("col"), request.COOKIES.get(COOKIE, ""))
    header = [ON_A_DAY.get(column.code, column.label) if day else column.label for column in columns]
    if day:
        rows = ([column.read(row) for column in columns] for row in as_they_stood(found, day))
    else:
        rows = found.values_list(*(column.field for column in columns)).iterator()
    lines = lines_of(rows, columns)
    if kind == "xlsx":
        response = HttpResponse(content_type=MIME)
        caption = ("国家中小企业公共服务示范平台名录", _source(day))
        write_rows(response, header, lines, widths=[column.width for column in columns], caption=caption)
    elif kind == "csv":
        response = _as_csv(header, lines, for_spreadsheets=request.GET.get("digits") == "text")
    elif kind == "json":
        response = JsonResponse(
            {"items": [dict(zip(header, line, strict=True)) for line in lines]},
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        raise Http404
    response["Content-Disposition"] = content_disposition_header(True, f"示范平台名录.{kind}")
    if "col" in request.GET:
        kept = ".".join(column.code for column in columns)
        response.set_cookie(
            COOKIE, kept, max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response


def _source(day: date | None) -> str:
    return source_line(f"截至 {day:%Y-%m-%d} 有效的称号；" if day else "")


def _as_csv(header, lines, *, for_spreadsheets: bool) -> HttpResponse:
    """For programs as it is; for spreadsheets with long codes that keep all their digits."""
    page = io.StringIO(newline="")
    page.write("\ufeff")
    writer = csv.writer(page)
    writer.writerow(header)
    for line in lines:
        cells = [safe_cell(cell) for cell in line]
        writer.writerow([spreadsheet_cell(cell) for cell in cells] if for_spreadsheets else cells)
    return HttpResponse(page.getvalue(), content_type="text/csv; charset=utf-8")


@login_not_required
@require_safe
def platform_page(request, number):
    row = get_object_or_404(
        Designation.objects.select_related("recommender", "jurisdiction", "platform"), key=number
    )
    others = Designation.objects.filter(platform=row.platform).exclude(pk=row.pk)
    return render(
        request,
        "platforms/directory/platform.html",
        {
            "row": row,
            "others": others,
            "recommended_by": recommended_by(row),
            "history": history_of(row),
            "today": clock.today(),
            "postings": ServicePosting.objects.current().filter(platform=row.platform)[:10]
            if not row.ended_on
            else [],
        },
    )
