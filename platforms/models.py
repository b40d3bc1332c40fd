from platforms.certificates.models import Certificate, ProvincialCertificate
from platforms.complaints.models import Complaint, ComplaintEvidence
from platforms.imports.models import ImportBatch, ImportRow
from platforms.memberships.models import Invitation, OrganisationClaim
from platforms.organisations.models.organisation import (
    Organisation,
    OrganisationChange,
    OrganisationUserObjectPermission,
)
from platforms.organisations.models.platform import Platform
from platforms.postings.models import ServicePosting
from platforms.programmes.models import Programme, ProvincialTitle
from platforms.recommenders.models import Recommender, RecommenderUserObjectPermission, Suspension
from platforms.register.models import Designation
from platforms.register.title_event import TitleEvent
from platforms.staff.models import Recognition, Substitution
from platforms.summaries.models import AnnualSummary
from platforms.support.models import SupportPlan, SupportRecord
from platforms.titleclaims.models import TitleClaim
from platforms.unitchanges.models import UnitChange

__all__ = [
    "AnnualSummary",
    "Certificate",
    "Complaint",
    "ComplaintEvidence",
    "Designation",
    "ImportBatch",
    "ImportRow",
    "Invitation",
    "Organisation",
    "OrganisationChange",
    "OrganisationClaim",
    "OrganisationUserObjectPermission",
    "Platform",
    "Programme",
    "ProvincialCertificate",
    "ProvincialTitle",
    "Recognition",
    "Recommender",
    "RecommenderUserObjectPermission",
    "ServicePosting",
    "Substitution",
    "SupportPlan",
    "SupportRecord",
    "Suspension",
    "TitleClaim",
    "TitleEvent",
    "UnitChange",
]
