from portal.accounts.models import AccountChange
from portal.models.audit import AuditEvent
from portal.models.calendar import CalendarDay, CalendarYear
from portal.models.clock import DailyRun, TrainingClock
from portal.models.export import ExportJob
from portal.models.files import StoredFile
from portal.models.guidance import Interpretation
from portal.models.notification import Notification
from portal.models.outbox import OutboxMessage
from portal.models.partial import PartialUpload
from portal.models.signoff import SignOff
from portal.models.stateful import StateEdge
from portal.models.user import User
from portal.operations.models import MigrationDigest
from portal.trail.models import Seal

__all__ = [
    "AccountChange",
    "AuditEvent",
    "CalendarDay",
    "CalendarYear",
    "DailyRun",
    "ExportJob",
    "Interpretation",
    "MigrationDigest",
    "Notification",
    "OutboxMessage",
    "PartialUpload",
    "Seal",
    "SignOff",
    "StateEdge",
    "StoredFile",
    "TrainingClock",
    "User",
]
