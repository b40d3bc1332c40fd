from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = "评审与公示"

    def ready(self):
        from review import daily, menu, notifications, permissions, todo  # noqa: F401
        from review import requirements as readiness
        from review.decision import acts  # noqa: F401
        from review.oversight import exports as evidence  # noqa: F401
        from review.oversight import watch
        from review.queue import public_home  # noqa: F401
        from review.records import menu as menu_supervision  # noqa: F401
        from review.records import notifications as notifications_supervision
        from review.records import permissions as permissions_supervision
        from review.records import requirements as readiness_supervision
        from review.records import todo as todo_supervision
        from review.revocations import acts as acts_supervision  # noqa: F401
        from review.statistics import figures as statistics  # noqa: F401
