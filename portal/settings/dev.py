"""Demonstration and development: everything on this machine, the training clock allowed."""

from portal.settings.base import *

SECRET_KEY = SECRET_KEY or "demonstration-only-not-for-production"
DEMO = env.bool("DEMO", default=True)
INSTALLED_APPS = [*INSTALLED_APPS, "training.apps.TrainingConfig"]
TRAINING_CLOCK = env.bool("TRAINING_CLOCK", default=True)
SESSION_MINUTES = {key: [720, 720] for key in SESSION_MINUTES}  # nobody signs in anew in a demonstration
SECOND_FACTOR_DEMANDED = env.bool("SECOND_FACTOR_DEMANDED", default=False)  # whoever enrols is asked here too
SESSIONS_AT_ONCE = {"staff": 50, "applicant": 50}  # many look at a demonstration as the same person

PUBLIC_COPY_SECONDS = env.int("PUBLIC_COPY_SECONDS", default=0)  # a moved clock is seen at once
MENU_SECONDS = env.int("MENU_SECONDS", default=0)  # who looks at a demonstration changes persons all the time

# `bin/manage runserver` (portal.embedded.manage): pages reload, an error shows where, styles come from static/ at once.
DEBUG = env.bool("DEBUG", default=False)
if DEBUG:
    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
