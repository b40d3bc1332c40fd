from __future__ import annotations

from django.db.models import TextChoices


class DesignationState(TextChoices):
    ACTIVE = "ACTIVE", "有效"
    RECTIFYING = "RECTIFYING", "整改中"
    REVOKED = "REVOKED", "已撤销"
    SURRENDERED = "SURRENDERED", "已放弃"
    ENDED = "ENDED", "复核不合格"
    EXPIRED = "EXPIRED", "有效期满"
    UNDONE = "UNDONE", "已撤销导入"


class ProvincialTitleState(TextChoices):
    ACTIVE = "ACTIVE", "有效"
    ENDED = "ENDED", "已终止"
    REVOKED = "REVOKED", "已撤销"
    UNDONE = "UNDONE", "已撤销导入"


class SuspensionState(TextChoices):
    IN_FORCE = "IN_FORCE", "暂停中"
    LIFTED = "LIFTED", "已解除"


class SummaryState(TextChoices):
    DUE = "DUE", "待报送"
    FILED = "FILED", "已报送"
    RETURNED = "RETURNED", "退回修改"
    ACKNOWLEDGED = "ACKNOWLEDGED", "已审阅"


class PostingState(TextChoices):
    PUBLISHED = "PUBLISHED", "已发布"
    HIDDEN = "HIDDEN", "已隐藏"
    WITHDRAWN = "WITHDRAWN", "已撤下"


class ComplaintState(TextChoices):
    RECEIVED = "RECEIVED", "待受理"
    VERIFYING = "VERIFYING", "核查中"
    CONCLUDED = "CONCLUDED", "已办结"
    DECLINED = "DECLINED", "不予受理"


class ImportState(TextChoices):
    PREVIEWED = "PREVIEWED", "待核对"
    APPLIED = "APPLIED", "已导入"
    UNDONE = "UNDONE", "已撤销导入"
    DISCARDED = "DISCARDED", "已放弃"


UNFILED = (SummaryState.DUE, SummaryState.RETURNED)
OPEN_COMPLAINTS = (ComplaintState.RECEIVED, ComplaintState.VERIFYING)
LIVE_TITLES = (DesignationState.ACTIVE, DesignationState.RECTIFYING)
ENDED_BY_NOTICE = (
    DesignationState.ENDED,
    DesignationState.REVOKED,
    DesignationState.SURRENDERED,
    DesignationState.EXPIRED,
)
REGISTERED = tuple(state for state in DesignationState if state != DesignationState.UNDONE)


class ClaimState(TextChoices):
    OPEN = "OPEN", "待答复"
    ADMITTED = "ADMITTED", "已同意"
    REFUSED = "REFUSED", "未同意"
    CANCELLED = "CANCELLED", "已撤回"


class ChangeState(TextChoices):
    FILED = "FILED", "待核验"
    QUERIED = "QUERIED", "待说明"
    VERIFIED = "VERIFIED", "已核验"
    AGREED = "AGREED", "迁入地已同意"
    DONE = "DONE", "已变更"
    WITHDRAWN = "WITHDRAWN", "已撤回"


OPEN_CHANGES = (ChangeState.FILED, ChangeState.QUERIED, ChangeState.VERIFIED, ChangeState.AGREED)
