from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "平台与称号"

    def ready(self):
        from platforms import daily, menu, notifications, permissions, places, todo  # noqa: F401
        from platforms import requirements as readiness
        from platforms.certificates import documents as certificates  # noqa: F401
        from platforms.imports import acts as import_acts  # noqa: F401
        from platforms.memberships import effects  # noqa: F401
        from platforms.memberships import notifications as notifications_people
        from platforms.programmes import acts  # noqa: F401
        from platforms.register import permissions as permissions_life  # noqa: F401
