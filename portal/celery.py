from __future__ import annotations

import os

import django
from celery import Celery
from celery.signals import beat_init, worker_init

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
