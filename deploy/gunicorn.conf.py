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

counters = Path(tempfile.gettempdir()) / f"portal-counters-{os.getpid()}"
shutil.rmtree(counters, ignore_errors=True)
counters.mkdir()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counters)  # before the library is imported


def post_worker_init(worker):
    """What is loaded stays: looking through it for garbage again and again costs a tenth of every page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 20)


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    shutil.rmtree(counters, ignore_errors=True)
