"""The address at which a mail service reports what it could not deliver: closed unless a secret is set."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.desk.bounces import Bounce, note_bounce, read_bounces


@csrf_exempt  # the caller is a mail service and proves itself by the secret
@login_not_required
@require_POST
def bounce_hook(request):
    """A delivery report as it came (message/rfc822), or JSON with message_id, recipient and reason."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.BOUNCES_SECRET or not constant_time_compare(given, settings.BOUNCES_SECRET):
        raise Http404
    if request.content_type == "message/rfc822":
        found = read_bounces(request.body)
    else:
        try:
            told = json.loads(request.body)
            found = [
                Bounce(
                    str(told["message_id"]), str(told.get("recipient", "")), str(told.get("reason", ""))[:300]
                )
            ]
        except (ValueError, TypeError, KeyError, AttributeError):
            return JsonResponse({"error": "message_id is missing"}, status=422)
    return JsonResponse({"noted": sum(note_bounce(one) for one in found)})
