"""Certificates: online verification by number and by file, download, reissue, print runs."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from platforms.certificates.documents import (
    ask_for_sheets,
    certificate_file,
    examine_file,
    title_numbered,
    verification_address,
)
from platforms.certificates.forms import FileForm
from platforms.certificates.models import NUMBER
from platforms.models import Certificate, Designation, ProvincialTitle, UnitChange
from platforms.register.queries import recommended_by
from platforms.states import LIVE_TITLES
from platforms.title_history import history_of
from portal.kernel import clock
from portal.kernel.permissions import demand_role, holds
from portal.shared.qr import qr_svg
from portal.shared.storage import private_response
from portal.trail.proofs import proof_response


@login_not_required
@require_safe
def verify_form(request):
    number = request.GET.get("number", "").strip().upper()
    if not number:
        return render(request, "platforms/verification/form.html", {})
    if not NUMBER.fullmatch(number):
        return render(
            request, "platforms/verification/form.html", {"number": number, "wrong": True}, status=422
        )
    return redirect("verify_number", number)


@login_not_required
@require_safe
def verify(request, number):
    row = title_numbered(number.upper())
    if isinstance(row, ProvincialTitle):
        return _verify_provincial(request, row)
    today = clock.today()
    return render(
        request,
        "platforms/verification/result.html",
        {
            "row": row,
            "number": number,
            "checked_at": clock.now(),
            "due": bool(row) and is_due(row, today),
            "recommended_by": recommended_by(row) if row else None,
            "history": history_of(row) if row else [],
            "qr": qr_svg(verification_address(row)) if row else "",
        },
        status=200 if row else 404,
    )


def is_due(row: Designation, day: date) -> bool:
    return row.state == "ACTIVE" and bool(row.review_year) and row.review_year <= day.year


def _verify_provincial(request, row: ProvincialTitle):
    """Art. 18: the same question to the province's own register."""
    return render(
        request,
        "platforms/verification/provincial.html",
        {
            "row": row,
            "certificate": row.certificates.get(superseded_on=None),
            "checked_at": clock.now(),
            "issues": row.certificates.order_by("issue"),
        },
    )


@login_not_required
def verify_file(request):
    """Drop a certificate's PDF: nothing of it is kept."""
    form, finding = FileForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        finding = examine_file(form.cleaned_data["file"].read())
    return render(
        request,
        "platforms/verification/file.html",
        {"form": form, "finding": finding, "checked_at": clock.now()},
        status=422 if form.is_bound and finding is None else 200,
    )


@login_not_required
@require_safe
def certificate_proof(request, number):
    """Proof that the certificate's facts are in the public log, for a title that lives."""
    row = get_object_or_404(Designation, key=number, ended_on=None)
    issued = get_object_or_404(Certificate.objects.select_related("title"), title=row, superseded_on=None)
    return proof_response(issued, f"证书-{row.number}")


@login_not_required
@require_safe
def certificate(request, number):
    """The certificate of a living title; what has ended or was superseded is not issued again."""
    row = get_object_or_404(Designation, key=number)
    if row.ended_on:
        return redirect("verify_number", number)
    if row.on_paper:
        return redirect("verify_number", number)
    file = certificate_file(get_object_or_404(Certificate, title=row, superseded_on=None))
    return private_response(file.key, f"{row.number}.pdf", "application/pdf", inline=False)


@require_safe
def desk(request):
    """Which certificates were issued anew after a change; the print run of a year's list."""
    demand_role(Certificate, request.user, "list", "此页面属于工业和信息化部和监督人员。")
    reissued = Certificate.objects.filter(issue__gt=1).select_related("title").order_by("-issued_on")
    live = Designation.objects.filter(state__in=LIVE_TITLES)
    return render(
        request,
        "platforms/verification/desk.html",
        {
            "reissued": reissued[:30],
            "years": live.order_by("-year").values_list("year", flat=True).distinct(),
            "acts": holds(Designation, request.user, "print"),
            "sees_changes": holds(UnitChange, request.user, "view"),
        },
    )


@require_POST
def sheets(request, year, kind):
    """Ask for all living titles of a year in one PDF; it is made in the background."""
    demand_role(Designation, request.user, "print", "证书和牌匾由工业和信息化部打印。")
    if ask_for_sheets(request.user, year, kind) is None:
        raise Http404
    return redirect("export_list")
