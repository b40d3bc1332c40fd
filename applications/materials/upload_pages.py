"""Uploads in pieces: begin, send with an offset, ask how far, finish, give up; and reuse of earlier files.

The script of static/js/upload.js speaks this; without it the material's page takes a plain form.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from applications.materials import uploading
from applications.materials.views import load_material, material_page, replaced_by_post
from portal.files import partial
from portal.kernel.workflow import TransitionBlocked
from portal.middleware import answers
from portal.shared.refusal import UploadRefused
from portal.shared.storage import StoreUnavailable

LARGEST_PIECE = 4 * 1024 * 1024


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else -1


def _refused(sentence: str, status: int = 422) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


@require_POST
def begin(request, pk, code):
    application, _, _ = load_material(request, pk, code)
    try:
        upload = uploading.begin_upload(
            application,
            code,
            name=request.POST.get("name", ""),
            size=_number(request.POST.get("size")),
            fingerprint=request.POST.get("fingerprint", ""),
            by=request.user,
        )
    except UploadRefused as refusal:
        return _refused(refusal.sentence)
    except TransitionBlocked as refusal:
        return _refused(refusal.words, 409)
    place = reverse("upload_piece", args=[pk, code, upload.pk])
    finish = reverse("upload_finish", args=[pk, code, upload.pk])
    return JsonResponse(
        {"place": place, "finish": finish, "offset": upload.offset, "piece": partial.PIECE}, status=201
    )


def _upload(request, pk, code, upload):
    application, row, spec = load_material(request, pk, code)
    found = partial.of(application, code).filter(pk=upload).first()
    if found is None:
        raise Http404
    return application, row, spec, found


@answers("PATCH", "DELETE")
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def piece(request, pk, code, upload):
    """HEAD says how far the file has come, PATCH goes on from `Upload-Offset`, DELETE gives it up."""
    *_, found = _upload(request, pk, code, upload)
    if request.method == "DELETE":
        partial.discard(found)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        if not 0 < _number(request.headers.get("Content-Length")) <= LARGEST_PIECE:
            return _refused("每次发送的内容过大或者没有说明长度，请重试。", 413)
        try:
            content = request.read(LARGEST_PIECE)
            found = partial.append(found, offset=_number(request.headers.get("Upload-Offset")), piece=content)
        except UnreadablePostError:
            return _refused("连接中断，请继续上传。", 400)
        except partial.WrongOffset as wrong:
            answer = _refused("已收到的部分与本次不衔接，请继续上传。", 409)
            answer["Upload-Offset"] = str(wrong.offset)
            return answer
        except UploadRefused as refusal:
            partial.discard(found)
            return _refused(refusal.sentence)
        except StoreUnavailable as away:
            return _refused(away.sentence, 503)
    response = HttpResponse(status=200 if request.method == "HEAD" else 204)
    response["Upload-Offset"] = str(found.offset)
    response["Upload-Length"] = str(found.size)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def finish(request, pk, code, upload):
    application, _, _, found = _upload(request, pk, code, upload)
    try:
        entry = uploading.finish_upload(
            application, code, found, by=request.user, replaces=replaced_by_post(request, application, code)
        )
    except partial.WrongOffset:
        return _refused("文件还没有传完，请继续上传。", 409)
    except UploadRefused as refusal:
        return _refused(refusal.sentence)
    except StoreUnavailable as away:
        return _refused(away.sentence, 503)
    except TransitionBlocked as refusal:
        return _refused(refusal.words, 409)
    messages.success(request, f"已收到，正在核对：{entry.file.name[:60]}")
    return JsonResponse({"name": entry.file.name, "next": reverse("material", args=[pk, code])})


@require_POST
def give_up(request, pk, code, upload):
    """The same as DELETE, from a form."""
    *_, found = _upload(request, pk, code, upload)
    partial.discard(found)
    messages.success(request, f"已放弃上传：{found.name[:60]}")
    return redirect("material", pk, code)


@require_POST
def reuse(request, pk, code, entry):
    application, row, spec = load_material(request, pk, code)
    found = uploading.reusable_files(application, code).filter(pk=entry).first()
    if found is None:
        raise Http404
    try:
        uploading.reuse_file(application, code, found, by=request.user)
    except UploadRefused as refusal:
        return material_page(request, application, row, spec, f"{found.file.name[:60]}：{refusal.sentence}")
    except TransitionBlocked as refusal:
        return material_page(request, application, row, spec, refusal.words)
    year = found.material.application.cycle.year
    messages.success(request, f"已从 {year} 年度选用：{found.file.name[:60]}。请核对是否仍然有效。")
    return redirect("material", pk, code)
