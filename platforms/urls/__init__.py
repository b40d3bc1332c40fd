from platforms.urls import directory, registration

urlpatterns = [*registration.urlpatterns, *directory.urlpatterns]
