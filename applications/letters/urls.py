from django.urls import path

from applications.letters import views

urlpatterns = [path("dossiers/<uuid:pk>/letters/", views.letters, name="dossier_letters")]
