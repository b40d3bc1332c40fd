from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self):
        from portal import checks, intake, notify, partial, rules  # noqa: F401  registration happens on import
