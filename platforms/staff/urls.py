from django.urls import path

from platforms.staff import views

urlpatterns = [
    path("recommender/people/", views.people, name="staff"),
    path("recommender/people/<uuid:pk>/change/", views.person_change, name="staff_change"),
    path("recommender/people/substitute/", views.substitution_add, name="substitution_add"),
    path("recommender/substitutions/<uuid:pk>/end/", views.substitution_end, name="substitution_end"),
    path(
        "recommender/invitations/<uuid:pk>/withdraw/",
        views.invitation_withdraw,
        name="staff_invitation_withdraw",
    ),
    path("join/<str:token>/", views.invitation_accept, name="staff_invitation_accept"),
    path("recognitions/", views.register, name="recognition_register"),
    path("recognitions/new/", views.recognition_add, name="recognition_add"),
    path("recognitions/<uuid:pk>/end/", views.recognition_end, name="recognition_end"),
]
