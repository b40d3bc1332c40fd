from applications.urls import cycles, filing, recommending

urlpatterns = [*filing.urlpatterns, *recommending.urlpatterns, *cycles.urlpatterns]
