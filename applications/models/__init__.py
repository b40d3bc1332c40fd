from applications.models.application import Application
from applications.models.correction import CorrectionRequest, Finding
from applications.models.cycle import Cycle, CycleChange, CycleUserObjectPermission
from applications.models.evaluation import Evaluation, EvaluationItem, Relaxation, SiteVisit, VisitFile
from applications.models.material import Material, MaterialFile, RosterRow
from applications.models.overlap import Overlap
from applications.models.recommendation import Recommendation, Reporting
from applications.models.report import Report
from applications.models.submission import Submission

__all__ = [
    "Application",
    "CorrectionRequest",
    "Cycle",
    "CycleChange",
    "CycleUserObjectPermission",
    "Evaluation",
    "EvaluationItem",
    "Finding",
    "Material",
    "MaterialFile",
    "Overlap",
    "Recommendation",
    "Relaxation",
    "Report",
    "Reporting",
    "RosterRow",
    "SiteVisit",
    "Submission",
    "VisitFile",
]
