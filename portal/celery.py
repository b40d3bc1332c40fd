from __future__ import annotations

import os
import threading

import django
from celery import Celery
from celery.signals import beat_init, heartbeat_sent, setup_logging, worker_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_drift(**kwargs) -> None:
    """Neither worker nor beat begins on a database that is not this code's."""
    django.setup()
    from portal.operations.schema import refuse_drift  # needs the apps

    refuse_drift()


@heartbeat_sent.connect
def show_life(**kwargs) -> None:
    """With every heartbeat, which the worker sends while it talks to the broker."""
    from portal.operations.liveness import mark_alive  # by name, as above

    mark_alive("worker")


@setup_logging.connect
def keep_our_logging(**kwargs) -> None:
    """Celery leaves the handlers alone that the settings have made."""
    django.setup()


@worker_process_init.connect
def warm_documents(**kwargs) -> None:
    """Beside the first tasks: a pool's process that does not answer for some seconds is taken for dead."""
    from portal.shared import pdf  # by name, as above

    threading.Thread(target=pdf.warm, daemon=True).start()


@worker_process_init.connect
def compare_clocks(**kwargs) -> None:
    from portal.operations import hosttime  # by name, as above

    hosttime.watch()
