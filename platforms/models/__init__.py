from platforms.models.designation import Designation
from platforms.models.organisation import Organisation, OrganisationChange, OrganisationUserObjectPermission
from platforms.models.platform import Platform
from platforms.models.recommender import Recommender, RecommenderUserObjectPermission, Suspension

__all__ = [
    "Designation",
    "Organisation",
    "OrganisationChange",
    "OrganisationUserObjectPermission",
    "Platform",
    "Recommender",
    "RecommenderUserObjectPermission",
    "Suspension",
]
