"""What waits for 纪检's answer: reports of misconduct, and doubts about readings."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from applications.models import ReadingDoubt
from portal.desk.todo import Todo, counted, provides_todos_of
from portal.shared.together import Number
from review.models import MisconductReport


@provides_todos_of(MisconductReport, "answer")
def to_answer(user) -> Iterator[Todo]:
    reports = MisconductReport.objects.for_user(user, "answer").ready_for("answer")
    doubts = ReadingDoubt.objects.for_user(user, "answer").ready_for("answer")
    dates, doubts = yield reports.order_by("due_on").values_list("due_on", flat=True), Number(doubts)
    first = next(iter(dates), None)
    yield from counted(
        "纪律举报 {} 件待答复", len(dates), reverse("misconduct_list"), due=first, action="答复"
    )
    yield from counted("查阅疑问 {} 件待答复", doubts, reverse("reading_doubts"), action="答复")
