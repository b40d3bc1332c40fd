from django.apps import AppConfig

from portal.kernel.discovery import discover


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = "评审与公示"

    def ready(self):
        discover(self.name)
