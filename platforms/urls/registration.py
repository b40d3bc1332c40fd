from django.urls import path

from platforms.views import registration as views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("organisations/new/", views.organisation_new, name="organisation_new"),
    path("organisations/<uuid:pk>/", views.organisation, name="organisation"),
    path("organisations/<uuid:pk>/edit/", views.organisation_edit, name="organisation_edit"),
    path("organisations/<uuid:pk>/verify/", views.organisation_verify, name="organisation_verify"),
    path("organisations/<uuid:pk>/people/add/", views.person_add, name="person_add"),
    path("organisations/<uuid:pk>/people/<uuid:user>/remove/", views.person_remove, name="person_remove"),
    path("organisations/<uuid:pk>/platforms/new/", views.platform_new, name="platform_new"),
    path("platforms/<uuid:pk>/edit/", views.platform_edit, name="platform_edit"),
]
