"""The demo's 动态管理 story plays through the services on any portal with titles of 2025."""

from __future__ import annotations

import pytest

from platforms.models import Designation
from review.models import CheckPlan, Rectification, Revocation
from tests.factories.year import Year
from training.demo.watch import watch

pytestmark = pytest.mark.django_db


def test_watch():
    year = Year()
    for label in ("浙江", "江苏", "山东", "广东"):
        year.title(year.unit(label), year=2025)
    watch(year)
    assert CheckPlan.objects.get().state == "PUBLISHED"
    assert Rectification.objects.get().state == "CHECKED"
    assert Revocation.objects.get().state == "NOTIFIED"
    assert Designation.objects.filter(state="SURRENDERED").count() == 1
