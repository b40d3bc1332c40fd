"""What an undone import had written: kept with its mark, and in no list, total or register (docs/adr/0018)."""

from __future__ import annotations

from django.db import models

from portal.kernel.permissions import ScopedQuerySet

UNDONE = "UNDONE"  # the state of a title; rows without a life carry the day instead
NOT_UNDONE = ~models.Q(state=UNDONE)
STANDING = models.Q(taken_back_at=None)


def manager(condition: models.Q, rows: type[ScopedQuerySet] = ScopedQuerySet) -> models.Manager:
    """The only manager of its model: nobody meets a taken-back row who does not ask `_base_manager` for it."""

    class Standing(models.Manager.from_queryset(rows)):
        def get_queryset(self):
            return super().get_queryset().filter(condition)

    return Standing()


class TakenBack(models.Model):
    """Who took it back, when and why is the event in the trail and on the page of the batch."""

    taken_back_at = models.DateTimeField("撤销导入时间", null=True, editable=False)

    class Meta:
        abstract = True
