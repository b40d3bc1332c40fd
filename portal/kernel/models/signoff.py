from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.kernel.permissions import ScopedManager
from portal.privacy.fields import PrivateJSONField
from portal.trail.sealing import Sealed


class SignOff(models.Model):
    """Two persons on one act: what the first proposed and was shown, bound by digest for the second."""

    class State(models.TextChoices):
        WAITING = "WAITING", "待审签"
        SIGNED = "SIGNED", "已审签"
        RETURNED = "RETURNED", "已退回"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.CharField("记录类型", max_length=80)
    verb = models.CharField("事项", max_length=50)
    object_ids = models.JSONField("所涉记录")
    facts = models.JSONField("拟办内容", default=dict)
    note = models.TextField("拟办理由", blank=True)
    # Whose act it is: empty for the ministry, else the key of the province that carries its own programme out.
    office = models.CharField("办理单位", max_length=40, blank=True, db_index=True)
    shown = PrivateJSONField("审签人所见")  # sealed by its digest, so that keys can change
    digest = models.CharField("所见内容摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟办人"
    )
    proposed_at = models.DateTimeField("拟办时间")
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审签人"
    )
    signed_at = models.DateTimeField("审签时间", null=True)
    answer = models.TextField("审签意见", blank=True)
    sealed = Sealed(
        but=("state", "answer", "shown"),
        once=("signer", "signed_at"),
        in_state={"SIGNED": ("state", "answer"), "RETURNED": ("state", "answer")},
    )

    objects = ScopedManager()

    class Meta:
        verbose_name = "两人办理"
        constraints = [
            models.CheckConstraint(
                condition=Q(signer=None) | ~Q(signer=F("proposer")), name="signer_is_not_proposer"
            )
        ]
        indexes = [models.Index(fields=["state", "model"], name="signoff_waiting")]

    def __str__(self) -> str:
        return f"{self.verb} × {len(self.object_ids)}"

    def demand(self, obj, verb: str, by) -> None:
        """Refuse (TransitionBlocked) unless this sign-off covers the object and verb by another person."""
        from portal.kernel.workflow import TransitionBlocked  # workflow reads models

        if self.verb != verb or self.model != obj._meta.label_lower or str(obj.pk) not in self.object_ids:
            raise TransitionBlocked(["审签内容与办理事项不一致，请退回重新拟办。"])
        if by.pk == self.proposer_id:
            raise TransitionBlocked(["拟办人与审签人须为两人，请由另一位负责人审签。"])
        if self.state != self.State.SIGNED or self.signer_id != by.pk:
            raise TransitionBlocked(["此事项尚未审签。"])
