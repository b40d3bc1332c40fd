from django.apps import AppConfig

from portal.kernel.discovery import discover


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "平台与称号"

    def ready(self):
        discover(self.name)
