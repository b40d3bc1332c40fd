from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self):
        from portal import checks  # noqa: F401
        from portal.accounts import (  # noqa: F401
            changes,
            links,
            sessions,  # noqa: F401
            watch,
        )
        from portal.desk import notifications as notify  # noqa: F401
        from portal.desk import permissions as rules
        from portal.exports import services as exporting  # noqa: F401
        from portal.files import intake, partial  # noqa: F401
        from portal.operations import menu  # noqa: F401
        from portal.operations.schema import record_digests

        post_migrate.connect(record_digests, sender=self)
