from django.urls import path

from applications.guide import progress, views

urlpatterns = [
    path("guide/", views.guide, name="guide"),
    path("guide/samples/<slug:code>/", views.sample, name="sample"),
    path("criteria/", views.criteria, name="criteria"),
    path("criteria/editions/", views.compare_editions, name="editions"),
    path("selfcheck/", views.selfcheck, name="selfcheck"),
    path("selfcheck/take/", views.selfcheck_take, name="selfcheck_take"),
    path("progress/", progress.progress_query, name="progress_query"),
]
