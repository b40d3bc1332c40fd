from django.urls import path

from review.secondlooks import views

urlpatterns = [
    path("my/dossiers/<uuid:pk>/ask_second_look/", views.ask, name="ask_second_look"),
    path("second_looks/", views.looks, name="second_looks"),
    path("second_looks/<uuid:pk>/", views.look, name="second_look"),
]
