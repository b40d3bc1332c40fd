"""The request that is being served: its number, for deeper layers, and the address it came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils.http import url_has_allowed_host_and_scheme
from structlog.contextvars import bound_contextvars

# The cookie that marks a person's last act.
ACTED = "__Host-acted" if settings.SESSION_COOKIE_SECURE else "acted"
request_id: ContextVar[str] = ContextVar("request_id", default="")


request_address: ContextVar[str] = ContextVar("request_address", default="")


def last_act(request) -> str:
    """The mark of the person's last act: what was counted before it stands no longer."""
    return request.COOKIES.get(ACTED, "")


def own_address(target: str, otherwise: str = "") -> str:
    """Where a page asked to be led on to, if that is an address of ours: `redirect` takes any other word for a page's name."""
    is_own = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_own else otherwise


def current_address() -> str:
    """Where the request comes from; empty for the worker, the clock and commands."""
    return request_address.get()


def current_request_id() -> str:
    return request_id.get()


@contextmanager
def caused_by(number: str) -> Iterator[None]:
    """What happens within belongs to that request, in the trail and in the log (the worker's part of it)."""
    token = request_id.set(number)
    try:
        with bound_contextvars(request_id=number):
            yield
    finally:
        request_id.reset(token)


def client_address(request) -> str:
    """Whom sign-in limits count. Behind TRUSTED_PROXIES proxies of ours, the address that the outermost of
    them saw; what a client wrote into the header itself stands further left and is never read.
    """
    if settings.TRUSTED_PROXIES:
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return chain[-min(settings.TRUSTED_PROXIES, len(chain))].strip() or request.META.get(
            "REMOTE_ADDR", ""
        )
    return request.META.get("REMOTE_ADDR", "")
