from django.apps import AppConfig

from portal.kernel.discovery import discover


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "演练"

    def ready(self):
        discover(self.name)
