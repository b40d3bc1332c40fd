"""The papers that left, or were signed, in one dossier: each as it was printed, for the evidence package (Art. 17)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

from applications.dossiers.documents import correction_pdf, recommendation_pdf, report_pdf
from applications.models import Application
from portal.models import Notification
from review.models import Notice
from review.notices.documents import notice_pdf

FOLDER = "08-文书"
Paper = tuple[str, Callable[[], bytes]]


def papers_of(application: Application) -> Iterator[Paper]:
    yield f"{FOLDER}/申请报告.pdf", partial(report_pdf, application)
    if hasattr(application, "recommendation"):
        yield f"{FOLDER}/推荐表.pdf", partial(recommendation_pdf, application)
    for number, row in enumerate(application.corrections.order_by("asked_at"), start=1):
        yield f"{FOLDER}/补正通知-{number:02d}.pdf", partial(correction_pdf, row)
    notices = (
        Notice.objects.filter(items__application=application).distinct().order_by("published_on", "serial")
    )
    for row in notices:
        name = f"{FOLDER}/{row.get_kind_display()}-{row.published_on:%Y%m%d}-{row.serial}.pdf"
        yield name, partial(notice_pdf, row.title, row.content)
    yield f"{FOLDER}/信函.json", partial(letters_of, application)


def letters_of(application: Application) -> bytes:
    """Every message about the dossier: to whom, when it left by mail, and in which words."""
    root = f"{application._meta.label_lower}:{application.pk}"
    rows = Notification.objects.filter(about=root).select_related("recipient").order_by("created_at", "id")
    letters = [
        {
            "to": row.recipient.name,
            "title": row.title,
            "body": row.body,
            "created_at": row.created_at,
            "sent_at": row.sent_at,
            "bounced_at": row.bounced_at,
            "read_at": row.read_at,
        }
        for row in rows
    ]
    return json.dumps(letters, ensure_ascii=False, indent=1, default=str).encode()
