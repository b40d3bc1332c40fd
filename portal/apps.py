from django.apps import AppConfig
from django.db.models.signals import post_migrate

from portal.kernel.discovery import discover


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self):
        from portal.accounts import sessions  # noqa: F401  marks when a session began, from the first sign-in
        from portal.operations.schema import record_digests

        discover(self.name)
        post_migrate.connect(record_digests, sender=self)
