"""Public pages as copies: the proxy keeps them for a minute, shows them while the portal is away, and browsers ask
with an ETag. What carries a cookie, a form's token or somebody's session is never a copy.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.cache import get_conditional_response, set_response_etag

KEPT = "public, max-age=0, s-maxage=60, stale-if-error=604800"


class PublicCopyMiddleware:
    """Outside sessions and forms, so that it sees every cookie that is set."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        view = request.resolver_match.func if request.resolver_match else None
        if (
            request.method not in ("GET", "HEAD")
            or response.status_code != 200
            or response.streaming
            or getattr(view, "login_required", True)
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or response.cookies
            or response.has_header("Cache-Control")
        ):
            return response
        response["Cache-Control"] = KEPT
        if request.method == "GET":
            set_response_etag(response)
        return get_conditional_response(request, etag=response.get("ETag"), response=response)
