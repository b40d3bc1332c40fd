"""Another way for letters, by the settings that the installed Django reads it from."""

from __future__ import annotations

from portal.settings.mail import mail_settings


def send_by(settings, backend: str, **options) -> None:
    settings.MAILER = {"BACKEND": backend, **({"OPTIONS": options} if options else {})}
    for name, value in mail_settings(settings.MAILER).items():
        setattr(settings, name, value)
