from django.urls import path

from training import views

urlpatterns = [path("clock/", views.move, name="training_clock")]
