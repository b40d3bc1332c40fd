from django.urls import path

from platforms.staff import views

urlpatterns = [
    path("recommender/people/", views.people, name="staff"),
    path("recommender/people/<uuid:pk>/change/", views.person_change, name="staff_change"),
    path("recommender/people/substitute/", views.substitution_add, name="substitution_add"),
    path("recommender/substitutions/<uuid:pk>/end/", views.substitution_end, name="substitution_end"),
    path("recommender/requests/<uuid:pk>/withdraw/", views.request_withdraw, name="staff_request_withdraw"),
    path("recognitions/", views.register, name="recognition_register"),
    path("recognitions/new/", views.recognition_add, name="recognition_add"),
    path("recognitions/<uuid:pk>/end/", views.recognition_end, name="recognition_end"),
]
