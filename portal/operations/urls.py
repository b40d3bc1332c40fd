from __future__ import annotations

from django.urls import path

from portal.operations import views

urlpatterns = [
    path("", views.health, name="health"),
    path("outbox/", views.outbox_list, name="outbox_list"),
    path("outbox/requeue/", views.outbox_requeue_all, name="outbox_requeue_all"),
    path("outbox/<int:pk>/requeue/", views.outbox_requeue, name="outbox_requeue"),
    path("outbox/<int:pk>/drop/", views.outbox_drop, name="outbox_drop"),
]
