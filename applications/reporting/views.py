"""Choosing and sending: candidates compared, their order, the list that leaves as one act, its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from applications.desk.views import our_recommender, suspension_of, year_of_desk
from applications.dossiers.documents import reporting_pdf
from applications.models import Application, Reporting
from applications.recommendation.forms import ReportForm
from applications.recommendation.quota import quota_reasons
from applications.recommendation.services import candidates_of, order_candidates, report_list, reportable
from applications.reporting.comparing import against_priority, dot_lines, suggested
from applications.reporting.exports import attachments_of
from applications.reporting.workbooks import reported_list
from applications.states import (
    NATIONAL,
    NATIONAL_CHOICES,
    REPORTED_AS,
    WITH_RECOMMENDER,
    ApplicationState,
    Procedure,
)
from platforms.querysets import recommenders_of
from portal.accounts import proving
from portal.exports.services import request_export
from portal.files.views import owns_files
from portal.kernel import audit, clock
from portal.kernel.permissions import fetch, holds
from portal.kernel.workflow import TransitionBlocked, missing
from portal.shared.uploads import UploadRefused
from portal.shared.xlsx import MIME

CANDIDATES = WITH_RECOMMENDER


@owns_files(Reporting)
def reporting_of_file(user, pk):
    return Reporting.objects.for_user(user).filter(pk=pk).first()


def compare(request):
    """All candidates of the year against Art. 5, those of Art. 6 first."""
    recommender, year = our_recommender(request.user), year_of_desk(request, *CANDIDATES)
    cycle = year.cycle
    rows = suggested(candidates_of(recommender, cycle)) if cycle else []
    codes = [threshold.code for threshold in cycle.edition.thresholds] if cycle else []
    return render(
        request,
        "applications/desk/compare.html",
        {
            "recommender": recommender,
            "this_cycle": cycle,
            "year_choice": year,
            "rows": [(row, [row.figure(code) for code in codes]) for row in rows],
            "heads": [(t.label, f"≥ {t.value} {t.unit}") for t in cycle.edition.thresholds] if cycle else [],
            "lines": dot_lines(cycle.edition, rows) if cycle else [],
            "quota": cycle.quota_for(recommender) if cycle else None,
            "suspensions": [row for row in [suspension_of(recommender, cycle)] if row],
        },
    )


@dataclass(frozen=True)
class ReportingScreen:
    """The list that an office is about to report, and the ones it reported."""

    recommender: Any
    signs: bool
    lines: list
    reasons: list[str]
    behind: str
    procedures: list
    list_name: str
    past: Any
    quota: Any


def reporting(request):
    """The list that leaves: order, what is missing, document number, one button."""
    recommender, year = our_recommender(request.user), year_of_desk(request, ApplicationState.RECOMMENDED)
    cycle = year.cycle
    signs = recommenders_of(request.user, "sign_recommender").filter(pk=recommender.pk).exists()
    procedure = request.POST.get("procedure") or request.GET.get("procedure") or Procedure.DESIGNATION
    if procedure not in NATIONAL or cycle is None:
        procedure = Procedure.DESIGNATION
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ReportForm(*posted, procedure=procedure, initial={"document_date": clock.today()})
    form = proving.ask(form, request) if signs else form
    if request.method == "POST" and cycle:
        our_recommender(request.user, "sign_lists")
        answer = _report(request, recommender, cycle, procedure, form) if _is_signed(request, form) else None
        if answer:
            return answer
    rows = _listed(recommender, cycle, procedure)
    lines = [(row, missing(row, "report", by=request.user)) for row in rows]
    designation = procedure == Procedure.DESIGNATION
    over = quota_reasons(recommender, cycle, procedure) if rows else []
    found = {one.key: one for one in candidates_of(recommender, cycle)} if cycle and designation else {}
    ordered = [found[str(row.pk)] for row in rows if str(row.pk) in found]
    return render(
        request,
        "applications/desk/reporting.html",
        {
            "screen": ReportingScreen(
                recommender=recommender,
                signs=signs,
                lines=[(row, reasons, found.get(str(row.pk))) for row, reasons in lines],
                reasons=[*dict.fromkeys(reason for _, reasons in lines for reason in reasons), *over],
                behind="、".join(one.name for one in against_priority(ordered)),
                procedures=NATIONAL_CHOICES,
                list_name=REPORTED_AS[procedure][0],
                past=Reporting.objects.for_user(request.user).select_related("cycle")[:20],
                quota=cycle.quota_for(recommender) if cycle else None,
            ),
            "this_cycle": cycle,
            "year_choice": year,
            "form": form,
            "suspensions": [row for row in [suspension_of(recommender, cycle)] if row],
            "procedure": procedure,
            **proving.passkey_for(form, request),
        },
        status=422 if form.is_bound else 200,
    )


def _is_signed(request, form) -> bool:
    return form.is_valid() and proving.prove(form, request)


def _listed(recommender, cycle, procedure) -> list[Application]:
    if cycle is None:
        return []
    rows = reportable(recommender, cycle, procedure)
    return list(
        rows.select_related("platform__organisation", "cycle", "recommender", "evaluation", "recommendation")
    )


def _report(request, recommender, cycle, procedure, form):
    try:
        row = report_list(recommender, cycle, procedure=procedure, by=request.user, **form.cleaned_data)
    except TransitionBlocked as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    except UploadRefused as refusal:
        form.add_error("document", refusal.sentence)
        return None
    return redirect("reporting_receipt", row.pk)


@require_POST
def order(request):
    """New order by numbers (ties keep their present order), or the suggested one."""
    recommender = our_recommender(request.user, "sign_lists")
    cycle = year_of_desk(request, ApplicationState.RECOMMENDED).cycle
    year = f"&year={cycle.year}" if cycle else ""
    back = f"{reverse('reporting')}?procedure={Procedure.DESIGNATION}{year}"
    if cycle is None or request.POST.get("procedure") != Procedure.DESIGNATION:
        return redirect("reporting")
    rows = list(reportable(recommender, cycle, Procedure.DESIGNATION))
    listed = {str(row.pk) for row in rows}
    if request.POST.get("then") == "suggest":
        wanted = [one.key for one in suggested(candidates_of(recommender, cycle)) if one.key in listed]
    else:
        places = {str(row.pk): (_number(request.POST.get(f"rank_{row.pk}")), row.rank or 999) for row in rows}
        wanted = sorted(places, key=places.get)
    try:
        order_candidates(recommender, cycle, order=wanted, by=request.user)
    except TransitionBlocked as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, "推荐顺序已保存。")
    return redirect(back)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 999


RELATED = ("cycle", "recommender", "reported_by", "document")


def receipt(request, pk):
    row = fetch(Reporting.objects.select_related(*RELATED), request.user, pk=pk)
    lines = row.applications.select_related("platform__organisation").order_by("rank", "number")
    if holds(Application, request.user, "report"):
        lines = lines.filter(pk__in=Application.objects.for_user(request.user))
    return render(
        request,
        "applications/desk/receipt.html",
        {"reporting": row, "lines": [(line, [name for name, _ in attachments_of(line)]) for line in lines]},
    )


@require_safe
def receipt_xlsx(request, pk):
    """推荐汇总表, or 复核汇总表."""
    row = fetch(Reporting.objects.select_related(*RELATED), request.user, pk=pk)
    audit.record_read(row, by=request.user, what="export", kind="xlsx")
    response = HttpResponse(content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(True, f"{row.receipt_number}.xlsx")
    reported_list(row, response)
    return response


@require_safe
def receipt_pdf(request, pk):
    row = fetch(Reporting.objects.select_related(*RELATED), request.user, pk=pk)
    audit.record_read(row, by=request.user, what="export", kind="pdf")
    response = HttpResponse(reporting_pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{row.receipt_number}.pdf")
    return response


@require_POST
def receipt_zip(request, pk):
    """Ask for the whole package; it is made in the background with the asker's rights."""
    row = fetch(Reporting.objects.select_related("cycle", "recommender"), request.user, pk=pk)
    audit.record(action="export", obj=row, by=request.user, facts={"kind": "zip"})
    request_export(
        "reporting",
        title=f"报送材料：{row.receipt_number}（{row.recommender.label}）",
        params={"reporting": str(row.pk), "number": row.receipt_number},
        by=request.user,
    )
    return redirect("export_list")
