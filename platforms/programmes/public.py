"""The provinces' own registers as the public reads them (Art. 18); never beside the national directory's titles."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from platforms.models import Programme, ProvincialTitle
from platforms.register.columns import source_line
from portal.pages.listforms import choice, options_of, text_line
from portal.pages.lists import DeclaredList, search, whole_number
from portal.shared.xlsx import MIME, write_rows

HEADER = (
    "编号",
    "平台名称",
    "运营单位",
    "统一社会信用代码",
    "认定年度",
    "文号",
    "认定日期",
    "有效期至",
    "来源",
    "状态",
)


def programme_of(code: str) -> Programme:
    return get_object_or_404(Programme.objects.select_related("recommender"), recommender__code=code)


def years_of(programme: Programme):
    return programme.titles.order_by("-year").values_list("year", flat=True).distinct()


TITLES = DeclaredList(
    filters=(
        search(
            "platform_name",
            "organisation_name",
            "uscc",
            "number",
            "document_number",
            field=text_line("平台、单位、编号、文号或者信用代码"),
        ),
        whole_number("year", field=choice("认定年度", "全部年度")),
    ),
    size=30,
)


@login_not_required
@require_safe
def provinces(request):
    rows = Programme.objects.select_related("recommender").annotate(
        count=Count("titles", filter=Q(titles__in=ProvincialTitle.objects.standing().values("pk")))
    )
    return render(request, "platforms/provinces/list.html", {"rows": rows})


@login_not_required
@require_safe
def register(request, code):
    programme = programme_of(code)
    page = TITLES.page(request, programme.titles.all())
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "platforms/provinces/register.html",
        {
            "programme": programme,
            "page": page,
            "filters": TITLES.form(request.GET, {"year": options_of(years_of(programme))}),
            "query": query.urlencode(),
        },
    )


def _line(row: ProvincialTitle) -> tuple:
    days = [day.isoformat() if day else "" for day in (row.granted_on, row.valid_until)]
    return (
        row.number,
        row.platform_name,
        row.organisation_name,
        row.uscc,
        row.year,
        row.document_number,
        *days,
        row.get_source_display(),
        row.standing_label,
    )


@login_not_required
@require_safe
def download(request, code):
    programme = programme_of(code)
    rows = TITLES.narrow(programme.titles.all(), request.GET)
    response = HttpResponse(content_type=MIME)
    lines, caption = (_line(row) for row in rows), (f"{programme.honour}名单", source_line())
    write_rows(response, HEADER, lines, widths=(18, 36, 32, 22, 10, 28), caption=caption)
    response["Content-Disposition"] = content_disposition_header(True, f"{programme.honour}名单.xlsx")
    return response
