from applications.urls import cycles, filing, guidance, recommending

urlpatterns = [*guidance.urlpatterns, *filing.urlpatterns, *recommending.urlpatterns, *cycles.urlpatterns]
