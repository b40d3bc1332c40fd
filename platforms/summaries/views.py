"""Annual summaries: the platform's page, the reader's page, the list, the figures over the years."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from platforms.frame import history
from platforms.models import AnnualSummary, Recommender
from platforms.states import UNFILED
from platforms.summaries import trends
from platforms.summaries.figures import CODES, FIGURES, TEXT_CODES, TEXTS
from platforms.summaries.forms import SummaryForm
from platforms.summaries.listing import SUMMARIES, TABS, filtered
from platforms.summaries.services import answer_summary, file_summary, save_summary
from portal.kernel import audit, clock
from portal.kernel.permissions import allowed, demand_role, fetch, holds
from portal.kernel.workflow import ChangedMeanwhile, TransitionBlocked, missing
from portal.pages.drawn import draw_kept
from portal.pages.forms import differences
from portal.pages.listforms import options_of, tabs_of
from portal.pages.lists import page_of
from portal.pages.verbs import VerbView, verbs_for
from portal.shared.xlsx import MIME, write_rows

HEADER = ("年度", "平台名称", "运营单位", "证书编号", "接收单位", "状态", "报送期限", "报送时间")


def _rows():
    return AnnualSummary.objects.select_related("title__platform__organisation", "recommender")


def edit(request, pk):
    """The platform fills in and files; whoever only reads is sent to the reading page."""
    row = fetch(_rows(), request.user, "edit", pk=pk)
    if not row.is_editable:
        return redirect("summary", row.pk)
    last = row.title.summaries.filter(year=row.year - 1).first()
    form, apart = SummaryForm(request.POST or None, instance=row, last=last), []
    status = 200
    if request.method == "POST":
        status = _save(request, row, form, apart)
        if status == 302:
            filed = request.POST.get("then") == "file"
            return redirect("summary" if filed else "summary_edit", row.pk)
    return render(
        request,
        "platforms/summary/edit.html",
        {
            "row": row,
            "form": form,
            "apart": apart,
            "last": last,
            "signs": allowed(request.user, "file", row),
            "missing": missing(row, "file", by=request.user),
            "trends": trends.of_title(row.title.summaries.all()),
        },
        status=status,
    )


def _save(request, row, form, apart: list) -> int:
    """`apart` takes what a colleague has stored otherwise in the meantime."""
    if not form.is_valid():
        return 422
    content = {name: form.cleaned_data[name] for name in (*CODES, *TEXT_CODES)}
    try:
        saved = save_summary(
            row, version=form.version_seen(form.cleaned_data["version"]), content=content, by=request.user
        )
    except ChangedMeanwhile as refusal:
        form.add_error(None, refusal.reasons)
        stored = AnnualSummary.objects.get(pk=row.pk)
        apart += differences(form, stored)
        form.data = {**form.data.dict(), "version": stored.version}
        return 409
    except TransitionBlocked as refusal:
        form.add_error(None, refusal.reasons)
        return 409
    if request.POST.get("then") != "file":
        messages.success(request, "已保存草稿，尚未报送。")
        return 302
    try:
        file_summary(saved, by=request.user)
    except TransitionBlocked as refusal:
        messages.info(request, "内容已保存，尚未报送。")
        form.data = {**form.data.dict(), "version": saved.version}
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return 409
    messages.success(request, f"{row.year} 年度总结已报送{row.recommender.name}。")
    return 302


@require_safe
def detail(request, pk):
    row = fetch(_rows(), request.user, pk=pk)
    last = row.title.summaries.filter(year=row.year - 1).first()
    return render(
        request,
        "platforms/summary/detail.html",
        {
            "row": row,
            "figures": [(f, getattr(row, f.code), getattr(last, f.code, None)) for f in FIGURES],
            "texts": [(label, getattr(row, code)) for code, label, _ in TEXTS],
            "last": last,
            "trends": trends.of_title(row.title.summaries.all()),
            "verbs": verbs_for(row, request.user, ("acknowledge", "send_back")),
            "may_edit": row.is_editable and allowed(request.user, "edit", row),
            "events": history(row),
        },
    )


# What a line of the list reads: the texts of a summary are no part of it.
LISTED = (
    "state",
    "due_on",
    "smes_served",
    "public_services",
    "title__platform_name",
    "title__number",
    "recommender__label",
)


def _line(row: AnnualSummary, today: date, *, picks: bool) -> SafeString:
    """Drawn once for what it says."""
    names = (row.title.platform_name, row.title.number, row.recommender.label)
    says = (row.pk, *names, row.smes_served, row.public_services, row.due_on, row.state, row.due_on < today)
    shown = {"row": row, "today": today, "picks": picks}
    return draw_kept("platforms/summary/_line.html", (*says, picks), lambda: shown)


@require_safe
def summaries(request):
    """The due list: what is overdue first, then what waits for us, then the rest."""
    demand_role(AnnualSummary, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    rows, year, years = filtered(request.user, request.GET)
    every = AnnualSummary.objects.for_user(request.user).filter(year=year)
    today, totals = clock.today(), next(iter(trends.totals(every)), None)
    offices = Recommender.objects.filter(summaries__in=every).distinct().values_list("label", flat=True)
    asked = SUMMARIES.values(request.GET)
    counts = {
        "": totals["due"] if totals else 0,
        "FILED": totals["filed"] - totals["read"] if totals else 0,
        "ACKNOWLEDGED": totals["read"] if totals else 0,
        "overdue": every.filter(state__in=UNFILED, due_on__lt=today).count(),
    }
    acknowledges = holds(AnnualSummary, request.user, "acknowledge")
    page = page_of(request, rows.select_related("title", "recommender").only(*LISTED))
    return render(
        request,
        "platforms/summary/list.html",
        {
            "tabs": tabs_of(
                TABS, asked["state"], name="state", counts=counts, hot={"overdue"}, kept={"year": year}
            )
            if totals
            else [],
            "filters": SUMMARIES.form(
                {**request.GET.dict(), "year": str(year)},
                {
                    "year": options_of(years or [year], "{} 年度"),
                    "recommender": options_of(offices) if len(offices) > 1 else None,
                },
            ),
            "acknowledges": acknowledges,
            "page": page,
            "lines": [_line(row, today, picks=acknowledges) for row in page],
            "year": year,
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def figures(request):
    """Sums per year, and of one year per recommender."""
    demand_role(AnnualSummary, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    rows = AnnualSummary.objects.for_user(request.user)
    label = request.GET.get("recommender", "")
    if label:
        rows = rows.filter(recommender__label=label)
    by_year = trends.totals(rows)
    years = [entry["year"] for entry in by_year]
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years[-1] if years else None)
    return render(
        request,
        "platforms/summary/figures.html",
        {
            "by_year": by_year,
            "by_recommender": trends.by_recommender(
                AnnualSummary.objects.for_user(request.user).filter(year=year)
            ),
            "pictures": [
                (
                    figure,
                    [
                        (str(e["year"]), next(v for f, v in e["sums"] if f.code == figure.code))
                        for e in by_year
                    ],
                )
                for figure in FIGURES
                if figure.code in trends.PICTURED and figure.adds_up and by_year
            ],
            "per_platform": trends.per_platform(rows),
            "limited": trends.limited(),
            "added": trends.added(),
            "year": year,
            "years": years,
            "label": label,
        },
    )


@require_safe
def download(request):
    demand_role(AnnualSummary, request.user, "list", "此页面属于推荐单位、工业和信息化部和监督人员。")
    rows, year, _ = filtered(request.user, request.GET)
    header = (*HEADER, *(f"{f.label}（{f.unit}）" for f in FIGURES), *(label for _, label, _ in TEXTS))
    lines = (
        (
            row.year,
            row.title.platform_name,
            row.title.organisation_name,
            row.title.number,
            row.recommender.name,
            row.get_state_display(),
            row.due_on.isoformat(),
            f"{clock.day_of(row.filed_at)}" if row.filed_at else "",
            *(getattr(row, code) for code in CODES),
            *(getattr(row, code) for code in TEXT_CODES),
        )
        for row in rows.select_related("title", "recommender").order_by(
            "recommender__order", "title__sort_key"
        )
    )
    response = HttpResponse(content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(True, f"{year} 年度总结.xlsx")
    write_rows(response, header, lines, title=f"{year} 年度总结", widths=(8, 36, 30, 20, 26, 12, 12, 12))
    audit.record_read(
        request.user, by=request.user, what="export", list="summaries", filter=request.GET.urlencode()
    )
    return response


class Answer(VerbView):
    model = AnnualSummary

    def queryset(self):
        return _rows()

    def act(self, form):
        return answer_summary(self.obj, self.verb, by=self.request.user, note=form.cleaned_data["note"])

    def shown(self):
        return [
            ("平台", self.obj.title.platform_name),
            ("年度", f"{self.obj.year} 年度总结"),
            ("当前状态", self.obj.get_state_display()),
            *((f.label, f"{getattr(self.obj, f.code)} {f.unit}") for f in FIGURES),
        ]

    def back_url(self):
        return reverse("summary", args=[self.obj.pk])


class Acknowledge(Answer):
    verb = "acknowledge"
    basis = ((13, ""),)


class SendBack(Answer):
    verb = "send_back"
