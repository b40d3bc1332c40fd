from django.urls import path

from applications.officenotes import views

urlpatterns = [path("dossiers/<uuid:pk>/note/", views.dossier_note, name="dossier_note")]
