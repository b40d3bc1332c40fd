from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "申报与推荐"

    def ready(self):
        from applications import daily, effects, menu, notifications, permissions, todo  # noqa: F401
        from applications import requirements as readiness
        from applications.corrections import requirements  # noqa: F401
        from applications.cycles import (
            acts,  # noqa: F401  registration happens on import
            past_years,  # noqa: F401
        )
        from applications.editions import limits  # noqa: F401
        from applications.reporting import exports as packages  # noqa: F401
