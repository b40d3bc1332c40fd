from django.urls import path

from platforms.programmes import public as provinces
from platforms.programmes import title_pages as title
from platforms.programmes import views as programme

urlpatterns = [
    path("provinces/", provinces.provinces, name="provinces"),
    path("provinces/<slug:code>/", provinces.register, name="province_register"),
    path("provinces/<slug:code>/register.xlsx", provinces.download, name="province_download"),
    path(
        "provinces/<slug:code>/certificates/<str:number>.pdf", title.certificate, name="province_certificate"
    ),
    path("province/programme/", programme.settings, name="province_programme"),
    path("province/titles/", programme.titles, name="province_titles"),
    path("province/titles/new/", programme.title_add, name="province_title_add"),
    path("province/titles/<uuid:pk>/", title.title_page, name="province_title"),
    path("province/titles/<uuid:pk>/renew/", title.Renew.as_view(), name="province_title_renew"),
    path("province/titles/<uuid:pk>/end/", title.End.as_view(), name="province_title_end"),
    path("province/titles/<uuid:pk>/revoke/", title.Revoke.as_view(), name="province_title_revoke"),
    path("province/certificates/<int:year>/<slug:kind>/", title.sheets, name="province_sheets"),
]
