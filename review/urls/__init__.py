from review.urls import checking, oversight, panels, publishing, supervision

urlpatterns = [
    *oversight.urlpatterns,
    *panels.urlpatterns,
    *checking.urlpatterns,
    *publishing.urlpatterns,
    *supervision.urlpatterns,
]
