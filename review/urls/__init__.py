from review.urls import checking, publishing, supervision

urlpatterns = [*checking.urlpatterns, *publishing.urlpatterns, *supervision.urlpatterns]
