"""The demo's later life is told through the services: every state that a visitor should meet is there."""

from __future__ import annotations

from datetime import date

import pytest

from platforms.complaints.services import receive_complaint
from platforms.models import AnnualSummary, Complaint, ServicePosting, SupportRecord
from portal.kernel import clock
from portal.models import Notification
from tests.factories.titles import make_titled
from training.demo.cast import Cast
from training.demo.later_life import LaterLife
from training.demo.story import Story

pytestmark = pytest.mark.django_db


def test_every_state_is_there():
    story = Story(say=lambda words: None)
    assert isinstance(story, Cast)
    story.cast()
    titled = [make_titled("浙江", n, granted_on=date(2023 if n < 4 else 2025, 6, 3)) for n in range(1, 11)]
    LaterLife(story, {one.title.platform_id: one.lead for one in titled}).tell()
    states = set(AnnualSummary.objects.values_list("state", flat=True))
    assert states == {"ACKNOWLEDGED", "FILED", "RETURNED", "DUE"}
    assert set(Complaint.objects.values_list("state", flat=True)) == {"CONCLUDED", "RECEIVED"}
    assert (ServicePosting.objects.count(), SupportRecord.objects.count()) == (8, 6)


def test_what_is_sent_on_a_past_day_carries_it():
    story, titled = Story(say=lambda words: None), make_titled("浙江", 1)
    story.is_told = True
    with story.on(date(2023, 11, 10)):
        receive_complaint(titled.title, subject="预约后无人接待", facts="按公布的时间预约到场，无人接待。")
    assert {clock.day_of(row.created_at) for row in Notification.objects.all()} == {date(2023, 11, 10)}
