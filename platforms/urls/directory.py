from django.urls import path

from platforms.views import directory as views

urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("directory/download.<slug:kind>", views.download, name="directory_download"),
    path("directory/<str:number>/", views.platform_page, name="platform_page"),
    path("verify/", views.verify_form, name="verify_certificate"),
    path("verify/<str:number>/", views.verify, name="verify_number"),
    path("certificates/<str:number>.pdf", views.certificate, name="certificate"),
]
