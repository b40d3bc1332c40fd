from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from portal import clock
from portal.request import request_id


class RequestContextMiddleware:
    """One number and one time per request, and no caching of anything that needs a login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.number = uuid.uuid4().hex[:12]
        token = request_id.set(request.number)
        try:
            with clock.remembered():
                response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = request.number
        if request.user.is_authenticated and "Cache-Control" not in response:
            add_never_cache_headers(response)
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied):
            return render(request, "errors/403.html", {"reason": str(exception)}, status=403)
        return None
