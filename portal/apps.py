from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self):
        from portal import (  # noqa: F401  registration happens on import
            checks,
            exporting,
            intake,
            notify,
            partial,
            rules,
            sessions,
        )
        from portal.accounts import changes, links, watch  # noqa: F401
        from portal.operations import menu  # noqa: F401
        from portal.operations.schema import record_digests

        post_migrate.connect(record_digests, sender=self)
