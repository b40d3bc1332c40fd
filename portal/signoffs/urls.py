from django.urls import path

from portal.signoffs import views

urlpatterns = [
    path("", views.signoff_list, name="signoff_list"),
    path("<uuid:pk>/", views.signoff, name="signoff"),
    path("<uuid:pk>/book/", views.book, name="signoff_book"),
]
