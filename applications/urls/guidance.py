from django.urls import path

from applications.views import guidance as views

urlpatterns = [
    path("guide/", views.guide, name="guide"),
    path("criteria/", views.criteria, name="criteria"),
    path("selfcheck/", views.selfcheck, name="selfcheck"),
]
