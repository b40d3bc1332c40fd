from django.urls import path

from applications.openings import views

urlpatterns = [
    path("dossiers/<uuid:pk>/openings/", views.openings, name="dossier_openings"),
    path("dossiers/<uuid:pk>/openings/doubt/", views.doubt, name="opening_doubt"),
    path("reading-doubts/", views.doubts, name="reading_doubts"),
    path("reading-doubts/<uuid:pk>/answer/", views.Answer.as_view(), name="reading_doubt_answer"),
    path("reading-doubts/<uuid:pk>/close/", views.Close.as_view(), name="reading_doubt_close"),
]
