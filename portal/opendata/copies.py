"""Public pages as copies: the proxy keeps them for a minute, shows them while the portal is away, and browsers ask
with an ETag. What carries a cookie, a form's token or somebody's session is never a copy.

A process keeps its last copies for a few seconds itself: on the day of an announcement the same pages are asked for by
thousands, and whoever asks again is answered without a look at the database.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag

KEPT = "public, max-age=0, s-maxage=60, stale-if-error=604800"
MOST, LARGEST = 128, 128 * 1024  # pages that a process keeps, and bytes of each


class PublicCopyMiddleware:
    """Outside sessions and forms, so that it sees every cookie that is set."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.copies: dict[str, tuple[float, bytes, dict[str, str]]] = {}

    def __call__(self, request):
        key = key_of(request)
        until, content, headers = self.copies.get(key, (0.0, b"", {}))
        if time.monotonic() < until:
            return answered(request, HttpResponse(content, headers=headers))
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
            self.keep(key, response)
        return answered(request, response)

    def keep(self, key: str, response: HttpResponse) -> None:
        if not (key and settings.PUBLIC_COPY_SECONDS and alike_for_all(response)):
            return
        if len(response.content) > LARGEST:
            return
        if len(self.copies) >= MOST:
            self.copies.clear()
        until = time.monotonic() + settings.PUBLIC_COPY_SECONDS
        self.copies[key] = (until, response.content, dict(response.headers))


def key_of(request: HttpRequest) -> str:
    """Empty for whoever sends a cookie: only what everybody gets alike is kept."""
    if request.method != "GET" or request.META.get("HTTP_COOKIE") or request.META.get("HTTP_AUTHORIZATION"):
        return ""
    return f"{request.scheme} {request.META.get('HTTP_HOST', '')} {request.get_full_path()}"


def alike_for_all(response: HttpResponse) -> bool:
    """Whether it differs by no header of the request that the key doesn't know."""
    names = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    return names <= {"cookie", "accept-encoding"}


def answered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return get_conditional_response(request, etag=response.get("ETag"), response=response)
