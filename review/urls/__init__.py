from review.urls import checking, panels, publishing, supervision

urlpatterns = [*panels.urlpatterns, *checking.urlpatterns, *publishing.urlpatterns, *supervision.urlpatterns]
