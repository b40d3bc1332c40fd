"""Doubts about readings in 纪检's navigation."""

from __future__ import annotations

from applications.models import ReadingDoubt
from portal.desk.navigation import register
from portal.kernel.permissions import Role


def to_answer(user):
    return ReadingDoubt.objects.for_user(user, "answer").ready_for("answer")


register(
    "查阅疑问", "reading_doubts", icon="eye", group="处置", roles=[Role.INSPECTOR], order=25, count=to_answer
)
