from django.urls import path

from review.handlers import views

urlpatterns = [path("dossiers/<uuid:pk>/handlers/", views.appoint, name="handler_appoint")]
