from review.models.assignment import Assignment
from review.models.expert import Expert
from review.models.notice import Notice, NoticeItem
from review.models.objection import Objection, ObjectionEvidence
from review.models.saved_view import SavedView

__all__ = ["Assignment", "Expert", "Notice", "NoticeItem", "Objection", "ObjectionEvidence", "SavedView"]
