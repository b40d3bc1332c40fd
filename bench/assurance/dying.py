"""The portal that dies by its own hand at a named point of one request: `X-Die-At` says where. For bench/assurance/kills.

A point lies before or after a function that both an upload and a submission pass; SIGKILL, so nothing is tidied up.
"""

from __future__ import annotations

import os
import signal
import threading
from importlib import import_module

from django.urls import get_resolver

from bench.assurance.points import PLACES
from portal.wsgi import application as portal

_here = threading.local()


def die_at(point: str) -> None:
    if getattr(_here, "point", "") == point:
        os.kill(os.getpid(), signal.SIGKILL)


def wrap(name: str, module: str, function: str) -> None:
    home = import_module(module)
    own = getattr(home, function)

    def wrapped(*arguments, **more):
        die_at(f"before {name}")
        made = own(*arguments, **more)
        die_at(f"after {name}")
        return made

    setattr(home, function, wrapped)


def application(environ, start_response):
    _here.point = environ.get("HTTP_X_DIE_AT", "")
    answer = portal(environ, start_response)
    die_at("before answer")  # everything is committed and nobody is told
    return answer


def load_pages() -> None:
    """Forked workers have everything loaded: a kill costs milliseconds, not the seconds of a start."""
    waiting = [*get_resolver().url_patterns]
    while waiting:
        waiting += getattr(waiting.pop(), "url_patterns", [])


load_pages()
for _name, (_module, _function) in PLACES.items():
    wrap(_name, _module, _function)
