from django.urls import path

from review.steptimes import views

urlpatterns = [path("service_times/", views.times, name="service_times")]
