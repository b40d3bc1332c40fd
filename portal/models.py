from portal.accounts.models import AccessToken, AccountChange, AttemptCount, OpenSession
from portal.accounts.session_store import PortalSession
from portal.accounts.user import User
from portal.bulk.models import BulkRun
from portal.desk.models import Notification
from portal.exports.models import ExportJob
from portal.files.models.partial_upload import PartialUpload
from portal.files.models.stored_file import StoredFile
from portal.guidance.models import Interpretation
from portal.kernel.models.audit import AuditEvent
from portal.kernel.models.calendar import CalendarDay, CalendarYear
from portal.kernel.models.clock import DailyRun, TrainingClock
from portal.kernel.models.outbox import OutboxMessage
from portal.kernel.models.signoff import SignOff
from portal.kernel.models.stateful import StateEdge
from portal.opendata.models import BulkFile, Webhook
from portal.operations.models import HealthSign, MigrationDigest, ProcessSign
from portal.trail.models import Access, Checkpoint, Leaf, LogContinuation, Seal, VerificationRun
from portal.workdays.models import CalendarChange

__all__ = [
    "Access",
    "AccessToken",
    "AccountChange",
    "AttemptCount",
    "AuditEvent",
    "BulkFile",
    "BulkRun",
    "CalendarChange",
    "CalendarDay",
    "CalendarYear",
    "Checkpoint",
    "DailyRun",
    "ExportJob",
    "HealthSign",
    "Interpretation",
    "Leaf",
    "LogContinuation",
    "MigrationDigest",
    "Notification",
    "OpenSession",
    "OutboxMessage",
    "PartialUpload",
    "PortalSession",
    "ProcessSign",
    "Seal",
    "SignOff",
    "StateEdge",
    "StoredFile",
    "TrainingClock",
    "User",
    "VerificationRun",
    "Webhook",
]
