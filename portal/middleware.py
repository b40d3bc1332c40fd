from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from psycopg.errors import UniqueViolation

from portal.files.renditions import BeingDrawn
from portal.kernel import clock
from portal.kernel.request import ACTED, client_address, request_address
from portal.pages.errors import altered, bad_request
from portal.shared.refusal import RecordAltered
from portal.shared.storage import ObjectMissing, StoreUnavailable
from portal.trail.access import note_refusal

NOTHING_OF_THE_DEVICE = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
PERMISSIONS = (
    f"{NOTHING_OF_THE_DEVICE}, publickey-credentials-get=(self), publickey-credentials-create=(self)"
)


class HeadersMiddleware:
    """Outermost: what no response may lack, static files and errors included.

    Django's own headers (HSTS, nosniff, referrer, opener), the policy of content and the frame option come
    from the middlewares right below, above WhiteNoise for the same reason.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


PAGE_METHODS = ("GET", "HEAD", "POST")


def answers(*methods: str) -> Callable:
    """Declare that a view speaks these methods besides those of a page."""

    def declare(view):
        view.answers = methods
        return view

    return declare


class MethodsMiddleware:
    """A page answers GET, HEAD and POST. A view that only asks "is it POST?" takes any other method for a GET,
    so whatever else is sent is refused here, unless the view has declared it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        spoken = (*PAGE_METHODS, *getattr(view, "answers", ()))
        return None if request.method in spoken else HttpResponseNotAllowed(spoken)


class PlainTextMiddleware:
    """A NUL is nobody's typing, and the database knows no such text: in an address it is refused before any view asks.

    In what was posted a form names the field; where a page takes it as it comes, the database refuses, and so do we.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return self.get_response(request)

    def process_exception(self, request, exception):
        posted = (value for _, values in request.POST.lists() for value in values)
        if isinstance(exception, DataError) and any("\0" in value for value in posted):
            return bad_request(request)
        return None


READING = ("GET", "HEAD", "OPTIONS")


def mark_act(response) -> None:
    """So that every process knows that the numbers of this person's menu are older than what was done."""
    response.set_cookie(
        ACTED,
        f"{time.time_ns():x}",
        max_age=60,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


class RequestContextMiddleware:
    """One time per request; what a signed-in person sees is stored nowhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        place = request_address.set(client_address(request))
        try:
            with clock.remembered():
                response = self.get_response(request)
        finally:
            request_address.reset(place)
        if request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
            if request.method not in READING and settings.MENU_SECONDS:
                mark_act(response)
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, PermissionDenied):
            note_refusal(request, str(exception))
            return render(request, "errors/403.html", {"reason": str(exception)}, status=403)
        if isinstance(exception, BeingDrawn):
            page = render(request, "errors/drawing.html", {"reason": exception.sentence}, status=503)
            page["Retry-After"] = "5"
            return page
        if isinstance(exception, StoreUnavailable | ObjectMissing):
            status = 503 if isinstance(exception, StoreUnavailable) else 404
            return render(request, "errors/store.html", {"reason": exception.sentence}, status=status)
        if isinstance(exception, RecordAltered):
            return altered(request, exception)
        # Two at the same moment passed the same check: the database kept the first, nothing is wrong with the portal.
        if isinstance(exception, IntegrityError) and isinstance(exception.__cause__, UniqueViolation):
            return render(request, "errors/409.html", status=409)
        return None
