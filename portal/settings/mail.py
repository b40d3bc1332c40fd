"""Where letters go: one mailer as Django names it from 6.1 on (MAILERS), and the names that earlier versions read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import django

SMTP = "django.core.mail.backends.smtp.EmailBackend"
IN_FILES = "django.core.mail.backends.filebased.EmailBackend"
# What a mailer is told, by the name of the setting that a mailer had before.
EARLIER = {
    "EMAIL_HOST": "host",
    "EMAIL_PORT": "port",
    "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_USE_TLS": "use_tls",
    "EMAIL_USE_SSL": "use_ssl",
    "EMAIL_TIMEOUT": "timeout",
    "EMAIL_FILE_PATH": "file_path",
}
SECONDS = 10  # a silent mail server holds a worker no longer


def mailer_at(config: Mapping, folder: Path, ca_file: str) -> dict:
    """The mailer of a parsed EMAIL_URL."""
    backend = config["EMAIL_BACKEND"]
    if backend == IN_FILES:
        return {"BACKEND": backend, "OPTIONS": {"file_path": folder}}
    if backend != SMTP:
        return {"BACKEND": backend}
    options = {option: config[name] for name, option in EARLIER.items() if config.get(name)}
    options.pop("file_path", None)
    backend = "portal.desk.smtp.EmailBackend" if ca_file else SMTP
    return {"BACKEND": backend, "OPTIONS": options | {"timeout": SECONDS}}


def mail_settings(mailer: dict, version: tuple = django.VERSION) -> dict:
    """The settings that this version of Django reads a mailer from; 6.1 refuses both side by side."""
    if version >= (6, 1):
        return {"MAILERS": {"default": mailer}}
    options = mailer.get("OPTIONS", {})
    told = {name: options[option] for name, option in EARLIER.items() if option in options}
    return {"EMAIL_BACKEND": mailer["BACKEND"], **told}
