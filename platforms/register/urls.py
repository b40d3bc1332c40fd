from django.urls import path

from platforms.certificates import views as verification
from platforms.register import views

urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("directory/download.<slug:kind>", views.download, name="directory_download"),
    path("directory/<str:number>/", views.platform_page, name="platform_page"),
    path("verify/", verification.verify_form, name="verify_certificate"),
    path("verify/file/", verification.verify_file, name="verify_file"),
    path("verify/<str:number>/", verification.verify, name="verify_number"),
    path("certificates/<str:number>.pdf", verification.certificate, name="certificate"),
    path("certificates/<str:number>/proof/", verification.certificate_proof, name="certificate_proof"),
    path("certificates/", verification.desk, name="certificate_desk"),
    path("certificates/sheets/<int:year>/<slug:kind>/", verification.sheets, name="certificate_sheets"),
]
