"""The request that is being served: its number, for deeper layers, and the address it came from."""

from __future__ import annotations

from contextvars import ContextVar

from django.conf import settings

request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    return request_id.get()


def client_address(request) -> str:
    """Whom sign-in limits count. Behind TRUSTED_PROXIES proxies of ours, the address that the outermost of
    them saw; what a client wrote into the header itself stands further left and is never read.
    """
    if settings.TRUSTED_PROXIES:
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return chain[-min(settings.TRUSTED_PROXIES, len(chain))].strip() or request.META["REMOTE_ADDR"]
    return request.META.get("REMOTE_ADDR", "")
