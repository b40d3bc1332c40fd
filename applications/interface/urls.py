from django.urls import include, path

from applications.interface.api import urlpatterns as interface

urlpatterns = [path("api/province/v1/", include(interface()))]
