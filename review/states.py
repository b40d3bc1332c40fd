from __future__ import annotations

from django.db.models import TextChoices


class AssignmentState(TextChoices):
    ASSIGNED = "ASSIGNED", "待声明"
    SCORING = "SCORING", "评分中"
    HANDED_IN = "HANDED_IN", "已交"
    RECUSED = "RECUSED", "已回避"
    RELEASED = "RELEASED", "已解除"


class NoticeState(TextChoices):
    PUBLISHED = "PUBLISHED", "已发布"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class ObjectionState(TextChoices):
    RECEIVED = "RECEIVED", "已收到"
    VERIFYING = "VERIFYING", "核查中"
    UPHELD = "UPHELD", "成立"
    DISMISSED = "DISMISSED", "不成立"


OPEN_OBJECTIONS = (ObjectionState.RECEIVED, ObjectionState.VERIFYING)
AT_WORK = (AssignmentState.ASSIGNED, AssignmentState.SCORING)
ON_PANEL = (*AT_WORK, AssignmentState.HANDED_IN)
