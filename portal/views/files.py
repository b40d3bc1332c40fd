"""Stored files: reachable only through the record that owns them, every opening on record."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from portal import audit
from portal.models import StoredFile
from portal.shared.pages import render_page
from portal.shared.storage import open_private, private_response

PAGE_WIDTH = 1100  # pixels: an A4 page readable without zooming on a 1366-pixel screen
Owner = Callable[[object, object], object | None]
_owners: dict[str, Owner] = {}


def owns_files(model):
    """Register how a user reaches the files of a record: (user, owner id) → the record, or None."""

    def register(function: Owner) -> Owner:
        _owners[model._meta.label_lower] = function
        return function

    return register


def readable(user, pk) -> tuple[StoredFile, object]:
    """The file and its owning record; 404 for what the user may not see, as for what does not exist."""
    file = StoredFile.objects.filter(pk=pk).first()
    owner_of = _owners.get(file.owner_model) if file else None
    owner = owner_of(user, file.owner_id) if owner_of else None
    if owner is None:
        raise Http404
    if file.scan == StoredFile.Scan.QUARANTINED:
        raise PermissionDenied("此文件正在等待查毒，暂时不能打开，请稍后再试。")
    return file, owner


@require_safe
def download(request, pk):
    file, owner = readable(request.user, pk)
    audit.record_read(owner, by=request.user, what="open_file", file=str(file.pk), name=file.name)
    return private_response(file.key, file.name, file.content_type, inline=False)


@require_safe
def image(request, pk):
    """An uploaded picture, shown inline."""
    file, owner = readable(request.user, pk)
    if not file.is_image:
        raise Http404
    audit.record_read(owner, by=request.user, what="open_file", file=str(file.pk), name=file.name)
    return private_response(file.key, file.name, file.content_type, inline=True)


@require_safe
def page(request, pk, number):
    """One page of a PDF as a picture with the reader's name across it; the first page is the recorded read."""
    file, owner = readable(request.user, pk)
    if file.extension != "pdf" or not 1 <= number <= (file.pages or 0):
        raise Http404
    if number == 1:
        audit.record_read(owner, by=request.user, what="read_file", file=str(file.pk), name=file.name)
    with open_private(file.key) as content:
        picture = render_page(content, number, PAGE_WIDTH, watermark=request.user.name)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response
