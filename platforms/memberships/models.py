from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from platforms.organisations.models.organisation import Organisation
from platforms.recommenders.models import Recommender
from platforms.states import ClaimState
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from portal.models import StoredFile
from portal.privacy.fields import PrivateEmailField
from portal.privacy.masking import mask
from portal.privacy.retention import Retained


class OrganisationClaim(StatefulModel):
    """Somebody else works for an organisation that is registered already, and asks to be let in.

    The organisation's 负责人 may admit; the chosen department decides when an authorisation was uploaded, and can
    displace whoever registered the code without right. Platforms and drafts stay with the organisation.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="claims")
    claimant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recommender = models.ForeignKey(
        Recommender, models.PROTECT, related_name="claims", verbose_name="所在地区主管部门"
    )
    words = models.TextField("说明")
    authorisation = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("提出时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    answer = models.TextField("答复", blank=True)
    state = StateField("状态", default=ClaimState.OPEN, choices=ClaimState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "加入单位申请"
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "claimant"], condition=Q(state="OPEN"), name="one_open_claim"
            )
        ]

    def __str__(self) -> str:
        return f"{self.claimant.name}申请加入{self.organisation.name}"

    @property
    def is_open(self) -> bool:
        return self.state == ClaimState.OPEN

    @transition(
        state,
        source=ClaimState.OPEN,
        target=ClaimState.ADMITTED,
        label="同意加入",
        consequence="申请人加入本单位，可以办理本单位的申报；已有的平台、草稿和申报不受影响。",
    )
    def admit(self, *, by, note, **facts):
        self._answer(note)

    @transition(
        state,
        source=ClaimState.OPEN,
        target=ClaimState.REFUSED,
        label="不同意",
        note_required=True,
        consequence="申请人收到理由，可以补充授权文件后重新申请。",
    )
    def refuse(self, *, by, note, **facts):
        self._answer(note)

    @transition(state, source=ClaimState.OPEN, target=ClaimState.CANCELLED, label="撤回申请")
    def cancel(self, *, by, note, **facts):
        self._answer(note)

    def _answer(self, note: str) -> None:
        self.answered_at, self.answer = clock.now(), note


class Invitation(models.Model):
    """A place in an organisation offered by e-mail. The address carries a signature, so nothing secret is stored."""

    class Part(models.TextChoices):
        HANDLE = "handle", "经办人（填写）"
        SIGN = "sign", "负责人（填写、声明并提交）"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = PrivateEmailField("电子邮箱", max_length=254, searchable=True)
    part = models.CharField("身份", max_length=8, choices=Part.choices, default=Part.HANDLE)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("有效期至")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("接受时间", null=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)

    retained = Retained(("email",), since="expires_at", years=1)

    class Meta:
        verbose_name = "邀请"
        ordering = ("-invited_at",)

    def __str__(self) -> str:
        return f"邀请 {mask(self.email)} 加入{self.organisation.name}"

    @property
    def audit_root(self) -> Organisation:
        return self.organisation

    @property
    def standing(self) -> str:
        if self.accepted_at:
            return "已接受"
        if self.revoked_at:
            return "已撤销"
        return "待接受" if clock.now() < self.expires_at else "已过期"

    @property
    def is_open(self) -> bool:
        return self.standing == "待接受"
