from django.urls import path

from applications.provincial_rounds import views
from applications.recommendation import views as evaluating

urlpatterns = [
    path("province/", views.home, name="province_home"),
    path("province/rounds/new/", views.create, name="round_create"),
    path("province/rounds/<uuid:pk>/", views.round_page, name="round"),
    path("province/rounds/<uuid:pk>/edit/", views.edit, name="round_edit"),
    path("province/rounds/<uuid:pk>/publish/", views.Publish.as_view(), name="round_publish"),
    path("province/rounds/<uuid:pk>/late/", views.late, name="round_late"),
    path("provinces/<slug:code>/<int:year>/", views.public_round, name="province_round"),
    path(
        "dossiers/<uuid:pk>/conclude_evaluation/",
        evaluating.ConcludeEvaluation.as_view(),
        name="conclude_evaluation",
    ),
]
