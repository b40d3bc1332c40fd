"""gunicorn: log lines in the portal's form, and counters that every worker adds to."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from portal.operations.logs import logging_config

os.environ.setdefault("DRAWS_DOCUMENTS", "0")  # the worker does; read by the settings, which come later
logconfig_dict = logging_config(os.environ.get("LOG_LEVEL", "WARNING"))
accesslog = None  # the portal writes one line a request itself, with its number
preload_app = True  # the door opens when the pages are there; until then the proxy asks the other node

counters = Path(tempfile.gettempdir()) / f"portal-counters-{os.getpid()}"
shutil.rmtree(counters, ignore_errors=True)
counters.mkdir()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counters)  # before the library is imported


def on_starting(server):
    """All pages are loaded once, before the workers, who share them. What is loaded stays: looking through it for
    garbage again and again costs a tenth of every page."""
    from django.db import connections
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018  loads the views
    connections.close_all()  # each worker opens its own
    gc.collect()
    gc.freeze()


def post_worker_init(worker):
    from portal.operations import hosttime

    gc.freeze()
    gc.set_threshold(20_000, 10, 20)
    hosttime.watch()


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    shutil.rmtree(counters, ignore_errors=True)
