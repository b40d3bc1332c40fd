"""Notes of an office: written once, never changed, on record with their words."""

from __future__ import annotations

from django.db import transaction

from applications.models import Application, OfficeNote
from platforms.querysets import office_of
from portal.kernel import audit, clock
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked

LONGEST = 1000


@transaction.atomic
def write_note(application: Application, *, words: str, by) -> OfficeNote:
    demand_scope(by, "write_note", application, "内部记事由经办此件的单位人员填写。")
    words = words.strip()
    if not words:
        raise TransitionBlocked(["请填写内部记事的内容。"])
    if len(words) > LONGEST:
        raise TransitionBlocked([f"内部记事不超过 {LONGEST} 字，现为 {len(words)} 字。"])
    office = application.recommender if office_of(by) else None
    row = OfficeNote.objects.create(
        application=application, office=office, words=words, written_by=by, written_at=clock.now()
    )
    audit.record(action="write", obj=row, by=by, note=words, facts={"dossier": application.pk})
    return row
