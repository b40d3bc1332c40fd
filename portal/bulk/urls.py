from django.urls import path

from portal.bulk import views

urlpatterns = [
    path("start/", views.start, name="bulk_start"),
    path("<uuid:pk>/", views.run, name="bulk_run"),
]
