"""Tests: an ephemeral Postgres, files in a temporary folder, no training clock unless a test sets one."""

import os
import tempfile

# "gw0", "gw1"… in a parallel run: each on databases of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{int(WORKER[2:]) + 1}"

from portal.settings.base import *  # noqa: E402

SECRET_KEY = "tests-only"
INSTALLED_APPS = [*INSTALLED_APPS, "training.apps.TrainingConfig"]
TRAINING_CLOCK = False
PUBLIC_COPY_SECONDS = MENU_SECONDS = 0  # what a test changes is seen at once
SESSIONS_AT_ONCE = {"staff": 50, "applicant": 50}
SECOND_FACTOR_DEMANDED = False  # tests/portal/accounts/ turn it on
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = tempfile.mkdtemp(prefix="portal-test-files-")
LOG_ORIGIN = "portal.example/log"
LOG_KEY_FILE = f"{MEDIA_ROOT}/log.key"
LOG_DIR = f"{MEDIA_ROOT}/log"
MAILER = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
globals().update(mail_settings(MAILER))
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DATABASES = {
    "default": env.db_url(
        "DATABASE_OWNER_URL",
        default=env("DATABASE_URL", default="postgres://portal_owner@127.0.0.1:5432/portal"),
    )
}
if WORKER:
    DATABASES["default"]["NAME"] += f"_{WORKER}"
