from platforms.urls import directory, life, provinces, registration, staff

urlpatterns = [
    *registration.urlpatterns,
    *directory.urlpatterns,
    *provinces.urlpatterns,
    *life.urlpatterns,
    *staff.urlpatterns,
]
