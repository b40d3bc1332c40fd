"""One's own exports: how far they are, and the files."""

from __future__ import annotations

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.files.views import owns_files
from portal.models import ExportJob
from portal.pages.lists import page_of


@owns_files(ExportJob)
def job_of_file(user, pk):
    return ExportJob.objects.for_user(user).filter(pk=pk).first()


@require_safe
def export_list(request):
    rows = ExportJob.objects.for_user(request.user).select_related("file")
    page = page_of(request, rows, 30)
    context = {"page": page, "waiting": any(row.is_open for row in page)}
    return render(request, "portal/exports.html", context)
