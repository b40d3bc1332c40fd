from django.urls import path

from portal.trail import log_views as views

urlpatterns = [
    path("", views.public_log, name="public_log"),
    path("keys.txt", views.log_keys, name="log_keys"),
    path("records.json", views.log_records, name="log_records"),
    path("tools/<str:name>", views.log_tool, name="log_tool"),
    path("<path:name>", views.log_file, name="log_file"),
]
