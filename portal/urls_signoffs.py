from django.urls import path

from portal.views import signoffs as views

urlpatterns = [
    path("", views.signoff_list, name="signoff_list"),
    path("<uuid:pk>/", views.signoff, name="signoff"),
]
