"""授权书: who declares for a unit shows once that the unit has named him; it is enough at once, checks may follow."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from applications.models import Application, Authorisation
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock
from portal.kernel.action_labels import register_words
from portal.models import User
from portal.shared.together import Written, ask, written

TYPES = {"pdf", "ofd", "jpg", "png"}
MAX_BYTES = 20 * 1024 * 1024

register_words({"authorisation.give": "上传授权书"})


def asking_authorisation(application: Application, person: User) -> Written:
    """For the paper of this person for the unit of this dossier, the newest one."""
    return written(_newest_paper, application.platform.organisation_id, person.pk)


def authorisation_of(application: Application, person: User) -> Authorisation | None:
    [found] = ask(asking_authorisation(application, person))
    return next(iter(found), None)


def _newest_paper(organisation: UUID, person: UUID) -> QuerySet:
    # Also what an account of the same person has given.
    own = Q(person=person) | Q(person__merged_into=person)
    rows = Authorisation.objects.filter(own, organisation=organisation)
    return rows.select_related("file").reverse()[:1]


@takes_files(upload=Papers(TYPES, MAX_BYTES))
def give_authorisation(organisation, *, upload, name: str, title: str = "", by) -> Authorisation:
    """Put the paper on record. Raises UploadRefused for a file that does not pass."""
    row = Authorisation.objects.create(
        organisation=organisation, person=by, name=name, title=title, given_at=clock.now()
    )
    row.file = place(upload, owner=row, by=by)
    row.save(update_fields=["file"])
    audit.record(action="give", obj=row, by=by, facts={"name": name, "file": row.file.name})
    return row
