"""The request that is being served, as far as deeper layers may know: its number."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    return request_id.get()
