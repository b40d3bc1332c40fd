from applications.audits import urls as audits
from applications.cycles import urls as cycles
from applications.filing import urls as filing
from applications.guide import urls as guidance
from applications.interface import urls as interface
from applications.letters import urls as letters
from applications.officenotes import urls as notes
from applications.openings import urls as openings
from applications.provincial_rounds import urls as provincial
from applications.recommendation import urls as recommending

urlpatterns = [
    *guidance.urlpatterns,
    *filing.urlpatterns,
    *openings.urlpatterns,
    *notes.urlpatterns,
    *letters.urlpatterns,
    *recommending.urlpatterns,
    *provincial.urlpatterns,
    *interface.urlpatterns,
    *cycles.urlpatterns,
    *audits.urlpatterns,
]
