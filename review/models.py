from review.experts.models import Expert, ExpertInvitation, ListDeclaration, PanelDraw
from review.handlers.models import OutsideHandler
from review.misconduct.models import MisconductEvidence, MisconductReport
from review.notices.models import Notice, NoticeItem
from review.objections.models import AnswerProof, Objection, ObjectionEvidence
from review.panels.models import Assignment
from review.queue.models import SavedView
from review.rectifications.models import Deferral, Rectification
from review.rereview.models import FailingNotice
from review.revocations.models import CasePaper, Revocation, RevocationEvidence, Surrender
from review.scoring.models import Moderation
from review.secondlooks.models import SecondLook, SecondLookProof
from review.spot_checks.models import CheckFinding, CheckPlan, SpotCheck
from review.steptimes.models import StepTime

__all__ = [
    "AnswerProof",
    "Assignment",
    "CasePaper",
    "CheckFinding",
    "CheckPlan",
    "Deferral",
    "Expert",
    "ExpertInvitation",
    "FailingNotice",
    "ListDeclaration",
    "MisconductEvidence",
    "MisconductReport",
    "Moderation",
    "Notice",
    "NoticeItem",
    "Objection",
    "ObjectionEvidence",
    "OutsideHandler",
    "PanelDraw",
    "Rectification",
    "Revocation",
    "RevocationEvidence",
    "SavedView",
    "SecondLook",
    "SecondLookProof",
    "SpotCheck",
    "StepTime",
    "Surrender",
]
