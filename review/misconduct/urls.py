from django.urls import path

from review.misconduct import views

urlpatterns = [
    path("misconduct/", views.report, name="misconduct"),
    path("misconduct/query/", views.query, name="misconduct_query"),
    path("misconduct/received/<str:number>/", views.received, name="misconduct_received"),
    path("misconduct-reports/", views.reports, name="misconduct_list"),
    path("misconduct-reports/<uuid:pk>/", views.detail, name="misconduct_report"),
    path("misconduct-reports/<uuid:pk>/answer/", views.Answer.as_view(), name="misconduct_report_answer"),
    path("misconduct-reports/<uuid:pk>/close/", views.Close.as_view(), name="misconduct_report_close"),
]
