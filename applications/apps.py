from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "申报与推荐"

    def ready(self):
        from applications import (  # noqa: F401
            daily,
            effects,
            limits,
            menu,
            notifications,
            packages,
            past_years,
            permissions,
            readiness,
            todo,
        )
        from applications.corrections import requirements  # noqa: F401
        from applications.cycles import acts  # noqa: F401  registration happens on import
