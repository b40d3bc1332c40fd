from django.urls import path

from review.oversight import views as evidence
from review.statistics import views as statistics

urlpatterns = [
    path("audit/dossiers/", evidence.dossiers, name="audit_dossiers"),
    path("audit/dossiers/<uuid:pk>/", evidence.reconstruct, name="audit_reconstruct"),
    path("audit/dossiers/<uuid:pk>/evidence/", evidence.take, name="audit_evidence"),
    path("statistics/", statistics.page, name="statistics"),
    path("statistics/export/", statistics.export, name="statistics_export"),
]
