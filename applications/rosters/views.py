"""Roster templates, the marked workbook, and small fixes on the page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from applications.materials import services as materials
from applications.materials.views import load_material, material_page
from applications.rosters import ROSTERS, template
from applications.rosters.services import marked_workbook
from portal.kernel import audit
from portal.kernel.workflow import TransitionBlocked
from portal.pages.forms import version_in
from portal.shared.uploads import UploadRefused
from portal.shared.xlsx import MIME

MAX_CELLS = 200


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=MIME)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response


@require_safe
def roster_template(request, code):
    if code not in ROSTERS:
        raise Http404
    return _workbook(template(code), f"{ROSTERS[code].title}模板")


@require_safe
def material_template(request, pk, code):
    """The template that knows its round, so that last year's workbook is noticed."""
    application, _, spec = load_material(request, pk, code, verb="view")
    if not spec.roster:
        raise Http404
    year = application.cycle.year
    return _workbook(template(spec.roster, year=year), f"{spec.short_title}模板-{year}")


@require_safe
def marked(request, pk, code):
    application, row, spec = load_material(request, pk, code, verb="view")
    entry = row.files.filter(removed_at=None).select_related("file").first()
    if not spec.roster or entry is None:
        raise Http404
    audit.record_read(
        application, by=request.user, what="open_file", file=str(entry.file_id), name=entry.file.name
    )
    return _workbook(marked_workbook(entry), f"{spec.short_title}（已标注）")


@require_POST
def mend(request, pk, code):
    """Store what was typed beside the findings as a new version of the workbook."""
    application, row, spec = load_material(request, pk, code)
    if not spec.roster:
        raise Http404
    posted = [(name, value) for name, value in request.POST.items() if name.startswith("cell.")]
    dropped = [n for n in request.POST.getlist("drop") if n.isascii() and n.isdigit() and len(n) < 6]
    try:
        entry = materials.mend_roster(
            application,
            code,
            values={name[5:]: value for name, value in posted[:MAX_CELLS]},
            without={int(number) for number in dropped},
            version=version_in(request.POST),
            by=request.user,
        )
    except TransitionBlocked as refusal:
        return material_page(request, application, row, spec, refusal.words)
    except UploadRefused as refusal:
        return material_page(request, application, row, spec, refusal.sentence)
    messages.success(
        request, f"改动已保存并重新核对：{entry.difference.get('sentence', '')}。".replace("：。", "。")
    )
    return redirect("material", pk, code)
