from platforms.urls import directory, life, registration

urlpatterns = [*registration.urlpatterns, *directory.urlpatterns, *life.urlpatterns]
