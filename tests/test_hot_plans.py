"""The queries that everybody waits for can be answered off an index: Postgres is asked how, with whole scans forbidden.

On a handful of rows it would scan; what it does when it may not tells whether an index serves at all.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from applications.models import Application
from platforms.models import Designation
from platforms.register.queries import find
from portal.kernel.permissions import Role
from portal.models import AuditEvent, Notification, StoredFile, User
from review.models import Assignment
from review.queue.listing import ORDERS, walk
from tests.factories import people

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


def officer() -> User:
    return people.user(Role.MINISTRY_OFFICER)


QUESTIONS = {
    "the queue's first page": lambda: (
        Application.objects.for_user(officer())
        .filter(cycle__in=[NOBODY])
        .order_by(*ORDERS["due"])
        .values("pk")[:50]
    ),
    "the officer's own pending checks": lambda: walk(officer()).values("pk")[:50],
    "a province's dossiers": lambda: Application.objects.filter(recommender=NOBODY, cycle=NOBODY),
    "the trail of one record": lambda: AuditEvent.objects.filter(stream="x:1").order_by("-sequence")[:1],
    "the trail of one dossier": lambda: AuditEvent.objects.filter(root="x:1").order_by("-id")[:300],
    "the newest events": lambda: AuditEvent.objects.order_by("-id")[:50],
    "unread messages": lambda: Notification.objects.filter(recipient=NOBODY, read_at=None),
    "a title by its words": lambda: find(Designation.objects.all(), "融资服务"),
    "files that nobody has looked into": lambda: StoredFile.objects.filter(
        state__in=StoredFile.UNCHECKED, uploaded_at__lt=timezone.now()
    ).order_by("uploaded_at")[:1],
    "an expert's sheets": lambda: Assignment.objects.filter(expert=NOBODY),
}
IN_ORDER = {
    "the queue's first page",
    "the newest events",
    "the trail of one record",
    "files that nobody has looked into",
}  # nothing is sorted for them


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_index_serves(name):
    rows = QUESTIONS[name]()
    with connection.cursor() as cursor:
        for method in ("seqscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{method} = off")
    plan = rows.explain()
    assert "Seq Scan" not in plan, plan
    assert name not in IN_ORDER or "Sort" not in plan, plan
