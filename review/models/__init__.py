from review.models.assignment import Assignment
from review.models.expert import Expert, ExpertInvitation, PanelDraw
from review.models.moderation import Moderation
from review.models.notice import Notice, NoticeItem
from review.models.objection import AnswerProof, Objection, ObjectionEvidence
from review.models.rectification import Deferral, Rectification
from review.models.revocation import Revocation, RevocationEvidence, Surrender
from review.models.saved_view import SavedView
from review.models.spot_check import CheckFinding, CheckPlan, SpotCheck

__all__ = [
    "AnswerProof",
    "Assignment",
    "CheckFinding",
    "CheckPlan",
    "Deferral",
    "Expert",
    "ExpertInvitation",
    "Moderation",
    "Notice",
    "NoticeItem",
    "Objection",
    "ObjectionEvidence",
    "PanelDraw",
    "Rectification",
    "Revocation",
    "RevocationEvidence",
    "SavedView",
    "SpotCheck",
    "Surrender",
]
