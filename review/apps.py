from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = "评审与公示"

    def ready(self):
        from review import (  # noqa: F401  registration happens on import
            acts,
            acts_supervision,
            daily,
            evidence,
            menu,
            menu_supervision,
            notifications,
            notifications_supervision,
            permissions,
            permissions_supervision,
            public_home,
            readiness,
            readiness_supervision,
            statistics,
            todo,
            todo_supervision,
            watch,
        )
