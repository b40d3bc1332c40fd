"""Demonstration and development: everything on this machine, the training clock allowed."""

from portal.settings.base import *  # noqa: F403

SECRET_KEY = SECRET_KEY or "demonstration-only-not-for-production"  # noqa: F405
DEMO = env.bool("DEMO", default=True)  # noqa: F405
TRAINING_CLOCK = env.bool("TRAINING_CLOCK", default=True)  # noqa: F405
