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
    CORRECTED = "CORRECTED", "已更正"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class ObjectionState(TextChoices):
    RECEIVED = "RECEIVED", "已收到"
    VERIFYING = "VERIFYING", "核查中"
    UPHELD = "UPHELD", "成立"
    DISMISSED = "DISMISSED", "不成立"


OPEN_OBJECTIONS = (ObjectionState.RECEIVED, ObjectionState.VERIFYING)
AT_WORK = (AssignmentState.ASSIGNED, AssignmentState.SCORING)
ON_PANEL = (*AT_WORK, AssignmentState.HANDED_IN)


class RectificationState(TextChoices):
    ORDERED = "ORDERED", "整改中"
    REPORTED = "REPORTED", "待省级核查"
    CHECKED = "CHECKED", "待部级结论"
    ACCEPTED = "ACCEPTED", "整改合格"
    REFERRED = "REFERRED", "整改不合格，已移送"
    CANCELLED = "CANCELLED", "称号已终止"


OPEN_RECTIFICATIONS = (RectificationState.ORDERED, RectificationState.REPORTED, RectificationState.CHECKED)


class DeferralState(TextChoices):
    PROPOSED = "PROPOSED", "拟准予补办"
    GRANTED = "GRANTED", "已准予补办"


class RevocationState(TextChoices):
    OPENED = "OPENED", "核查取证"
    NOTIFIED = "NOTIFIED", "已告知，待陈述"
    STATED = "STATED", "已陈述"
    HEARD = "HEARD", "已听证"
    DECIDED = "DECIDED", "已撤销称号"
    DROPPED = "DROPPED", "不予撤销"


OPEN_REVOCATIONS = (
    RevocationState.OPENED,
    RevocationState.NOTIFIED,
    RevocationState.STATED,
    RevocationState.HEARD,
)


class SurrenderState(TextChoices):
    ASKED = "ASKED", "待办理"
    ACCEPTED = "ACCEPTED", "已同意"
    DECLINED = "DECLINED", "未同意"
    RECALLED = "RECALLED", "已撤回"


class PlanState(TextChoices):
    DRAFT = "DRAFT", "拟定中"
    ANNOUNCED = "ANNOUNCED", "已公布，待抽取"
    DRAWN = "DRAWN", "抽查中"
    PUBLISHED = "PUBLISHED", "结果已公布"
    DISCARDED = "DISCARDED", "已放弃"


NEVER_ANNOUNCED = (PlanState.DRAFT, PlanState.DISCARDED)


class CheckState(TextChoices):
    DRAWN = "DRAWN", "待通知"
    NOTIFIED = "NOTIFIED", "检查中"
    FOUND = "FOUND", "待平台说明"
    ANSWERED = "ANSWERED", "待处理"
    CLEARED = "CLEARED", "未发现问题"
    RECTIFYING = "RECTIFYING", "责令整改"
    REFERRED = "REFERRED", "移送撤销程序"


CONCLUDED_CHECKS = (CheckState.CLEARED, CheckState.RECTIFYING, CheckState.REFERRED)


class SecondLookState(TextChoices):
    ASKED = "ASKED", "待办理"
    GRANTED = "GRANTED", "成立，重新办理"
    DISMISSED = "DISMISSED", "维持原结论"


OUTCOME_LABELS = {
    "designate": "拟认定",
    "confirm": "复核合格",
    "rectify": "复核合格，责令整改",
    "fail": "复核不合格",
}


class HandlerState(TextChoices):
    PROPOSED = "PROPOSED", "待审签"
    APPOINTED = "APPOINTED", "已指派"
    DROPPED = "DROPPED", "未指派"
    ENDED = "ENDED", "已结束"


STANDING_HANDLERS = (HandlerState.PROPOSED, HandlerState.APPOINTED)
