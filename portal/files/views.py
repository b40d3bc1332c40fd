"""Stored files: reachable only through the record that owns them, every opening on record."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from portal.files.pages import CannotDraw, page_picture
from portal.files.watermark import mark
from portal.kernel import audit, clock
from portal.kernel.permissions import forbid, holds
from portal.models import StoredFile
from portal.shared.storage import private_response

PAGE_WIDTH = 1100  # pixels: an A4 page readable without zooming on a 1366-pixel screen
WIDTHS, THUMB = (700, PAGE_WIDTH, 1700), 120
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
    if file.state == StoredFile.State.REFUSED:
        forbid(f"此文件未通过核对，不能打开：{file.refusal}")
    if file.is_closed:
        forbid("此文件已收到，正在核对，暂时不能打开，请稍后再试。")
    return file, owner


@require_safe
def download(request, pk):
    file, owner = readable(request.user, pk)
    audit.record_read(owner, by=request.user, what="open_file", file=str(file.pk), name=file.name)
    return private_response(file.key, file.name, file.content_type, inline=False)


def watermark_of(user) -> str:
    """Who looked and when; an applicant reaches nothing but the unit's own files, which stay as they are."""
    return (
        ""
        if holds(StoredFile, user, "see_unmarked")
        else f"{user.name} {localtime(clock.now()):%Y-%m-%d %H:%M}"
    )


@require_safe
def image(request, pk):
    """An uploaded picture, shown inline."""
    file, owner = readable(request.user, pk)
    if not file.is_image:
        raise Http404
    audit.record_read(owner, by=request.user, what="open_file", file=str(file.pk), name=file.name)
    watermark = watermark_of(request.user)
    if not watermark:
        return private_response(file.key, file.name, file.content_type, inline=True)
    return _drawn(file, 1, PAGE_WIDTH, watermark)


@require_safe
def page(request, pk, number):
    """One page of a PDF as a picture with the reader's name across it; what is large enough to be read is on record."""
    file, owner = readable(request.user, pk)
    if file.extension != "pdf" or not 1 <= number <= (file.pages or 0):
        raise Http404
    width = width_of(request)
    if width != THUMB:
        audit.record_read(
            owner, by=request.user, what="read_file", file=str(file.pk), name=file.name, page=number
        )
    return _drawn(file, number, width, watermark_of(request.user))


def width_of(request) -> int:
    """`?w=` of the widths that are offered, so that nobody asks for a picture of any size."""
    return next((one for one in (*WIDTHS, THUMB) if str(one) == request.GET.get("w")), PAGE_WIDTH)


def _drawn(file: StoredFile, number: int, width: int, watermark: str) -> HttpResponse:
    try:
        content = page_picture(file, number, width)
    except CannotDraw as refusal:
        forbid(refusal.sentence)
    if watermark:
        content = mark(content, watermark)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response
