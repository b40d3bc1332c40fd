from applications.urls import cycles, filing, guidance, provincial, recommending

urlpatterns = [
    *guidance.urlpatterns,
    *filing.urlpatterns,
    *recommending.urlpatterns,
    *provincial.urlpatterns,
    *cycles.urlpatterns,
]
