from platforms import title_urls as life
from platforms.organisations import urls as registration
from platforms.programmes import urls as provinces
from platforms.register import urls as directory
from platforms.staff import urls as staff

urlpatterns = [
    *registration.urlpatterns,
    *directory.urlpatterns,
    *provinces.urlpatterns,
    *life.urlpatterns,
    *staff.urlpatterns,
]
