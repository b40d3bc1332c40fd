"""The public log for everybody: its files as they lie on the disk, and a page that says what they are for."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.models import Checkpoint
from portal.trail.keys import log_verifiers
from portal.trail.proofs import keys_file
from portal.trail.publishing import public_records
from portal.trail.witnesses import all_witnesses, cosigners_of

FILES = re.compile(r"([2-9]|[1-9]\d+)?/?(checkpoint|tile/(entries|\d{1,2})/(x\d{3}/)*\d{3}(\.p/\d{1,3})?)")
TOOLS = {"verify.py": "deploy/verify/verify.py", "witness.py": "deploy/witness/witness.py"}
SHOWN = 48  # checkpoints


@login_not_required
@require_safe
def public_log(request):
    rows = list(Checkpoint.objects.order_by("-made_at")[:SHOWN])
    witnesses = [(one.name, one.address, str(one.verifier)) for one in all_witnesses()]
    shown = [(row, cosigners_of(row.note)) for row in rows]
    context = {
        "rows": shown,
        "newest": shown[0] if shown else None,
        "witnesses": witnesses,
        "quorum": settings.LOG_QUORUM,
        "keys": [str(one) for one in log_verifiers()],
        "origin": settings.LOG_ORIGIN,
    }
    return render(request, "portal/trail/log.html", context)


@login_not_required
@require_safe
def log_file(request, name: str):
    """Tiles never change; a checkpoint does."""
    path = Path(settings.LOG_DIR) / name
    if not FILES.fullmatch(name) or not path.is_file():
        raise Http404
    if name.endswith("checkpoint"):
        response = HttpResponse(path.read_text(encoding="utf-8"), content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = "no-cache"
        return response
    response = FileResponse(path.open("rb"), content_type="application/octet-stream")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@login_not_required
@require_safe
def log_keys(request):
    return HttpResponse(keys_file(), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def log_records(request):
    """The public records as the pages show them now, for comparison with the log."""
    return JsonResponse(public_records(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def log_tool(request, name: str):
    if name not in TOOLS:
        raise Http404
    text = (settings.BASE_DIR / TOOLS[name]).read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
