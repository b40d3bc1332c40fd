"""EMAIL_URL becomes one mailer, in the settings that each version of Django reads."""

from __future__ import annotations

from pathlib import Path

import environ
import pytest

from portal.settings.mail import IN_FILES, SECONDS, SMTP, mail_settings, mailer_at

FOLDER = Path("/var/mail")
SERVER = {"host": "mail.example.gov.cn", "port": 587, "username": "portal", "password": "secret"}


def mailer(url: str, ca_file: str = "") -> dict:
    return mailer_at(environ.Env.email_url_config(url), FOLDER, ca_file)


@pytest.mark.parametrize(
    ("url", "ca_file", "expected"),
    [
        ("filemail://", "", {"BACKEND": IN_FILES, "OPTIONS": {"file_path": FOLDER}}),
        ("consolemail://", "", {"BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        (
            "smtp+tls://portal:secret@mail.example.gov.cn:587",
            "",
            {"BACKEND": SMTP, "OPTIONS": {**SERVER, "use_tls": True, "timeout": SECONDS}},
        ),
        (
            "smtp+ssl://portal:secret@mail.example.gov.cn:587",
            "/ca.pem",
            {
                "BACKEND": "portal.desk.smtp.EmailBackend",
                "OPTIONS": {**SERVER, "use_ssl": True, "timeout": SECONDS},
            },
        ),
        (
            "smtp://mail.example.gov.cn:25",
            "",
            {"BACKEND": SMTP, "OPTIONS": {"host": "mail.example.gov.cn", "port": 25, "timeout": SECONDS}},
        ),
    ],
)
def test_the_mailer_of_an_address(url, ca_file, expected):
    assert mailer(url, ca_file) == expected


def test_each_version_reads_its_own_names():
    """From 6.1 on the earlier names beside MAILERS are an error, before it MAILERS says nothing."""
    one = mailer("smtp+tls://portal:secret@mail.example.gov.cn:587")
    assert mail_settings(one, (6, 1, 0, "final", 0)) == {"MAILERS": {"default": one}}
    assert mail_settings(one, (5, 2, 19, "final", 0)) == {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": "mail.example.gov.cn",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "portal",
        "EMAIL_HOST_PASSWORD": "secret",
        "EMAIL_USE_TLS": True,
        "EMAIL_TIMEOUT": SECONDS,
    }
