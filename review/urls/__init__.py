from review.urls import checking, publishing

urlpatterns = [*checking.urlpatterns, *publishing.urlpatterns]
