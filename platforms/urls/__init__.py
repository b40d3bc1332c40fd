from platforms.urls import directory, life, registration, staff

urlpatterns = [*registration.urlpatterns, *directory.urlpatterns, *life.urlpatterns, *staff.urlpatterns]
