"""Deployment checks: what must never be true of a production installation."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def no_demonstration_in_production(app_configs, **kwargs):
    if settings.TRAINING_CLOCK:
        yield Error("The training clock is on.", hint="Unset TRAINING_CLOCK.", id="portal.E001")
    if settings.DEMO:
        yield Error("Demonstration mode is on.", hint="Unset DEMO.", id="portal.E002")


@register(Tags.security, deploy=True)
def trust_is_configured(app_configs, **kwargs):
    if not settings.CLAMAV_ADDRESS:
        yield Warning("Uploads are not scanned.", hint="Set CLAMAV_ADDRESS.", id="portal.W001")
    if not settings.SIGNING_KEY_FILE:
        yield Warning("Certificates are not signed.", hint="Set SIGNING_KEY_FILE.", id="portal.W002")
    if settings.DATABASES["default"].get("USER") in ("postgres", "portal_owner"):
        yield Warning(
            "The application connects as the owner of its tables.", hint="Use portal_app.", id="portal.W003"
        )
