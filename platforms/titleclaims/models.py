from __future__ import annotations

from django.conf import settings
from django.db import models

from platforms.organisations.models.platform import Platform
from platforms.register.models import Designation
from platforms.states import ClaimState
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition


class TitleClaim(StatefulModel):
    """A unit says that a title of an old notice is its own; the title's department holds licence against notice."""

    title = models.ForeignKey(Designation, models.PROTECT, related_name="claims", verbose_name="称号")
    platform = models.ForeignKey(
        Platform, models.PROTECT, related_name="title_claims", verbose_name="认领的平台"
    )
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    words = models.TextField("说明", max_length=1000)
    made_at = models.DateTimeField("提出时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    answer = models.TextField("答复", blank=True)
    state = StateField("状态", default=ClaimState.OPEN, choices=ClaimState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "称号认领"
        ordering = ("-made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                condition=models.Q(state=str(ClaimState.OPEN)),
                name="one_open_claim_per_title",
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform.organisation.name}认领“{self.title.platform_name}”"

    @property
    def audit_root(self):
        return self.platform

    @transition(
        state,
        source=ClaimState.OPEN,
        target=ClaimState.ADMITTED,
        label="同意认领",
        consequence="称号归入该单位的平台，补上信用代码；不因此编号或者颁发证书。",
    )
    def admit(self, *, by, note, at, **facts):
        self.answer, self.answered_at = note, at

    @transition(
        state,
        source=ClaimState.OPEN,
        target=ClaimState.REFUSED,
        label="不同意认领",
        note_required=True,
        consequence="称号保持待补，单位收到理由，可以补充后再次提出。",
    )
    def refuse(self, *, by, note, at, **facts):
        self.answer, self.answered_at = note, at

    @transition(
        state, source=ClaimState.OPEN, target=ClaimState.CANCELLED, label="撤回认领", consequence="认领撤回。"
    )
    def cancel(self, *, by, note, **facts):
        """Nothing but the state changes."""
