from django.apps import AppConfig


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
