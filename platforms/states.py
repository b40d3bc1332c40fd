from __future__ import annotations

from django.db.models import TextChoices


class DesignationState(TextChoices):
    ACTIVE = "ACTIVE", "有效"
    RECTIFYING = "RECTIFYING", "整改中"
    REVOKED = "REVOKED", "已撤销"
    SURRENDERED = "SURRENDERED", "已放弃"
    ENDED = "ENDED", "复核不合格"


class SuspensionState(TextChoices):
    IN_FORCE = "IN_FORCE", "暂停中"
    LIFTED = "LIFTED", "已解除"


LIVE_TITLES = (DesignationState.ACTIVE, DesignationState.RECTIFYING)
