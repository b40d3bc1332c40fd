from review.formal_check import urls as checking
from review.handlers import urls as lending
from review.leaving import urls as leaving
from review.misconduct import urls as misconduct
from review.notices import urls as publishing
from review.oversight import urls as oversight
from review.panels import urls as panels
from review.records import urls as supervision
from review.secondlooks import urls as looking_again
from review.steptimes import urls as times

urlpatterns = [
    *oversight.urlpatterns,
    *panels.urlpatterns,
    *checking.urlpatterns,
    *publishing.urlpatterns,
    *supervision.urlpatterns,
    *looking_again.urlpatterns,
    *times.urlpatterns,
    *misconduct.urlpatterns,
    *leaving.urlpatterns,
    *lending.urlpatterns,
]
