from platforms.models.certificate import Certificate, ProvincialCertificate
from platforms.models.complaint import Complaint, ComplaintEvidence
from platforms.models.designation import Designation
from platforms.models.importing import ImportBatch, ImportRow
from platforms.models.membership import Invitation, OrganisationClaim
from platforms.models.organisation import Organisation, OrganisationChange, OrganisationUserObjectPermission
from platforms.models.platform import Platform
from platforms.models.posting import ServicePosting
from platforms.models.programme import Programme, ProvincialTitle
from platforms.models.recommender import Recommender, RecommenderUserObjectPermission, Suspension
from platforms.models.staff import Recognition, StaffInvitation, Substitution
from platforms.models.summary import AnnualSummary
from platforms.models.support import SupportRecord
from platforms.models.title_event import TitleEvent

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
    "StaffInvitation",
    "Substitution",
    "SupportRecord",
    "Suspension",
    "TitleEvent",
]
