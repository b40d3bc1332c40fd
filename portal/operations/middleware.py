"""Probes of whoever watches the portal, answered before any session or host name is asked for; one line a request."""

from __future__ import annotations

import time
import uuid

import structlog
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse

from portal.kernel.request import request_id
from portal.operations import hosttime, schema
from portal.operations.metrics import count_request, write_metrics

log = structlog.get_logger("portal.requests")
PROBES = ("/healthz", "/readyz", "/metrics")


class RequestNumberMiddleware:
    """Outermost: one number per request, in the answer, on the error page, and in every line that it causes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.number = uuid.uuid4().hex[:12]
        token = request_id.set(request.number)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.number)
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request.number
            note_request(request, response.status_code, time.monotonic() - began)
            return response
        finally:
            request_id.reset(
                token
            )  # the log keeps the number: Django notes an error after the last middleware


def note_request(request, status: int, seconds: float) -> None:
    """For the log and the counters; who asked is on record where it matters, in the trail."""
    if request.path_info in PROBES:
        return
    view = request.resolver_match.view_name if request.resolver_match else "-"
    count_request(view, request.method, status, seconds)
    log.info(
        "request",
        method=request.method,
        path=path_without_keys(request),
        view=view,
        status=status,
        seconds=round(seconds, 3),
    )


def path_without_keys(request) -> str:
    """The address as a log may keep it: a key that stands in it opens something."""
    key = request.resolver_match.kwargs.get("token", "") if request.resolver_match else ""
    return request.path_info.replace(key, "…") if key else request.path_info


class ProbesMiddleware:
    """`/healthz`: the process answers. `/readyz`: it can serve. `/metrics`: what it counts; never through the proxy."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.fits = False  # the schema was found to be this code's once

    def __call__(self, request):
        if request.path_info not in PROBES:
            return self.get_response(request)
        if request.path_info == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path_info == "/readyz":
            return self.report_readiness()
        if "X-Forwarded-For" in request.headers:
            return HttpResponse(status=404)
        return HttpResponse(write_metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")

    def report_readiness(self) -> JsonResponse:
        checks = {}
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            checks["database"] = "ok"
            seconds = hosttime.measure().total_seconds()
            checks["clock"] = (
                "ok" if abs(seconds) <= hosttime.TOLERATED.total_seconds() else f"differs by {seconds:.1f} s"
            )
            drift = "" if self.fits else schema.describe_drift()
            self.fits = not drift
            checks["schema"] = drift or "ok"
        except DatabaseError as error:
            connection.close()
            checks["database"] = type(error).__name__
        ready = set(checks.values()) == {"ok"}
        return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)
