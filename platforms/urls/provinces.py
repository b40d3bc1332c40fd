from django.urls import path

from platforms.views import programme, provinces

urlpatterns = [
    path("provinces/", provinces.provinces, name="provinces"),
    path("provinces/<slug:code>/", provinces.register, name="province_register"),
    path("provinces/<slug:code>/register.xlsx", provinces.download, name="province_download"),
    path("province/programme/", programme.settings, name="province_programme"),
    path("province/titles/", programme.titles, name="province_titles"),
    path("province/titles/new/", programme.title_add, name="province_title_add"),
    path("province/titles/<uuid:pk>/revoke/", programme.Revoke.as_view(), name="province_title_revoke"),
]
