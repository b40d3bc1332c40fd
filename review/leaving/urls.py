from django.urls import path

from review.leaving import views

urlpatterns = [
    path("my/dossiers/<uuid:pk>/leave_round/", views.LeaveRound.as_view(), name="dossier_leave_round"),
]
