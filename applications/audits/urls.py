from django.urls import path

from applications.audits import views

urlpatterns = [
    path("auditors/", views.appointments, name="audit_appointments"),
    path("auditors/new/", views.new, name="audit_appointment_new"),
    path("auditors/<uuid:pk>/end/", views.end, name="audit_appointment_end"),
]
