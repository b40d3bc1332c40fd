from django.apps import AppConfig

from portal.kernel.discovery import discover


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "申报与推荐"

    def ready(self):
        discover(self.name)
