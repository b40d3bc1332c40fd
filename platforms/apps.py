from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "平台与称号"

    def ready(self):
        from platforms import permissions, readiness  # noqa: F401  registration happens on import
