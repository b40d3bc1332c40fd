from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from applications.models import Application
from platforms.models import Recommender
from portal.kernel import clock
from portal.kernel.models.stateful import StateField, StatefulModel
from portal.kernel.permissions import ScopedManager
from portal.kernel.workflow import transition
from review.states import STANDING_HANDLERS, HandlerState


class OutsideHandler(StatefulModel):
    """Somebody of another department who handles what is said against one dossier of a province's own round."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="outside_handlers", verbose_name="申报"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人员"
    )
    office = models.ForeignKey(Recommender, models.PROTECT, related_name="+", verbose_name="派员单位")
    reason = models.TextField("理由")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟办人"
    )
    proposed_at = models.DateTimeField("拟办时间")
    appointed_at = models.DateTimeField("指派时间", null=True)
    state = StateField("状态", default=HandlerState.PROPOSED, choices=HandlerState.choices, protected=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = "外部办理人员"
        ordering = ("proposed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["application", "handler"],
                condition=models.Q(state__in=STANDING_HANDLERS),
                name="one_appointment_of_a_handler",
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler.name}（{self.office.label}）"

    @property
    def audit_root(self):
        return self.application

    @transition(
        state,
        source=HandlerState.PROPOSED,
        target=HandlerState.APPOINTED,
        label="指派外部办理人员",
        two_person=True,
        consequence="被指派的人员可以查看此件申报的卷宗，办理对它的异议和结果申诉，不能办理本单位其他事项。",
    )
    def appoint(self, *, by, note, **facts):
        self.appointed_at = clock.now()

    @transition(state, source=HandlerState.PROPOSED, target=HandlerState.DROPPED, label="不再指派")
    def drop(self, *, by, note, **facts):
        pass

    @transition(
        state,
        source=HandlerState.APPOINTED,
        target=HandlerState.ENDED,
        label="结束指派",
        note_required=True,
        two_person=True,
        consequence="被指派的人员不能再查看此件申报，也不能再办理对它的异议和结果申诉；没有办结的由其他人员接着办理。",
    )
    def end(self, *, by, note, **facts):
        pass

    @transition(state, source=HandlerState.APPOINTED, target=HandlerState.ENDED, label="办结后指派结束")
    def release(self, *, by, note, **facts):
        pass
