from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "平台与称号"

    def ready(self):
        from platforms import (  # noqa: F401  registration happens on import
            acts,
            certificates,
            daily,
            effects,
            import_acts,
            menu,
            notifications,
            notifications_people,
            permissions,
            permissions_life,
            places,
            readiness,
            todo,
        )
