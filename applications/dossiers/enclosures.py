"""Documents that go out with a dossier's letters: the receipt, the correction notice, the certificate of the title."""

from __future__ import annotations

from applications.dossiers.documents import correction_pdf, receipt_bytes
from applications.models import Application, CorrectionRequest, Submission
from applications.states import ApplicationState, CorrectionState, Procedure
from platforms.models import Designation, ProvincialTitle
from platforms.notifications import certificate_of
from portal.desk.notifications import encloses

FILED = ("submit", "resubmit", "supplement")


def title_granted(application: Application) -> Designation | ProvincialTitle | None:
    """The title that this very dossier has brought: none before it is designated."""
    if application.state != ApplicationState.DESIGNATED:
        return None
    if application.procedure == Procedure.PROVINCIAL:
        titles = application.platform.provincial_titles.filter(programme=application.cycle.programme)
    else:
        titles = application.platform.designations.all()
    return titles.filter(year=application.cycle.year).order_by("granted_on").last()


def enclosed_with(verb: str, application: Application) -> tuple[tuple[str, str], ...]:
    """The document that a letter is about, as it goes out."""
    if verb in FILED and (row := application.submissions.last()):
        return (("receipt", str(row.pk)),)
    if verb in ("return_for_correction", "request_supplement"):
        request = application.corrections.filter(state=CorrectionState.OPEN).first()
        return (("correction", str(request.pk)),) if request else ()
    title = title_granted(application) if verb == "designate" else None
    return certificate_of(title) if title else ()


@encloses("receipt")
def enclose_receipt(key: str) -> tuple[str, bytes]:
    row = Submission.objects.select_related("application__platform__organisation", "application__cycle").get(
        pk=key
    )
    return f"回执-{row.receipt_number}.pdf", receipt_bytes(row)


@encloses("correction")
def enclose_correction(key: str) -> tuple[str, bytes]:
    row = CorrectionRequest.objects.select_related(
        "application__platform__organisation", "application__cycle", "application__recommender"
    ).get(pk=key)
    return f"补正通知书-{row.application.number}.pdf", correction_pdf(row)
