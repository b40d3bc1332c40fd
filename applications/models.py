from applications.audits.models import AuditAppointment
from applications.corrections.models import CorrectionRequest, Finding
from applications.cycles.models import Cycle, CycleAttachment, CycleChange, KeptEdition
from applications.dossiers.models import Application
from applications.evaluation.models import Evaluation, EvaluationItem, Relaxation, SiteVisit, VisitFile
from applications.filing.models import Authorisation, HandOver, Submission
from applications.materials.models import Material, MaterialFile, RosterRow
from applications.officenotes.models import OfficeNote
from applications.openings.models import ReadingDoubt
from applications.overlaps.models import Overlap
from applications.recommendation.models import Recommendation, Reporting
from applications.report.models import Report

__all__ = [
    "Application",
    "AuditAppointment",
    "Authorisation",
    "CorrectionRequest",
    "Cycle",
    "CycleAttachment",
    "CycleChange",
    "Evaluation",
    "EvaluationItem",
    "Finding",
    "HandOver",
    "KeptEdition",
    "Material",
    "MaterialFile",
    "OfficeNote",
    "Overlap",
    "ReadingDoubt",
    "Recommendation",
    "Relaxation",
    "Report",
    "Reporting",
    "RosterRow",
    "SiteVisit",
    "Submission",
    "VisitFile",
]
